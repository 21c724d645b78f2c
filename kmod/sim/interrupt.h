/* SPDX-License-Identifier: GPL-2.0-only */
/* The interrupt controllers of the chips. */
#ifndef PI_RING_SIM_INTERRUPT_H
#define PI_RING_SIM_INTERRUPT_H

#include "sim.h"

void sim_interrupts_add(struct gpio_irq_chip *irq);
void sim_interrupt_init(struct sim_pin *pin);

/* Caller holds simulation.lock. Edges closer than the delay become one, as they do on a Pi. */
void sim_pin_raise_interrupt(struct sim_pin *pin);

#endif
