/* SPDX-License-Identifier: GPL-2.0-only */
/* The levels at the ends of a wire, from what is driven and what is broken. */
#ifndef PI_RING_SIM_FAULTS_H
#define PI_RING_SIM_FAULTS_H

#include "sim.h"

/* Caller holds simulation.lock. */
void sim_settle(struct sim_wire *wire);

u32 sim_pin_delay_ns(const struct sim_pin *pin);

/* False: a read shows sim_pin_level(), and takes no lock. */
bool sim_reads_vary(void);
bool sim_pin_read(struct sim_pin *pin);

/* "heal", "reset CHIP", "open WIRE", "stuck WIRE 0|1", "swap WIRE WIRE", "short WIRE WIRE" */
int sim_faults_command(char *command);

#endif
