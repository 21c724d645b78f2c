/* SPDX-License-Identifier: GPL-2.0-only */
/* The highest rate that the simulated wires carry. */
#ifndef PI_RING_SIM_LIMIT_H
#define PI_RING_SIM_LIMIT_H

#include "sim.h"

/* Sets took_ns to the time in which the first link carries this many bytes. */
int sim_limit_measure(unsigned int bytes, u64 *took_ns);

#endif
