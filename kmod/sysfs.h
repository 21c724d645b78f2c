/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings and counters in /sys/class/misc/pi-ring-*. */
#ifndef PI_RING_SYSFS_H
#define PI_RING_SYSFS_H

#include <linux/sysfs.h>

extern const struct attribute_group *pi_ring_groups[];

/* An enum pi_ring_mode, or -EINVAL. */
int pi_ring_mode_parse(const char *name);

#endif
