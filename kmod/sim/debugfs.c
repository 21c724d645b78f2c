// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/pi_ring_sim: settings that break wires, and counters of what
 * happened on them.
 */
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "debugfs.h"
#include "faults.h"
#include "limit.h"

#define COMMAND_BYTES 64

static struct dentry *sim_debugfs;

static const char *sim_name(const struct sim_wire *wire, char *buffer, size_t size)
{
	if (wire->number < SIM_DATA_LINES)
		snprintf(buffer, size, "link%u.d%u", wire->link, wire->number);
	else
		snprintf(buffer, size, "link%u.%s", wire->link,
			 wire->number == SIM_CLK ? "clk" : "ack");
	return buffer;
}

static int counters_show(struct seq_file *file, void *unused)
{
	struct sim_counters counters;
	unsigned long flags;
	char name[16];

	raw_spin_lock_irqsave(&simulation.lock, flags);
	counters = simulation.counters;
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
	seq_printf(file, "fights %llu\n", counters.fights);
	if (counters.first_fight)
		seq_printf(file, "first_fight %s at_ns %llu\n",
			   sim_name(counters.first_fight, name, sizeof(name)),
			   counters.first_fight_ns);
	seq_printf(file, "interrupts %llu\nlost_interrupts %llu\n",
		   counters.interrupts, counters.lost_interrupts);
	seq_printf(file, "bit_errors %llu\nglitches %llu\n",
		   counters.bit_errors, counters.glitches);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static void sim_show_pin(struct seq_file *file, const struct sim_pin *pin)
{
	seq_printf(file, " %s:%u=%s", pin->chip->label, pin->offset,
		   !pin->output ? "in" : pin->value ? "high" : "low");
}

static int wires_show(struct seq_file *file, void *unused)
{
	unsigned int i;
	char name[16];

	for (i = 0; i < simulation.num_wires; i++) {
		const struct sim_wire *wire = &simulation.wires[i];

		seq_printf(file, "%u %s", i, sim_name(wire, name, sizeof(name)));
		sim_show_pin(file, wire->end[0]);
		sim_show_pin(file, wire->end[1]);
		seq_printf(file, " level %d\n", sim_pin_level(wire->end[0]));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(wires);

static ssize_t command_write(struct file *file, const char __user *from, size_t count,
			     loff_t *pos)
{
	char command[COMMAND_BYTES];
	int err;

	if (count >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, from, count))
		return -EFAULT;
	command[count] = '\0';
	err = sim_faults_command(command);
	return err ? err : count;
}

static const struct file_operations command_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = command_write,
};

static u64 sim_limit_rate;	/* bytes a second, of the last measurement */

/* Writing a number moves that many bytes over the wires; reading then shows the rate. */
static ssize_t limit_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	unsigned int bytes;
	u64 took_ns;
	int err;

	err = kstrtouint_from_user(from, count, 0, &bytes);
	if (err)
		return err;
	err = sim_limit_measure(bytes, &took_ns);
	if (err)
		return err;
	sim_limit_rate = div64_u64((u64)bytes * NSEC_PER_SEC, took_ns);
	return count;
}

static ssize_t limit_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	char text[24];

	return simple_read_from_buffer(to, count, pos, text,
				       scnprintf(text, sizeof(text), "%llu\n", sim_limit_rate));
}

static const struct file_operations limit_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = limit_read,
	.write = limit_write,
};

void sim_debugfs_add(void)
{
	struct sim_faults *faults = &simulation.faults;
	struct dentry *dir = debugfs_create_dir("pi_ring_sim", NULL);

	sim_debugfs = dir;
	debugfs_create_file("counters", 0400, dir, NULL, &counters_fops);
	debugfs_create_file("wires", 0400, dir, NULL, &wires_fops);
	debugfs_create_file("command", 0200, dir, NULL, &command_fops);
	debugfs_create_file("limit", 0600, dir, NULL, &limit_fops);
	debugfs_create_u32("delay_ns", 0600, dir, &faults->delay_ns);
	debugfs_create_u32("skew_ns", 0600, dir, &faults->skew_ns);
	debugfs_create_u32("irq_delay_ns", 0600, dir, &faults->irq_delay_ns);
	debugfs_create_u32("irq_jitter_ns", 0600, dir, &faults->irq_jitter_ns);
	debugfs_create_u32("glitch_ppm", 0600, dir, &faults->glitch_ppm);
	debugfs_create_u32("bit_error_ppm", 0600, dir, &faults->bit_error_ppm);
	debugfs_create_bool("lose_masked", 0600, dir, &faults->lose_masked);
}

void sim_debugfs_remove(void)
{
	debugfs_remove(sim_debugfs);
}
