// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bank of a link as one register: what a Pi's GPIO block gives the driver,
 * and gpiod does not, all ten lines in one access.
 */
#include "wire.h"

static struct wire_pin *wire_bank_pin(const struct wire_bank *bank, unsigned int number)
{
	return &bank->chip->pin[bank->lines[number]];
}

static const struct wire_bank *wire_bank_of(const struct pi_ring_platform_lines *lines)
{
	return lines->ctx;
}

/* Line by line, where wires are slow or have glitches. */
static u32 wire_bank_read(const struct wire_bank *bank)
{
	u32 sample = 0;
	unsigned int i;

	/* the strobe first: data must not be older than it */
	if (wire_pin_read(wire_bank_pin(bank, bank->peer)))
		sample = BIT(WIRE_DATA_LINES);
	for (i = 0; i < WIRE_DATA_LINES; i++)
		if (wire_pin_read(wire_bank_pin(bank, i)))
			sample |= BIT(i);
	return sample;
}

static u32 wire_bank_sample(void *ctx)
{
	const struct wire_bank *bank = wire_bank_of(ctx);
	u32 levels;

	if (wire_reads_vary())
		return wire_bank_read(bank);
	levels = READ_ONCE(bank->chip->levels);
	return (levels >> bank->lines[0] & GENMASK(WIRE_DATA_LINES - 1, 0)) |
	       (levels >> bank->lines[bank->peer] & 1) << WIRE_DATA_LINES;
}

static void wire_bank_put(void *ctx, u8 data)
{
	const struct wire_bank *bank = wire_bank_of(ctx);
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	for (i = 0; i < WIRE_DATA_LINES; i++) {
		struct wire_pin *pin = wire_bank_pin(bank, i);

		if (pin->value != (data >> i & 1))
			wire_pin_drive(pin, pin->output, data >> i & 1);
	}
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
}

static void wire_bank_strobe(void *ctx, bool high)
{
	const struct wire_bank *bank = wire_bank_of(ctx);
	struct wire_pin *pin = wire_bank_pin(bank, bank->strobe);
	unsigned long flags;

	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	wire_pin_drive(pin, pin->output, high);
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
}

void wire_bank_init(struct wire_bank *bank, struct wire_chip *chip, const unsigned int *lines,
		    bool downstream)
{
	bank->chip = chip;
	bank->lines = lines;
	bank->strobe = downstream ? WIRE_CLK : WIRE_ACK;
	bank->peer = downstream ? WIRE_ACK : WIRE_CLK;
	bank->access.name = "wire";
	bank->access.ctx = bank;
	bank->access.sample = wire_bank_sample;
	bank->access.put = wire_bank_put;
	bank->access.strobe = wire_bank_strobe;
}

/* Make an end's lines outputs that are low, or let go of them, without a driver. */
void wire_bank_drive_strobe(const struct wire_bank *bank, bool output)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	wire_pin_drive(wire_bank_pin(bank, bank->strobe), output, false);
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
}

void wire_bank_drive_data(const struct wire_bank *bank, bool output)
{
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	for (i = 0; i < WIRE_DATA_LINES; i++)
		wire_pin_drive(wire_bank_pin(bank, i), output, false);
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
}
