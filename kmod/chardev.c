// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/pi-ring-*: read, write, poll, fsync on the fifos. Nothing here knows
 * what a wire is. The contract is in uapi/pi_ring.h.
 */
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

#include "pi_ring.h"
#include "uapi/pi_ring.h"

static struct pi_ring *pi_ring_of(struct file *file)
{
	return container_of(file->private_data, struct pi_ring, misc);
}

/* True if the stream broke since: what is in the fifo is of no use. state_lock is not held. */
static bool pi_ring_forget_received(struct pi_ring *ring)
{
	if (!READ_ONCE(ring->read_broken))
		return false;
	kfifo_reset(&ring->received);
	/* the thread fills the fifo again once it sees the flag cleared */
	smp_store_release(&ring->read_broken, false);
	pi_ring_thread_ring(ring);
	return true;
}

static bool pi_ring_forget_to_send(struct pi_ring *ring)
{
	if (!READ_ONCE(ring->write_broken))
		return false;
	kfifo_reset(&ring->to_send);
	/* as above */
	smp_store_release(&ring->write_broken, false);
	return true;
}

/*
 * The misc core keeps the device registered while this runs. A stream that broke
 * before is nothing to tell somebody who never had it.
 */
static int pi_ring_open(struct inode *inode, struct file *file)
{
	struct pi_ring *ring = pi_ring_of(file);
	bool busy;

	spin_lock(&ring->state_lock);
	busy = ring->opened;
	ring->opened = true;
	spin_unlock(&ring->state_lock);
	if (busy)
		return -EBUSY;
	pi_ring_forget_received(ring);
	pi_ring_forget_to_send(ring);
	pi_ring_get(ring);
	return stream_open(inode, file);
}

static int pi_ring_release(struct inode *inode, struct file *file)
{
	struct pi_ring *ring = pi_ring_of(file);

	spin_lock(&ring->state_lock);
	ring->opened = false;
	spin_unlock(&ring->state_lock);
	pi_ring_put(ring);
	return 0;
}

/* Bytes copied, -EAGAIN if there are none. */
static ssize_t pi_ring_read_now(struct pi_ring *ring, char __user *to, size_t count)
{
	unsigned int copied = 0;
	int err;

	if (READ_ONCE(ring->gone))
		return -ENODEV;
	if (pi_ring_forget_received(ring))
		return -ECONNRESET;
	if (kfifo_is_empty(&ring->received))
		return -EAGAIN;
	err = kfifo_to_user(&ring->received, to, count, &copied);
	if (copied)
		pi_ring_thread_ring(ring);
	return copied ? (ssize_t)copied : err;
}

static bool pi_ring_readable(struct pi_ring *ring)
{
	return !kfifo_is_empty(&ring->received) || READ_ONCE(ring->read_broken) ||
	       READ_ONCE(ring->gone);
}

static ssize_t pi_ring_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct pi_ring *ring = pi_ring_of(file);
	ssize_t result;

	if (!count)
		return 0;
	do {
		if (mutex_lock_interruptible(&ring->read_lock))
			return -ERESTARTSYS;
		result = pi_ring_read_now(ring, to, count);
		mutex_unlock(&ring->read_lock);
		if (result != -EAGAIN || file->f_flags & O_NONBLOCK)
			return result;
	} while (!wait_event_interruptible(ring->readers, pi_ring_readable(ring)));
	return -ERESTARTSYS;
}

/* Bytes copied, -EAGAIN if there is no room, -EPIPE until the writer has been told. */
static ssize_t pi_ring_write_now(struct pi_ring *ring, const char __user *from, size_t count)
{
	unsigned int copied = 0;
	int err;

	if (READ_ONCE(ring->gone))
		return -ENODEV;
	if (READ_ONCE(ring->write_broken))
		return -EPIPE;
	if (kfifo_is_full(&ring->to_send))
		return -EAGAIN;
	err = kfifo_from_user(&ring->to_send, from, count, &copied);
	if (copied)
		pi_ring_thread_ring(ring);
	return copied ? (ssize_t)copied : err;
}

static bool pi_ring_writable(struct pi_ring *ring)
{
	return !kfifo_is_full(&ring->to_send) || READ_ONCE(ring->write_broken) ||
	       READ_ONCE(ring->gone);
}

/*
 * As on a pipe, a write that waits goes on until all is taken. One of which a part was
 * taken tells of that and of nothing else: that the stream broke then, the next will.
 */
