// SPDX-License-Identifier: GPL-2.0-only
/*
 * The levels at the two ends of a wire: from outputs, pulls and delay, and from
 * everything that can be wrong with a jumper wire.
 */
#include <linux/irq.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "chip.h"
#include "faults.h"
#include "interrupt.h"
#include "remote.h"

#define PPM 1000000

static bool sim_chance(u32 ppm)
{
	return ppm && prandom_u32_state(&simulation.random) % PPM < ppm;
}

u32 sim_pin_delay_ns(const struct sim_pin *pin)
{
	const struct sim_faults *faults = &simulation.faults;

	return READ_ONCE(faults->delay_ns) +
	       READ_ONCE(faults->skew_ns) * pin->wire->number / SIM_WIRES_PER_LINK;
}

/* A change that is undone within the delay is never seen: short pulses vanish on long wires. */
static bool sim_pin_level_at(const struct sim_pin *pin, u64 now_ns)
{
	return now_ns - pin->changed_ns < sim_pin_delay_ns(pin) ? pin->before :
								   sim_pin_level(pin);
}

static bool sim_is_slow(void)
{
	const struct sim_faults *faults = &simulation.faults;

	return READ_ONCE(faults->delay_ns) || READ_ONCE(faults->skew_ns);
}

bool sim_reads_vary(void)
{
	return sim_is_slow() || READ_ONCE(simulation.faults.glitch_ppm);
}

bool sim_pin_read(struct sim_pin *pin)
{
	const struct sim_faults *faults = &simulation.faults;
	unsigned long flags;
	bool level;

	if (unlikely(!pin->wire))
		return pin->output ? pin->value : pin->pull == SIM_PULL_UP;
	if (pin->wire->remote)
		sim_remote_look(pin->wire->remote);
	if (!sim_reads_vary())
		return sim_pin_level(pin);
	raw_spin_lock_irqsave(&simulation.lock, flags);
	level = sim_pin_level_at(pin, ktime_get_ns());
	if (sim_chance(faults->glitch_ppm)) {
		level = !level;
		simulation.counters.glitches++;
	}
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
	return level;
}

static void sim_pin_see(struct sim_pin *pin, bool level)
{
	u64 now_ns;

	if (sim_pin_level(pin) == level)
		return;
	if (sim_is_slow()) {
		now_ns = ktime_get_ns();
		pin->before = sim_pin_level_at(pin, now_ns);
		pin->changed_ns = now_ns;
	}
	/* pairs with sim_pin_level(): changes are seen in the order they were made */
	smp_store_release(&pin->chip->levels, pin->chip->levels ^ BIT(pin->offset));
	if (pin->trigger & (level ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_EDGE_FALLING))
		sim_pin_raise_interrupt(pin);
}

static void sim_count_fight(struct sim_wire *wire)
{
	struct sim_counters *counters = &simulation.counters;
	bool fight = !wire->open && wire->end[0]->output && wire->end[1]->output;

	if (fight && !wire->fought) {
		if (!counters->fights++) {
			counters->first_fight_ns = ktime_get_ns();
			counters->first_fight = wire;
		}
		if (wire->remote)
			sim_remote_count_fight(wire->remote);
	}
	wire->fought = fight;
}

/* Where outputs meet, low wins. Without an output, pulls that disagree give a random level. */
static bool sim_level_of(struct sim_pin *const *pins, unsigned int count)
{
	bool driven = false, level = true, up = false, down = false;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (pins[i]->output) {
			driven = true;
			level &= pins[i]->value;
		}
		up |= pins[i]->pull == SIM_PULL_UP;
		down |= pins[i]->pull == SIM_PULL_DOWN;
	}
	if (driven)
		return level;
	return up == down ? prandom_u32_state(&simulation.random) & 1 : up;
}

static bool sim_level_with_faults(struct sim_wire *wire, struct sim_pin *const *pins,
				  unsigned int count)
{
	if (wire->stuck != SIM_FREE)
		return wire->stuck == SIM_STUCK_HIGH;
	return sim_level_of(pins, count) ^ wire->flipped;
}

static void sim_settle_ends(struct sim_wire *wire)
{
	struct sim_pin *pins[4] = { wire->end[0], wire->end[1] };
	bool level;
	int i;

	if (wire->open) {
		for (i = 0; i < 2; i++)
			sim_pin_see(wire->end[i],
				    sim_level_with_faults(wire, &wire->end[i], 1));
		return;
	}
	if (wire->shorted)
		memcpy(&pins[2], wire->shorted->end, sizeof(wire->shorted->end));
	level = sim_level_with_faults(wire, pins, wire->shorted ? 4 : 2);
	for (i = 0; i < 2; i++)
		sim_pin_see(pins[i], level);
}

