/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulation of wires: GPIO chips whose lines are joined to each other, so that a
 * protocol over GPIO lines can be tested, with faults on purpose, on any machine.
 */
#ifndef PI_RING_SIM_H
#define PI_RING_SIM_H

#include <linux/gpio/driver.h>
#include <linux/hrtimer.h>
#include <linux/prandom.h>
#include <linux/spinlock.h>

#include "../pins/platform.h"

#define SIM_LINES_PER_CHIP	28	/* GPIO 0-27 of a Pi's header */
#define SIM_DATA_LINES		8
#define SIM_CLK		8	/* a wire's number in its link */
#define SIM_ACK		9
#define SIM_WIRES_PER_LINK		10
#define SIM_MAX_CHIPS		8

enum sim_pull { SIM_PULL_NONE, SIM_PULL_UP, SIM_PULL_DOWN };
enum sim_stuck { SIM_FREE, SIM_STUCK_LOW, SIM_STUCK_HIGH };

struct sim_wire;
struct sim_chip;
struct sim_remote;

/* One end of a wire. All of it is written under simulation.lock. */
struct sim_pin {
	struct sim_chip *chip;
	unsigned int offset;
	struct sim_wire *wire;		/* NULL: not connected */
	bool output;
	bool value;			/* what it drives while output is set */
	enum sim_pull pull;

	bool before;			/* what the pad saw, until delay_ns after changed_ns */
	u64 changed_ns;

	struct hrtimer timer;		/* delivers the interrupt of an edge */
	unsigned int trigger;		/* IRQ_TYPE_EDGE_* */
	bool masked;
	bool pending;			/* an edge came while masked */
};

struct sim_wire {
	unsigned int link;
	unsigned int number;		/* in the link: data bit, SIM_CLK or SIM_ACK */
	struct sim_pin *end[2];
	enum sim_stuck stuck;
	bool open;
	bool flipped;			/* a bit error, until the next move on the link */
	bool fought;			/* two ends drive it at this moment */
	struct sim_wire *shorted;		/* symmetric */
	struct sim_remote *remote;	/* NULL: both ends are in this kernel */
};

struct sim_chip {
	struct gpio_chip gpio;
	char label[24];
	u32 levels;			/* as in a Pi's register, one bit a line */
	struct sim_pin pin[SIM_LINES_PER_CHIP];
};

/* One end of a link, with functions that reach all its lines at once. */
struct sim_bank {
	struct sim_chip *chip;
	const unsigned int *lines;	/* of the chip, in the order of the wires; data in a row */
	unsigned int strobe;		/* SIM_CLK or SIM_ACK: the end's own */
	unsigned int peer;
	struct pi_ring_platform_lines access;
};

/* Set through debugfs. Read without a lock: a stale value does no harm. */
struct sim_faults {
	u32 delay_ns;		/* every change is seen this long after it was made */
	u32 skew_ns;		/* added to delay_ns: 0 on the first wire, this on the last */
	u32 irq_delay_ns;	/* from an edge to its interrupt, at least */
	u32 irq_jitter_ns;
	u32 glitch_ppm;		/* how many reads in a million see the opposite level */
	u32 bit_error_ppm;	/* how many bytes in a million have one wire flipped */
	bool lose_masked;	/* edges while masked are lost, not latched */
};

struct sim_counters {
	u64 fights;
	u64 first_fight_ns;
	const struct sim_wire *first_fight;
	u64 interrupts;
	u64 lost_interrupts;
	u64 bit_errors;
	u64 glitches;
};

/* All chips and wires that are simulated: one per module. */
struct simulation {
	raw_spinlock_t lock;	/* protects pins, wires, counters and random */
	struct sim_chip *chips;
	unsigned int num_chips;
	struct sim_wire *wires;
	unsigned int num_wires;
	struct sim_faults faults;
	struct sim_counters counters;
	struct rnd_state random;
};

extern struct simulation simulation;

static inline bool sim_pin_level(const struct sim_pin *pin)
{
	/* data read after a strobe is at least as new: see sim_pin_see() */
	return smp_load_acquire(&pin->chip->levels) & BIT(pin->offset);
}

#endif
