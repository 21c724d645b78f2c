/* SPDX-License-Identifier: GPL-2.0-only */
/* GPIO controllers. */
#ifndef PI_RING_SIM_CHIP_H
#define PI_RING_SIM_CHIP_H

#include "sim.h"

/* Registers a chip of 28 lines with gpiolib. */
int sim_chip_add(struct sim_chip *chip, struct device *parent, unsigned int index);
void sim_chip_remove(struct sim_chip *chip);

/* Caller holds simulation.lock. */
void sim_pin_drive(struct sim_pin *pin, bool output, bool value);

#endif
