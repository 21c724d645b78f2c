// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the two ends of a wire see: drivers, pulls, delay, and everything that
 * can be wrong with a jumper wire.
 */
#include <linux/irq.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "wire.h"

#define PPM 1000000

static bool wire_chance(u32 ppm)
{
	return ppm && prandom_u32_state(&wire_bench.random) % PPM < ppm;
}

u32 wire_pin_delay_ns(const struct wire_pin *pin)
{
	const struct wire_faults *faults = &wire_bench.faults;

	return READ_ONCE(faults->delay_ns) +
	       READ_ONCE(faults->skew_ns) * pin->wire->number / WIRES_PER_LINK;
}

/* A change that is undone within the delay is never seen: short pulses vanish on long wires. */
static bool wire_pin_level_at(const struct wire_pin *pin, u64 now_ns)
{
	return now_ns - pin->changed_ns < wire_pin_delay_ns(pin) ? pin->before :
								   wire_pin_level(pin);
}

static bool wire_is_slow(void)
{
	const struct wire_faults *faults = &wire_bench.faults;

	return READ_ONCE(faults->delay_ns) || READ_ONCE(faults->skew_ns);
}

/* If not, the levels are what a read shows, and it takes no lock. */
bool wire_reads_vary(void)
{
	return wire_is_slow() || READ_ONCE(wire_bench.faults.glitch_ppm);
}

bool wire_pin_read(struct wire_pin *pin)
{
	const struct wire_faults *faults = &wire_bench.faults;
	unsigned long flags;
	bool level;

	if (unlikely(!pin->wire))
		return pin->output ? pin->value : pin->pull == WIRE_PULL_UP;
	if (!wire_reads_vary())
		return wire_pin_level(pin);
	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	level = wire_pin_level_at(pin, ktime_get_ns());
	if (wire_chance(faults->glitch_ppm)) {
		level = !level;
		wire_bench.counters.glitches++;
	}
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
	return level;
}

static void wire_pin_see(struct wire_pin *pin, bool level)
{
	u64 now_ns;

	if (wire_pin_level(pin) == level)
		return;
	if (wire_is_slow()) {
		now_ns = ktime_get_ns();
		pin->before = wire_pin_level_at(pin, now_ns);
		pin->changed_ns = now_ns;
	}
	/* what was driven before this change is seen before it: see wire_pin_level() */
	smp_store_release(&pin->chip->levels, pin->chip->levels ^ BIT(pin->offset));
	if (pin->trigger & (level ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_EDGE_FALLING))
		wire_pin_raise_interrupt(pin);
}

static void wire_count_fight(struct wire *wire)
{
	struct wire_counters *counters = &wire_bench.counters;
	bool fight = !wire->open && wire->end[0]->output && wire->end[1]->output;

	if (fight && !wire->fought && !counters->fights++) {
		counters->first_fight_ns = ktime_get_ns();
		counters->first_fight = wire;
	}
	wire->fought = fight;
}

/* Low wins where outputs meet; where nothing drives, pulls that disagree leave it to chance. */
static bool wire_level_of(struct wire_pin *const *pins, unsigned int count)
{
	bool driven = false, level = true, up = false, down = false;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (pins[i]->output) {
			driven = true;
			level &= pins[i]->value;
		}
		up |= pins[i]->pull == WIRE_PULL_UP;
		down |= pins[i]->pull == WIRE_PULL_DOWN;
	}
	if (driven)
		return level;
	return up == down ? prandom_u32_state(&wire_bench.random) & 1 : up;
}

static bool wire_level_with_faults(struct wire *wire, struct wire_pin *const *pins,
				   unsigned int count)
{
	if (wire->stuck != WIRE_FREE)
		return wire->stuck == WIRE_STUCK_HIGH;
	return wire_level_of(pins, count) ^ wire->flipped;
}

static void wire_settle_ends(struct wire *wire)
{
	struct wire_pin *pins[4] = { wire->end[0], wire->end[1] };
	bool level;
	int i;

	if (wire->open) {
		for (i = 0; i < 2; i++)
			wire_pin_see(wire->end[i],
				     wire_level_with_faults(wire, &wire->end[i], 1));
		return;
	}
	if (wire->shorted)
		memcpy(&pins[2], wire->shorted->end, sizeof(wire->shorted->end));
	level = wire_level_with_faults(wire, pins, wire->shorted ? 4 : 2);
	for (i = 0; i < 2; i++)
		wire_pin_see(pins[i], level);
}

