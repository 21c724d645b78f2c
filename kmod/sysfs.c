// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/class/misc/pi-ring-*: the counters of a bank, and the two settings
 * that may change while its link runs.
 */
#include <linux/kstrtox.h>

#include "bank.h"
#include "sysfs.h"
#include "thread.h"

static struct pi_ring_bank *pi_ring_of_device(struct device *dev)
{
	return container_of(dev_get_drvdata(dev), struct pi_ring_bank, misc);
}

#define PI_RING_COUNTER(field, value)						\
static ssize_t field##_show(struct device *dev, struct device_attribute *attr,	\
			    char *to)						\
{										\
	struct pi_ring_bank *bank = pi_ring_of_device(dev);				\
										\
	return sysfs_emit(to, "%llu\n", (u64)(value));				\
}										\
static DEVICE_ATTR_RO(field)

PI_RING_COUNTER(tx_bytes, bank->link.stats.tx_bytes);
PI_RING_COUNTER(tx_wire_bytes, bank->link.stats.tx_wire_bytes);
PI_RING_COUNTER(rx_bytes, bank->link.stats.rx_bytes);
PI_RING_COUNTER(tx_frames, bank->link.stats.tx_frames);
PI_RING_COUNTER(rx_frames, bank->link.stats.rx_frames);
PI_RING_COUNTER(repeats, bank->link.stats.repeats);
PI_RING_COUNTER(refusals, bank->link.stats.refusals);
PI_RING_COUNTER(duplicates, bank->link.stats.duplicates);
PI_RING_COUNTER(crc_errors, bank->link.stats.crc_errors);
PI_RING_COUNTER(timeouts, bank->link.stats.timeouts);
PI_RING_COUNTER(nonsense, bank->link.stats.nonsense);
PI_RING_COUNTER(turnarounds, bank->link.stats.turnarounds);
PI_RING_COUNTER(recoveries, bank->link.stats.recoveries);
PI_RING_COUNTER(resumes, bank->link.stats.resumes);
PI_RING_COUNTER(epochs, bank->link.stats.epochs);
PI_RING_COUNTER(broken, bank->link.stats.broken);
PI_RING_COUNTER(longest_wait_ns, bank->link.stats.longest_wait_ns);
PI_RING_COUNTER(polls, bank->counters.polls);
PI_RING_COUNTER(sleeps, bank->counters.sleeps);
PI_RING_COUNTER(interrupts, (u32)atomic_read(&bank->counters.interrupts));

static struct attribute *pi_ring_statistics[] = {
	&dev_attr_tx_bytes.attr, &dev_attr_tx_wire_bytes.attr,
	&dev_attr_rx_bytes.attr,
	&dev_attr_tx_frames.attr, &dev_attr_rx_frames.attr,
	&dev_attr_repeats.attr, &dev_attr_refusals.attr,
	&dev_attr_duplicates.attr, &dev_attr_crc_errors.attr,
	&dev_attr_timeouts.attr, &dev_attr_nonsense.attr,
	&dev_attr_turnarounds.attr, &dev_attr_recoveries.attr,
	&dev_attr_resumes.attr, &dev_attr_epochs.attr,
	&dev_attr_broken.attr, &dev_attr_longest_wait_ns.attr,
	&dev_attr_polls.attr, &dev_attr_sleeps.attr,
	&dev_attr_interrupts.attr, NULL
};

static const struct attribute_group pi_ring_statistics_group = {
	.name = "statistics",
	.attrs = pi_ring_statistics,
};

static const char *const pi_ring_mode_names[] = {
	[PI_RING_IRQ] = "irq",
	[PI_RING_HYBRID] = "hybrid",
	[PI_RING_POLL] = "poll",
};

int pi_ring_mode_parse(const char *name)
{
	return sysfs_match_string(pi_ring_mode_names, name);
}

static ssize_t mode_show(struct device *dev, struct device_attribute *attr, char *to)
{
	struct pi_ring_bank *bank = pi_ring_of_device(dev);

	return sysfs_emit(to, "%s\n", pi_ring_mode_names[READ_ONCE(bank->mode)]);
}

static ssize_t mode_store(struct device *dev, struct device_attribute *attr, const char *from,
			  size_t count)
{
	struct pi_ring_bank *bank = pi_ring_of_device(dev);
	int mode = pi_ring_mode_parse(from);

	if (mode < 0)
		return mode;
	WRITE_ONCE(bank->mode, mode);
	pi_ring_thread_wake(bank);
	return count;
}
static DEVICE_ATTR_RW(mode);

static ssize_t spin_us_show(struct device *dev, struct device_attribute *attr, char *to)
{
	struct pi_ring_bank *bank = pi_ring_of_device(dev);

	return sysfs_emit(to, "%u\n", READ_ONCE(bank->spin_us));
}

static ssize_t spin_us_store(struct device *dev, struct device_attribute *attr,
			     const char *from, size_t count)
{
	struct pi_ring_bank *bank = pi_ring_of_device(dev);
	u32 spin_us;
	int err = kstrtou32(from, 0, &spin_us);

	if (err)
		return err;
	if (spin_us > PI_RING_SPIN_US_MAX)
		return -ERANGE;
	WRITE_ONCE(bank->spin_us, spin_us);
	return count;
}
static DEVICE_ATTR_RW(spin_us);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *to)
{
	struct pi_ring_bank *bank = pi_ring_of_device(dev);

	return sysfs_emit(to, "%s\n", pr_state_name(READ_ONCE(bank->link.state)));
}
static DEVICE_ATTR_RO(state);

static ssize_t access_show(struct device *dev, struct device_attribute *attr, char *to)
{
	return sysfs_emit(to, "%s\n", pi_ring_of_device(dev)->pins.access);
}
static DEVICE_ATTR_RO(access);

static ssize_t sample_ns_show(struct device *dev, struct device_attribute *attr, char *to)
{
	return sysfs_emit(to, "%u\n", pi_ring_of_device(dev)->sample_ns);
}
static DEVICE_ATTR_RO(sample_ns);

static struct attribute *pi_ring_settings[] = {
	&dev_attr_mode.attr, &dev_attr_spin_us.attr, &dev_attr_state.attr,
	&dev_attr_access.attr, &dev_attr_sample_ns.attr, NULL
};

static const struct attribute_group pi_ring_settings_group = {
	.attrs = pi_ring_settings,
};

const struct attribute_group *pi_ring_groups[] = {
	&pi_ring_settings_group, &pi_ring_statistics_group, NULL
};
