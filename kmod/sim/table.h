/* SPDX-License-Identifier: GPL-2.0-only */
/* Which line is joined to which. */
#ifndef PI_RING_SIM_TABLE_H
#define PI_RING_SIM_TABLE_H

#include "sim.h"

int sim_table_build(struct device *parent, unsigned int pis, unsigned int links);

/* One Pi, whose neighbours are in other kernels. */
int sim_table_build_remote(struct device *parent);

void sim_table_free(void);

/* The downstream and upstream ends of each link in turn. */
struct sim_bank *sim_table_bank(unsigned int index);

#endif
