// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/pi-ring-*: read, write, poll and fsync on the fifos. Nothing here knows of
 * lines. The contract is in uapi/pi_ring.h.
 */
#include <linux/poll.h>
#include <linux/uaccess.h>

#include "bank.h"
#include "chardev.h"
#include "thread.h"
#include "uapi/pi_ring.h"

static struct pi_ring_bank *pi_ring_bank_of(struct file *file)
{
	return container_of(file->private_data, struct pi_ring_bank, misc);
}

/* True if the stream has broken: drops what the fifo holds of it. */
static bool pi_ring_forget_received(struct pi_ring_bank *bank)
{
	if (!READ_ONCE(bank->read_broken))
		return false;
	kfifo_reset(&bank->received);
	/* pairs with pi_ring_stream_room(): the thread adds bytes only to an empty fifo */
	smp_store_release(&bank->read_broken, false);
	pi_ring_thread_wake(bank);
	return true;
}

static bool pi_ring_forget_to_send(struct pi_ring_bank *bank)
{
	if (!READ_ONCE(bank->write_broken))
		return false;
	kfifo_reset(&bank->to_send);
	/* pairs with pi_ring_stream_pull() */
	smp_store_release(&bank->write_broken, false);
	return true;
}

/*
 * The misc core keeps the device registered while this runs. A stream that broke
 * before the open is not reported: this user never had it.
 */
static int pi_ring_open(struct inode *inode, struct file *file)
{
	struct pi_ring_bank *bank = pi_ring_bank_of(file);
	bool busy;

	spin_lock(&bank->state_lock);
	busy = bank->opened;
	bank->opened = true;
	spin_unlock(&bank->state_lock);
	if (busy)
		return -EBUSY;
	pi_ring_forget_received(bank);
	pi_ring_forget_to_send(bank);
	pi_ring_bank_get(bank);
	return stream_open(inode, file);
}

static int pi_ring_release(struct inode *inode, struct file *file)
{
	struct pi_ring_bank *bank = pi_ring_bank_of(file);

	spin_lock(&bank->state_lock);
	bank->opened = false;
	spin_unlock(&bank->state_lock);
	pi_ring_bank_put(bank);
	return 0;
}

/* Bytes copied, -EAGAIN if there are none. */
static ssize_t pi_ring_read_now(struct pi_ring_bank *bank, char __user *to, size_t count)
{
	unsigned int copied = 0;
	int err;

	if (READ_ONCE(bank->gone))
		return -ENODEV;
	if (pi_ring_forget_received(bank))
		return -ECONNRESET;
	if (kfifo_is_empty(&bank->received))
		return -EAGAIN;
	err = kfifo_to_user(&bank->received, to, count, &copied);
	if (copied)
		pi_ring_thread_wake(bank);
	return copied ? (ssize_t)copied : err;
}

static bool pi_ring_readable(struct pi_ring_bank *bank)
{
	return !kfifo_is_empty(&bank->received) || READ_ONCE(bank->read_broken) ||
	       READ_ONCE(bank->gone);
}

static ssize_t pi_ring_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct pi_ring_bank *bank = pi_ring_bank_of(file);
	ssize_t result;

	if (!count)
		return 0;
	do {
		if (mutex_lock_interruptible(&bank->read_lock))
			return -ERESTARTSYS;
		result = pi_ring_read_now(bank, to, count);
		mutex_unlock(&bank->read_lock);
		if (result != -EAGAIN || file->f_flags & O_NONBLOCK)
			return result;
	} while (!wait_event_interruptible(bank->readers, pi_ring_readable(bank)));
	return -ERESTARTSYS;
}

/* Bytes copied, -EAGAIN if there is no room, -EPIPE until the break has been reported. */
static ssize_t pi_ring_write_now(struct pi_ring_bank *bank, const char __user *from, size_t count)
{
	unsigned int copied = 0;
	int err;

	if (READ_ONCE(bank->gone))
		return -ENODEV;
	if (READ_ONCE(bank->write_broken))
		return -EPIPE;
	if (kfifo_is_full(&bank->to_send))
		return -EAGAIN;
	err = kfifo_from_user(&bank->to_send, from, count, &copied);
	if (copied)
		pi_ring_thread_wake(bank);
	return copied ? (ssize_t)copied : err;
}

static bool pi_ring_writable(struct pi_ring_bank *bank)
{
	return !kfifo_is_full(&bank->to_send) || READ_ONCE(bank->write_broken) ||
	       READ_ONCE(bank->gone);
}

/*
 * As on a pipe, a blocking write goes on until all bytes are taken. If the stream breaks
 * after a part was taken, this write returns that part and the next one -EPIPE.
 */
