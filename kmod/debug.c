// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/pi_ring/DEVICE/fault: makes one end of a link stall or restart
 * once, at a chosen state of the handshake: "send-risen stall 300" (milliseconds),
 * "hold restart", or "none". Reads as "none" when it has happened.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "debug.h"
#include "thread.h"

#define COMMAND_BYTES	64
#define STALL_MS_MAX	60000
#define STALL_SLICE_MS	20

static struct dentry *pi_ring_debugfs;

/* Ends early when the driver is unbound. */
static void pi_ring_stall(u32 stall_ms)
{
	unsigned long until = jiffies + msecs_to_jiffies(stall_ms);

	while (time_before(jiffies, until) && !kthread_should_stop())
		msleep(min_t(u32, stall_ms, STALL_SLICE_MS));
}

/* Only the bank's thread fires a fault, so it cannot fire twice. */
void pi_ring_debug_fire(struct pi_ring_bank *bank)
{
	struct pi_ring_fault *fault = &bank->fault;
	u32 stall_ms;
	bool due;

	spin_lock(&fault->lock);
	due = fault->armed && fault->state == bank->link.state;
	stall_ms = fault->stall_ms;
	if (due)
		fault->armed = false;
	spin_unlock(&fault->lock);
	if (!due)
		return;
	if (stall_ms)
		pi_ring_stall(stall_ms);
	else
		WRITE_ONCE(bank->restart, true);
}

static int pi_ring_state_parse(const char *name)
{
	enum pr_state state;

	for (state = 0; state < PR_STATES; state++)
		if (!strcmp(pr_state_name(state), name))
			return state;
	return -EINVAL;
}

static int pi_ring_fault_set(struct pi_ring_bank *bank, const char *command)
{
	struct pi_ring_fault *fault = &bank->fault;
	char name[24] = "", action[8] = "";
	u32 stall_ms = 0;
	int state = 0, words;
	bool arm;

	words = sscanf(command, "%23s %7s %u", name, action, &stall_ms);
	arm = strcmp(name, "none");
	if (!arm && words > 1)
		return -EINVAL;
	if (arm) {
		state = pi_ring_state_parse(name);
		if (state < 0 || stall_ms > STALL_MS_MAX ||
		    !((words == 2 && !strcmp(action, "restart")) ||
		      (words == 3 && !strcmp(action, "stall") && stall_ms)))
			return -EINVAL;
	}
	spin_lock(&fault->lock);
	fault->state = state;
	fault->stall_ms = stall_ms;
	fault->armed = arm;
	spin_unlock(&fault->lock);
	pi_ring_thread_wake(bank);
	return 0;
}

static int fault_show(struct seq_file *file, void *unused)
{
	struct pi_ring_bank *bank = file->private;
	struct pi_ring_fault *fault = &bank->fault;

	spin_lock(&fault->lock);
	if (fault->armed)
		seq_printf(file, "%s %s %u\n", pr_state_name(fault->state),
			   fault->stall_ms ? "stall" : "restart", fault->stall_ms);
	else
		seq_puts(file, "none\n");
	spin_unlock(&fault->lock);
	return 0;
}

static int fault_open(struct inode *inode, struct file *file)
{
	return single_open(file, fault_show, inode->i_private);
}

static ssize_t fault_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct pi_ring_bank *bank = ((struct seq_file *)file->private_data)->private;
	char command[COMMAND_BYTES];
	int err;

	if (count >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, from, count))
		return -EFAULT;
	command[count] = '\0';
	err = pi_ring_fault_set(bank, command);
	return err ? err : count;
}

static const struct file_operations fault_fops = {
	.owner = THIS_MODULE,
	.open = fault_open,
	.read = seq_read,
	.write = fault_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* The names of all states, for tests that try each. */
static int states_show(struct seq_file *file, void *unused)
{
	enum pr_state state;

	for (state = 0; state < PR_STATES; state++)
		seq_printf(file, "%s\n", pr_state_name(state));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(states);

void pi_ring_debug_add(struct pi_ring_bank *bank)
{
	bank->debugfs = debugfs_create_dir(bank->name, pi_ring_debugfs);
	debugfs_create_file("fault", 0600, bank->debugfs, bank, &fault_fops);
}

/* Waits until nobody is inside one of its files. */
void pi_ring_debug_remove(struct pi_ring_bank *bank)
{
	debugfs_remove(bank->debugfs);
}

void pi_ring_debug_init(void)
{
	pi_ring_debugfs = debugfs_create_dir("pi_ring", NULL);
	debugfs_create_file("states", 0400, pi_ring_debugfs, NULL, &states_fops);
}

void pi_ring_debug_exit(void)
{
	debugfs_remove(pi_ring_debugfs);
}
