/* SPDX-License-Identifier: GPL-2.0-only */
/* Faults on purpose, through debugfs. Empty stubs where the kernel has none. */
#ifndef PI_RING_DEBUG_H
#define PI_RING_DEBUG_H

#include "bank.h"

#ifdef CONFIG_DEBUG_FS
void pi_ring_debug_init(void);
void pi_ring_debug_exit(void);
void pi_ring_debug_add(struct pi_ring_bank *bank);
void pi_ring_debug_remove(struct pi_ring_bank *bank);
void pi_ring_debug_fire(struct pi_ring_bank *bank);
#else
static inline void pi_ring_debug_init(void) {}
static inline void pi_ring_debug_exit(void) {}
static inline void pi_ring_debug_add(struct pi_ring_bank *bank) {}
static inline void pi_ring_debug_remove(struct pi_ring_bank *bank) {}
static inline void pi_ring_debug_fire(struct pi_ring_bank *bank) {}
#endif

static inline bool pi_ring_debug_armed(const struct pi_ring_bank *bank)
{
	return unlikely(READ_ONCE(bank->fault.armed));
}

/* For the thread, before each step. */
static inline void pi_ring_debug_act(struct pi_ring_bank *bank)
{
	if (pi_ring_debug_armed(bank))
		pi_ring_debug_fire(bank);
}

#endif