static ssize_t pi_ring_write_all(struct pi_ring *ring, const char __user *from, size_t count,
				 bool wait)
{
	size_t written = 0;
	ssize_t result = 0;

	while (written < count) {
		result = pi_ring_write_now(ring, from + written, count - written);
		if (result > 0) {
			written += result;
			continue;
		}
		if (result != -EAGAIN || !wait)
			break;
		result = wait_event_interruptible(ring->writers, pi_ring_writable(ring));
		if (result)
			break;
	}
	if (written)
		return written;
	if (result == -EPIPE)
		pi_ring_forget_to_send(ring);
	return result;
}

static ssize_t pi_ring_write(struct file *file, const char __user *from, size_t count,
			     loff_t *pos)
{
	struct pi_ring *ring = pi_ring_of(file);
	ssize_t result;

	if (mutex_lock_interruptible(&ring->write_lock))
		return -ERESTARTSYS;
	result = pi_ring_write_all(ring, from, count, !(file->f_flags & O_NONBLOCK));
	mutex_unlock(&ring->write_lock);
	return result;
}

static bool pi_ring_drained(struct pi_ring *ring)
{
	if (!kfifo_is_empty(&ring->to_send))
		return false;
	/* pairs with the barrier in pi_ring_stream_pull() */
	smp_rmb();
	return !READ_ONCE(ring->unaccepted);
}

static bool pi_ring_flushed(struct pi_ring *ring)
{
	return READ_ONCE(ring->write_broken) || READ_ONCE(ring->gone) || pi_ring_drained(ring);
}

static int pi_ring_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	struct pi_ring *ring = pi_ring_of(file);
	int result;

	if (wait_event_interruptible(ring->writers, pi_ring_flushed(ring)))
		return -ERESTARTSYS;
	if (mutex_lock_interruptible(&ring->write_lock))
		return -ERESTARTSYS;
	result = pi_ring_forget_to_send(ring) ? -EPIPE : 0;
	mutex_unlock(&ring->write_lock);
	return !result && READ_ONCE(ring->gone) ? -ENODEV : result;
}

/*
 * No EPOLLERR for a stream that broke: poll() reports it unasked, and who only waits
 * to read would find it set until he writes.
 */
static __poll_t pi_ring_poll(struct file *file, poll_table *table)
{
	struct pi_ring *ring = pi_ring_of(file);
	__poll_t events = 0;

	poll_wait(file, &ring->readers, table);
	poll_wait(file, &ring->writers, table);
	if (READ_ONCE(ring->gone))
		return EPOLLHUP | EPOLLERR | EPOLLIN | EPOLLRDNORM;
	if (pi_ring_readable(ring))
		events |= EPOLLIN | EPOLLRDNORM;
	if (pi_ring_writable(ring))
		events |= EPOLLOUT | EPOLLWRNORM;
	return events;
}

static long pi_ring_get_state(struct pi_ring *ring, struct pi_ring_state __user *to)
{
	struct pi_ring_state state = {
		.flags = (pr_link_joined(&ring->link) ? PI_RING_JOINED : 0) |
			 (ring->role == PR_UPSTREAM ? PI_RING_UPSTREAM : 0),
		.epoch = READ_ONCE(ring->link.session.epoch),
		.unread = kfifo_len(&ring->received),
		.unsent = kfifo_len(&ring->to_send),
	};

	return copy_to_user(to, &state, sizeof(state)) ? -EFAULT : 0;
}

/* Whoever asks for a fresh stream need not be told that the old one broke. */
static long pi_ring_restart(struct pi_ring *ring)
{
	WRITE_ONCE(ring->restart, true);
	pi_ring_thread_ring(ring);
	if (wait_event_interruptible(ring->writers, !READ_ONCE(ring->restart) ||
				     READ_ONCE(ring->gone)))
		return -ERESTARTSYS;
	mutex_lock(&ring->read_lock);
	pi_ring_forget_received(ring);
	mutex_unlock(&ring->read_lock);
	if (mutex_lock_interruptible(&ring->write_lock))
		return -ERESTARTSYS;
	pi_ring_forget_to_send(ring);
	mutex_unlock(&ring->write_lock);
	return 0;
}

static long pi_ring_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct pi_ring *ring = pi_ring_of(file);

	if (READ_ONCE(ring->gone))
		return -ENODEV;
	switch (command) {
	case PI_RING_GET_STATE:
		return pi_ring_get_state(ring, (struct pi_ring_state __user *)argument);
	case PI_RING_RESTART:
		return pi_ring_restart(ring);
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
