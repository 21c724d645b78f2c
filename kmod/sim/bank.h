/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of a bank, all at once. */
#ifndef PI_RING_SIM_BANK_H
#define PI_RING_SIM_BANK_H

#include "sim.h"

void sim_bank_init(struct sim_bank *bank, struct sim_chip *chip, const unsigned int *lines,
		   bool downstream);

/* Make lines outputs that are low, or inputs, without a driver. */
void sim_bank_drive_strobe(const struct sim_bank *bank, bool output);
void sim_bank_drive_data(const struct sim_bank *bank, bool output);

#endif