static struct wire *wire_link_of(const struct wire *wire)
{
	return &wire_bench.wires[wire->link * WIRES_PER_LINK];
}

static void wire_end_bit_errors(struct wire *link)
{
	unsigned int i;

	for (i = 0; i < WIRE_DATA_LINES; i++) {
		if (!link[i].flipped)
			continue;
		link[i].flipped = false;
		wire_settle_ends(&link[i]);
	}
}

static void wire_start_bit_error(struct wire *link)
{
	struct wire *victim = &link[prandom_u32_state(&wire_bench.random) % WIRE_DATA_LINES];

	victim->flipped = true;
	wire_bench.counters.bit_errors++;
	wire_settle_ends(victim);
}

/*
 * Whoever drives the data is about to raise its strobe: one byte, or one code, to be
 * read. The listener's strobe rises as often, and says nothing of the data.
 */
static bool wire_offers_byte(const struct wire *wire)
{
	const struct wire *data = wire_link_of(wire);
	unsigned int i;

	if (wire->number < WIRE_CLK)
		return false;
	for (i = 0; i < 2; i++)
		if (wire->end[i]->output && wire->end[i]->value && !wire_pin_level(wire->end[i]) &&
		    data->end[i]->output)
			return true;
	return false;
}

/*
 * Caller holds wire_bench.lock. A bit error comes before the strobe that
 * should have made the data good, and is gone by the link's next move.
 */
void wire_settle(struct wire *wire)
{
	u32 ppm = READ_ONCE(wire_bench.faults.bit_error_ppm);

	wire_count_fight(wire);
	if (ppm) {
		wire_end_bit_errors(wire_link_of(wire));
		if (wire_offers_byte(wire) && wire_chance(ppm))
			wire_start_bit_error(wire_link_of(wire));
	}
	wire_settle_ends(wire);
	if (wire->shorted)
		wire_settle_ends(wire->shorted);
}

static void wire_short(struct wire *a, struct wire *b)
{
	a->shorted = b;
	b->shorted = a;
}

/* The far ends change places, as two jumper wires plugged in crosswise. */
static void wire_swap(struct wire *a, struct wire *b)
{
	swap(a->end[1], b->end[1]);
	a->end[1]->wire = a;
	b->end[1]->wire = b;
}

static void wire_heal(void)
{
	unsigned int i;

	for (i = 0; i < wire_bench.num_wires; i++) {
		struct wire *wire = &wire_bench.wires[i];

		wire->stuck = WIRE_FREE;
		wire->open = false;
		wire->flipped = false;
		wire->shorted = NULL;
	}
}

static void wire_settle_all(void)
{
	unsigned int i;

	for (i = 0; i < wire_bench.num_wires; i++)
		wire_settle(&wire_bench.wires[i]);
}

/* A Pi that resets lets go of everything. */
static void wire_reset_chip(struct wire_chip *chip)
{
	unsigned int offset;

	for (offset = 0; offset < WIRE_LINES_PER_CHIP; offset++)
		chip->pin[offset].output = false;
}

static int wire_apply_command(const char *verb, unsigned int a, unsigned int b)
{
	struct wire *wire = a < wire_bench.num_wires ? &wire_bench.wires[a] : NULL;
	struct wire *other = b < wire_bench.num_wires ? &wire_bench.wires[b] : NULL;

	if (!strcmp(verb, "heal"))
		wire_heal();
	else if (!strcmp(verb, "reset") && a < wire_bench.num_chips)
		wire_reset_chip(&wire_bench.chips[a]);
	else if (!strcmp(verb, "open") && wire)
		wire->open = true;
	else if (!strcmp(verb, "stuck") && wire && b <= 1)
		wire->stuck = b ? WIRE_STUCK_HIGH : WIRE_STUCK_LOW;
	else if (!strcmp(verb, "swap") && wire && other && wire != other)
		wire_swap(wire, other);
	else if (!strcmp(verb, "short") && wire && other && wire != other)
		wire_short(wire, other);
	else
		return -EINVAL;
	return 0;
}

/* "heal", "reset CHIP", "open WIRE", "stuck WIRE 0|1", "swap WIRE WIRE", "short WIRE WIRE" */
int wire_faults_command(char *command)
{
	unsigned int a = UINT_MAX, b = UINT_MAX;
	unsigned long flags;
	char verb[8];
	int err;

	if (sscanf(command, "%7s %u %u", verb, &a, &b) < 1)
		return -EINVAL;
	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	err = wire_apply_command(verb, a, b);
	if (!err)
		wire_settle_all();
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
	return err;
}