static struct sim_wire *sim_link_of(const struct sim_wire *wire)
{
	return &simulation.wires[wire->link * SIM_WIRES_PER_LINK];
}

static void sim_end_bit_errors(struct sim_wire *link)
{
	unsigned int i;

	for (i = 0; i < SIM_DATA_LINES; i++) {
		if (!link[i].flipped)
			continue;
		link[i].flipped = false;
		sim_settle_ends(&link[i]);
	}
}

static void sim_start_bit_error(struct sim_wire *link)
{
	struct sim_wire *victim = &link[prandom_u32_state(&simulation.random) % SIM_DATA_LINES];

	victim->flipped = true;
	simulation.counters.bit_errors++;
	sim_settle_ends(victim);
}

/*
 * The end that drives the data is about to raise its strobe, so the peer, if it is in
 * this kernel, will read one byte or code. The listener's strobe rises as often, but no
 * data belong to it.
 */
static bool sim_offers_byte(const struct sim_wire *wire)
{
	const struct sim_wire *data = sim_link_of(wire);
	unsigned int i;

	if (wire->number < SIM_CLK)
		return false;
	for (i = 0; i < 2; i++)
		if (wire->end[i]->output && wire->end[i]->value && !sim_pin_level(wire->end[i]) &&
		    data->end[i]->output && !sim_remote_has(wire, !i))
			return true;
	return false;
}

/* A bit error begins just before a strobe rises, and ends at the link's next move. */
void sim_settle(struct sim_wire *wire)
{
	u32 ppm = READ_ONCE(simulation.faults.bit_error_ppm);

	sim_count_fight(wire);
	if (ppm) {
		sim_end_bit_errors(sim_link_of(wire));
		if (sim_offers_byte(wire) && sim_chance(ppm))
			sim_start_bit_error(sim_link_of(wire));
	}
	sim_settle_ends(wire);
	if (wire->shorted)
		sim_settle_ends(wire->shorted);
}

static void sim_short(struct sim_wire *a, struct sim_wire *b)
{
	a->shorted = b;
	b->shorted = a;
}

/* The far ends change places, as if two jumper wires were exchanged. */
static void sim_swap(struct sim_wire *a, struct sim_wire *b)
{
	swap(a->end[1], b->end[1]);
	a->end[1]->wire = a;
	b->end[1]->wire = b;
}

static void sim_heal(void)
{
	unsigned int i;

	for (i = 0; i < simulation.num_wires; i++) {
		struct sim_wire *wire = &simulation.wires[i];

		wire->stuck = SIM_FREE;
		wire->open = false;
		wire->flipped = false;
		wire->shorted = NULL;
	}
}

static void sim_settle_all(void)
{
	unsigned int i;

	for (i = 0; i < simulation.num_wires; i++)
		sim_settle(&simulation.wires[i]);
}

/* When a Pi resets, all its lines become inputs. */
static void sim_reset_chip(struct sim_chip *chip)
{
	unsigned int offset;

	for (offset = 0; offset < SIM_LINES_PER_CHIP; offset++)
		sim_pin_drive(&chip->pin[offset], false, chip->pin[offset].value);
}

static int sim_apply_command(const char *verb, unsigned int a, unsigned int b)
{
	struct sim_wire *wire = a < simulation.num_wires ? &simulation.wires[a] : NULL;
	struct sim_wire *other = b < simulation.num_wires ? &simulation.wires[b] : NULL;

	if (!strcmp(verb, "heal"))
		sim_heal();
	else if (!strcmp(verb, "reset") && a < simulation.num_chips)
		sim_reset_chip(&simulation.chips[a]);
	else if (!strcmp(verb, "open") && wire)
		wire->open = true;
	else if (!strcmp(verb, "stuck") && wire && b <= 1)
		wire->stuck = b ? SIM_STUCK_HIGH : SIM_STUCK_LOW;
	else if (!strcmp(verb, "swap") && wire && other && wire != other)
		sim_swap(wire, other);
	else if (!strcmp(verb, "short") && wire && other && wire != other)
		sim_short(wire, other);
	else
		return -EINVAL;
	return 0;
}

int sim_faults_command(char *command)
{
	unsigned int a = UINT_MAX, b = UINT_MAX;
	unsigned long flags;
	char verb[8];
	int err;

	if (sscanf(command, "%7s %u %u", verb, &a, &b) < 1)
		return -EINVAL;
	raw_spin_lock_irqsave(&simulation.lock, flags);
	err = sim_apply_command(verb, a, b);
	if (!err)
		sim_settle_all();
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
	return err;
}
