// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines through a controller's registers: one read is a sample, two writes put a byte.
 *
 * A strobe must not reach the wires before the data have settled. A read pushes the
 * writes before it to the pads, as the RP1 is behind a posted bus, and takes longer
 * than a pad needs to settle. So there is at least one read between a change of the
 * data and a strobe; where a sample has come between, that is the read.
 */
#include <linux/bits.h>

#include "registers.h"

/*
 * A peripheral's registers are accessed in order without barriers. But a BCM2835, whose
 * processor is an ARMv6, may swap the replies of two peripherals that are read in turn.
 */
#ifdef CONFIG_CPU_V6
#define pi_ring_read	readl
#define pi_ring_write	writel
#else
#define pi_ring_read	readl_relaxed
#define pi_ring_write	writel_relaxed
#endif

u32 pi_ring_registers_data(const struct pi_ring_registers *registers, u32 level)
{
	u32 data = 0;
	int i;

	if (registers->in_a_row)
		return level >> registers->line[0] & PR_SAMPLE_DATA;
	for (i = 0; i < PI_RING_DATA_LINES; i++)
		data |= (level >> registers->line[i] & 1) << i;
	return data;
}

static u32 pi_ring_registers_sample(void *ctx)
{
	struct pi_ring_registers *registers = ctx;
	u32 level = pi_ring_read(registers->level);

	registers->dirty = false;
	return pi_ring_registers_data(registers, level) |
	       (level & registers->peer ? PR_SAMPLE_STROBE : 0);
}

static void pi_ring_registers_put(void *ctx, u8 data)
{
	struct pi_ring_registers *registers = ctx;
	u32 high = registers->lines_of[data];

	pi_ring_write(registers->data & ~high, registers->clear);
	pi_ring_write(high, registers->set);
	registers->dirty = true;
}

static void pi_ring_registers_strobe(void *ctx, bool high)
{
	struct pi_ring_registers *registers = ctx;

	if (registers->dirty)
		pi_ring_read(registers->level);
	registers->dirty = false;
	pi_ring_write(registers->strobe, high ? registers->set : registers->clear);
}

static int pi_ring_registers_take(void *ctx, u8 data)
{
	struct pi_ring_registers *registers = ctx;

	registers->dirty = true;
	if (!registers->output)
		return registers->turn->take(registers->turn_ctx, data);
	pi_ring_registers_put(registers, data);
	pi_ring_write(registers->data, registers->output);
	return 0;
}

static int pi_ring_registers_release(void *ctx)
{
	struct pi_ring_registers *registers = ctx;

	registers->dirty = true;
	if (!registers->input)
		return registers->turn->release(registers->turn_ctx);
	pi_ring_write(registers->data, registers->input);
	return 0;
}

const struct pr_lines pi_ring_registers_lines = {
	.sample = pi_ring_registers_sample,
	.put = pi_ring_registers_put,
	.strobe = pi_ring_registers_strobe,
	.take = pi_ring_registers_take,
	.release = pi_ring_registers_release,
};

void pi_ring_registers_index(struct pi_ring_registers *registers)
{
	unsigned int byte, i;

	registers->in_a_row = true;
	for (i = 0; i < PI_RING_DATA_LINES; i++)
		if (registers->line[i] != registers->line[0] + i)
			registers->in_a_row = false;
	for (byte = 0; byte < 256; byte++) {
		registers->lines_of[byte] = 0;
		for (i = 0; i < PI_RING_DATA_LINES; i++)
			if (byte & BIT(i))
				registers->lines_of[byte] |= BIT(registers->line[i]);
	}
	registers->data = registers->lines_of[0xff];
}
