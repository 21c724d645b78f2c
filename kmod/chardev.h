/* SPDX-License-Identifier: GPL-2.0-only */
/* The calls on /dev/pi-ring-*. */
#ifndef PI_RING_CHARDEV_H
#define PI_RING_CHARDEV_H

#include <linux/fs.h>

extern const struct file_operations pi_ring_fops;

#endif
