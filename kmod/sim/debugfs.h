/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/kernel/debug/pi_ring_sim. */
#ifndef PI_RING_SIM_DEBUGFS_H
#define PI_RING_SIM_DEBUGFS_H

void sim_debugfs_add(void);
void sim_debugfs_remove(void);

#endif