static ssize_t pi_ring_write_all(struct pi_ring_bank *bank, const char __user *from, size_t count,
				 bool wait)
{
	size_t written = 0;
	ssize_t result = 0;

	while (written < count) {
		result = pi_ring_write_now(bank, from + written, count - written);
		if (result > 0) {
			written += result;
			continue;
		}
		if (result != -EAGAIN || !wait)
			break;
		result = wait_event_interruptible(bank->writers, pi_ring_writable(bank));
		if (result)
			break;
	}
	if (written)
		return written;
	if (result == -EPIPE)
		pi_ring_forget_to_send(bank);
	return result;
}

static ssize_t pi_ring_write(struct file *file, const char __user *from, size_t count,
			     loff_t *pos)
{
	struct pi_ring_bank *bank = pi_ring_bank_of(file);
	ssize_t result;

	if (mutex_lock_interruptible(&bank->write_lock))
		return -ERESTARTSYS;
	result = pi_ring_write_all(bank, from, count, !(file->f_flags & O_NONBLOCK));
	mutex_unlock(&bank->write_lock);
	return result;
}

static bool pi_ring_drained(struct pi_ring_bank *bank)
{
	if (!kfifo_is_empty(&bank->to_send))
		return false;
	/* pairs with the barrier in pi_ring_stream_pull() */
	smp_rmb();
	/* pairs with pi_ring_stream_broken() */
	return !smp_load_acquire(&bank->unaccepted);
}

static bool pi_ring_flushed(struct pi_ring_bank *bank)
{
	return READ_ONCE(bank->write_broken) || READ_ONCE(bank->gone) || pi_ring_drained(bank);
}

static int pi_ring_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	struct pi_ring_bank *bank = pi_ring_bank_of(file);
	int result;

	if (wait_event_interruptible(bank->writers, pi_ring_flushed(bank)))
		return -ERESTARTSYS;
	if (mutex_lock_interruptible(&bank->write_lock))
		return -ERESTARTSYS;
	result = pi_ring_forget_to_send(bank) ? -EPIPE : 0;
	mutex_unlock(&bank->write_lock);
	return !result && READ_ONCE(bank->gone) ? -ENODEV : result;
}

/*
 * A broken stream does not raise EPOLLERR: poll() reports that even if it was not
 * asked for, and a user who only reads would see it until the next write.
 */
static __poll_t pi_ring_poll(struct file *file, poll_table *table)
{
	struct pi_ring_bank *bank = pi_ring_bank_of(file);
	__poll_t events = 0;

	poll_wait(file, &bank->readers, table);
	poll_wait(file, &bank->writers, table);
	if (READ_ONCE(bank->gone))
		return EPOLLHUP | EPOLLERR | EPOLLIN | EPOLLRDNORM;
	if (pi_ring_readable(bank))
		events |= EPOLLIN | EPOLLRDNORM;
	if (pi_ring_writable(bank))
		events |= EPOLLOUT | EPOLLWRNORM;
	return events;
}

static long pi_ring_get_state(struct pi_ring_bank *bank, struct pi_ring_state __user *to)
{
	struct pi_ring_state state = {
		.flags = (pr_link_joined(&bank->link) ? PI_RING_JOINED : 0) |
			 (bank->role == PR_UPSTREAM ? PI_RING_UPSTREAM : 0),
		.epoch = READ_ONCE(bank->link.session.epoch),
		.unread = kfifo_len(&bank->received),
		.unsent = kfifo_len(&bank->to_send),
	};

	return copy_to_user(to, &state, sizeof(state)) ? -EFAULT : 0;
}

/* The caller asked for a fresh stream, so the break is not reported to it. */
static long pi_ring_restart(struct pi_ring_bank *bank)
{
	WRITE_ONCE(bank->restart, true);
	pi_ring_thread_wake(bank);
	/* pairs with pi_ring_restart_link() */
	if (wait_event_interruptible(bank->writers, !smp_load_acquire(&bank->restart) ||
				     READ_ONCE(bank->gone)))
		return -ERESTARTSYS;
	mutex_lock(&bank->read_lock);
	pi_ring_forget_received(bank);
	mutex_unlock(&bank->read_lock);
	if (mutex_lock_interruptible(&bank->write_lock))
		return -ERESTARTSYS;
	pi_ring_forget_to_send(bank);
	mutex_unlock(&bank->write_lock);
	return 0;
}

static long pi_ring_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct pi_ring_bank *bank = pi_ring_bank_of(file);

	if (READ_ONCE(bank->gone))
		return -ENODEV;
	switch (command) {
	case PI_RING_GET_STATE:
		return pi_ring_get_state(bank, (struct pi_ring_state __user *)argument);
	case PI_RING_RESTART:
		return pi_ring_restart(bank);
	default:
		return -ENOTTY;
	}
}

const struct file_operations pi_ring_fops = {
	.owner = THIS_MODULE,
	.open = pi_ring_open,
	.release = pi_ring_release,
	.read = pi_ring_read,
	.write = pi_ring_write,
	.fsync = pi_ring_fsync,
	.poll = pi_ring_poll,
	.unlocked_ioctl = pi_ring_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
