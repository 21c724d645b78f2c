/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The wire model: GPIO chips whose lines are joined to each other, so that a
 * protocol over GPIO lines can be tested, and broken on purpose, without any.
 */
#ifndef PI_RING_WIRE_H
#define PI_RING_WIRE_H

#include <linux/gpio/driver.h>
#include <linux/hrtimer.h>
#include <linux/prandom.h>
#include <linux/spinlock.h>

#include "../pins/platform.h"

#define WIRE_LINES_PER_CHIP	28	/* GPIO 0-27 of a Pi's header */
#define WIRE_DATA_LINES		8
#define WIRE_CLK		8	/* a wire's number in its link */
#define WIRE_ACK		9
#define WIRES_PER_LINK		10
#define WIRE_MAX_CHIPS		8

enum wire_pull { WIRE_PULL_NONE, WIRE_PULL_UP, WIRE_PULL_DOWN };
enum wire_stuck { WIRE_FREE, WIRE_STUCK_LOW, WIRE_STUCK_HIGH };

struct wire;
struct wire_chip;

/* One end of a wire. Everything here is written under wire_bench.lock. */
struct wire_pin {
	struct wire_chip *chip;
	unsigned int offset;
	struct wire *wire;		/* NULL: nothing is plugged in */
	bool output;
	bool value;			/* what it drives while output is set */
	enum wire_pull pull;

	bool before;			/* what the pad saw, until delay_ns after changed_ns */
	u64 changed_ns;

	struct hrtimer timer;		/* carries an edge to the interrupt controller */
	unsigned int trigger;		/* IRQ_TYPE_EDGE_* */
	bool masked;
	bool pending;			/* an edge came while masked */
};

struct wire {
	unsigned int link;
	unsigned int number;		/* in the link: data bit, WIRE_CLK or WIRE_ACK */
	struct wire_pin *end[2];
	enum wire_stuck stuck;
	bool open;
	bool flipped;			/* a bit error, until the next move on the link */
	bool fought;			/* two ends drive it at this moment */
	struct wire *shorted;		/* symmetric */
};

struct wire_chip {
	struct gpio_chip gpio;
	char label[24];
	u32 levels;			/* what the pads see, a bit a line, as a Pi's register */
	struct wire_pin pin[WIRE_LINES_PER_CHIP];
};

/* One end of a link, and how the driver may reach its lines all at once. */
struct wire_bank {
	struct wire_chip *chip;
	const unsigned int *lines;	/* of the chip, in the order of the wires; data in a row */
	unsigned int strobe;		/* WIRE_CLK or WIRE_ACK: the end's own */
	unsigned int peer;
	struct pi_ring_platform_lines access;
};

/* What the debugfs knobs set; read without a lock, a stale value does no harm. */
struct wire_faults {
	u32 delay_ns;		/* every change is seen this much later */
	u32 skew_ns;		/* and each wire up to this much later still */
	u32 irq_delay_ns;	/* from an edge to its interrupt, at least */
	u32 irq_jitter_ns;
	u32 glitch_ppm;		/* reads that see the opposite, once */
	u32 bit_error_ppm;	/* bytes that are offered with one data wire flipped */
	bool lose_masked;	/* edges while masked are forgotten, not latched */
};

struct wire_counters {
	u64 fights;
	u64 first_fight_ns;
	const struct wire *first_fight;
	u64 interrupts;
	u64 lost_interrupts;
	u64 bit_errors;
	u64 glitches;
};

/* All there is on the bench: one per module. */
struct wire_bench {
	raw_spinlock_t lock;	/* protects pins, wires, counters and random */
	struct wire_chip *chips;
	unsigned int num_chips;
	struct wire *wires;
	unsigned int num_wires;
	struct wire_faults faults;
	struct wire_counters counters;
	struct rnd_state random;
};

extern struct wire_bench wire_bench;

/* chip.c: the GPIO controller */
int wire_chip_add(struct wire_chip *chip, struct device *parent, unsigned int index);
void wire_chip_remove(struct wire_chip *chip);

/* interrupt.c: the interrupt controller */
void wire_interrupts_add(struct gpio_irq_chip *irq);
void wire_interrupt_init(struct wire_pin *pin);
void wire_pin_raise_interrupt(struct wire_pin *pin);
void wire_pin_drive(struct wire_pin *pin, bool output, bool value);

/* bank.c */
void wire_bank_init(struct wire_bank *bank, struct wire_chip *chip, const unsigned int *lines,
		    bool downstream);
void wire_bank_drive_strobe(const struct wire_bank *bank, bool output);
void wire_bank_drive_data(const struct wire_bank *bank, bool output);

/* limit.c */
int wire_limit_measure(unsigned int bytes, u64 *took_ns);

static inline bool wire_pin_level(const struct wire_pin *pin)
{
	/* data read after a strobe is at least as new: see wire_pin_see() */
	return smp_load_acquire(&pin->chip->levels) & BIT(pin->offset);
}

/* faults.c: what a wire's ends see, given what is driven and what is broken */
void wire_settle(struct wire *wire);
u32 wire_pin_delay_ns(const struct wire_pin *pin);
bool wire_reads_vary(void);
bool wire_pin_read(struct wire_pin *pin);
int wire_faults_command(char *command);

/* table.c: what is joined to what */
int wire_table_build(struct device *parent, unsigned int pis, unsigned int links);
void wire_table_free(void);
struct wire_bank *wire_table_bank(unsigned int index);

/* debugfs.c */
void wire_debugfs_add(void);
void wire_debugfs_remove(void);

#endif
