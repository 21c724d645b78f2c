/* SPDX-License-Identifier: GPL-2.0-only */
/* The far ends of links whose other end is in another kernel. */
#ifndef PI_RING_SIM_REMOTE_H
#define PI_RING_SIM_REMOTE_H

#include "sim.h"

/* The link of this kernel's downstream or upstream bank. NULL: there is no file for it. */
struct sim_remote *sim_remote_find(bool downstream);

/* Follows the other kernel from here on: the ten wires are joined to pins of the chip far. */
void sim_remote_power_on(struct sim_remote *remote, struct sim_wire *wires, struct sim_chip *far);

/* The chips are removed already. */
void sim_remote_remove_all(void);

/* Before a line is read: applies what the other kernel and the host have changed. */
void sim_remote_look(struct sim_remote *remote);

/* Caller holds simulation.lock: the pin, which is this kernel's, has changed. */
void sim_remote_publish(const struct sim_pin *pin);

/* Caller holds simulation.lock. While a pin is watched, its edges are looked for. */
void sim_remote_watch(const struct sim_pin *pin, bool watch);

/* Caller holds simulation.lock. */
void sim_remote_count_fight(struct sim_remote *remote);

/* This end of the wire is a pin of the other kernel. */
bool sim_remote_has(const struct sim_wire *wire, unsigned int end);

#endif
