// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bank of a link as one register: all ten lines in one access, as a Pi's GPIO block
 * offers and gpiod does not.
 */
#include "bank.h"
#include "chip.h"
#include "faults.h"
#include "remote.h"

static struct sim_pin *sim_bank_pin(const struct sim_bank *bank, unsigned int number)
{
	return &bank->chip->pin[bank->lines[number]];
}

static const struct sim_bank *sim_bank_of(const struct pi_ring_platform_lines *lines)
{
	return lines->ctx;
}

/* Reads line by line, for wires that are slow or have glitches. */
static u32 sim_bank_read(const struct sim_bank *bank)
{
	u32 sample = 0;
	unsigned int i;

	/* the strobe first: the data must not be older than the strobe */
	if (sim_pin_read(sim_bank_pin(bank, bank->peer)))
		sample = BIT(SIM_DATA_LINES);
	for (i = 0; i < SIM_DATA_LINES; i++)
		if (sim_pin_read(sim_bank_pin(bank, i)))
			sample |= BIT(i);
	return sample;
}

static u32 sim_bank_sample(void *ctx)
{
	const struct sim_bank *bank = sim_bank_of(ctx);
	struct sim_remote *remote = sim_bank_pin(bank, bank->peer)->wire->remote;
	u32 levels;

	if (remote)
		sim_remote_look(remote);
	if (sim_reads_vary())
		return sim_bank_read(bank);
	levels = READ_ONCE(bank->chip->levels);
	return (levels >> bank->lines[0] & GENMASK(SIM_DATA_LINES - 1, 0)) |
	       (levels >> bank->lines[bank->peer] & 1) << SIM_DATA_LINES;
}

static void sim_bank_put(void *ctx, u8 data)
{
	const struct sim_bank *bank = sim_bank_of(ctx);
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&simulation.lock, flags);
	for (i = 0; i < SIM_DATA_LINES; i++) {
		struct sim_pin *pin = sim_bank_pin(bank, i);

		if (pin->value != (data >> i & 1))
			sim_pin_drive(pin, pin->output, data >> i & 1);
	}
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
}

static void sim_bank_strobe(void *ctx, bool high)
{
	const struct sim_bank *bank = sim_bank_of(ctx);
	struct sim_pin *pin = sim_bank_pin(bank, bank->strobe);
	unsigned long flags;

	raw_spin_lock_irqsave(&simulation.lock, flags);
	sim_pin_drive(pin, pin->output, high);
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
}

void sim_bank_init(struct sim_bank *bank, struct sim_chip *chip, const unsigned int *lines,
		   bool downstream)
{
	bank->chip = chip;
	bank->lines = lines;
	bank->strobe = downstream ? SIM_CLK : SIM_ACK;
	bank->peer = downstream ? SIM_ACK : SIM_CLK;
	bank->access.name = "wire";
	bank->access.ctx = bank;
	bank->access.sample = sim_bank_sample;
	bank->access.put = sim_bank_put;
	bank->access.strobe = sim_bank_strobe;
}

void sim_bank_drive_strobe(const struct sim_bank *bank, bool output)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&simulation.lock, flags);
	sim_pin_drive(sim_bank_pin(bank, bank->strobe), output, false);
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
}

void sim_bank_drive_data(const struct sim_bank *bank, bool output)
{
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&simulation.lock, flags);
	for (i = 0; i < SIM_DATA_LINES; i++)
		sim_pin_drive(sim_bank_pin(bank, i), output, false);
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
}
