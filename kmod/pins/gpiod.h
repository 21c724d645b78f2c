/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines through gpiod. */
#ifndef PI_RING_GPIOD_H
#define PI_RING_GPIOD_H

#include "../proto/end.h"
#include "pins.h"

/* Fills in pins: the data lines and the peer's strobe are inputs, the own strobe is low. */
int pi_ring_gpiod_claim(struct device *dev, enum pr_role role, struct pi_ring_pins *pins);

/* Makes all ten lines inputs: some controllers keep driving a line that is freed. */
int pi_ring_gpiod_let_go(struct pi_ring_pins *pins);

/* The protocol's lines; their ctx is a struct pi_ring_pins. */
extern const struct pr_lines pi_ring_gpiod_lines;

/* Its take and release, for lines that are read and written in another way. */
int pi_ring_gpiod_take(void *ctx, u8 data);
int pi_ring_gpiod_release(void *ctx);

#endif
