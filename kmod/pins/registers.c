// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines through a controller's registers: one read is a sample, two writes put a
 * byte. Directions are changed through gpiod, as other drivers share those registers.
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/io.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include "controllers.h"
#include "gpiod.h"
#include "registers.h"

#define LINES_PER_REGISTER 32

u32 pi_ring_registers_data(const struct pi_ring_registers *registers, u32 level)
{
	u32 data = 0;
	int i;

	for (i = 0; i < PI_RING_DATA_LINES; i++)
		data |= (level >> registers->line[i] & 1) << i;
	return data;
}

static u32 pi_ring_registers_sample(void *ctx)
{
	const struct pi_ring_pins *pins = ctx;
	const struct pi_ring_registers *registers = &pins->registers;
	u32 level = readl(registers->level);

	return pi_ring_registers_data(registers, level) |
	       (level & registers->peer ? PR_SAMPLE_STROBE : 0);
}

static void pi_ring_registers_put(void *ctx, u8 data)
{
	const struct pi_ring_pins *pins = ctx;
	const struct pi_ring_registers *registers = &pins->registers;
	u32 high = registers->lines_of[data];

	writel(registers->data & ~high, registers->clear);
	writel(high, registers->set);
}

/*
 * The read pushes the writes before it to the pads, as the RP1 is behind a posted
 * bus, and takes longer than a pad needs to settle.
 */
static void pi_ring_registers_strobe(void *ctx, bool high)
{
	const struct pi_ring_pins *pins = ctx;
	const struct pi_ring_registers *registers = &pins->registers;

	readl(registers->level);
	writel(registers->strobe, high ? registers->set : registers->clear);
}

static const struct pr_lines pi_ring_registers_lines = {
	.sample = pi_ring_registers_sample,
	.put = pi_ring_registers_put,
	.strobe = pi_ring_registers_strobe,
	.take = pi_ring_gpiod_take,
	.release = pi_ring_gpiod_release,
};

void pi_ring_registers_index(struct pi_ring_registers *registers)
{
	unsigned int byte, i;

	for (byte = 0; byte < ARRAY_SIZE(registers->lines_of); byte++) {
		registers->lines_of[byte] = 0;
		for (i = 0; i < PI_RING_DATA_LINES; i++)
			if (byte & BIT(i))
				registers->lines_of[byte] |= BIT(registers->line[i]);
	}
	registers->data = registers->lines_of[0xff];
}

/* A line's bit in the registers; the first line decides which controller it must be. */
static int pi_ring_line_of(struct device *dev, const char *property, int index,
			   struct device_node **controller)
{
	struct of_phandle_args line;
	bool same;

	if (of_parse_phandle_with_args(dev->of_node, property, "#gpio-cells", index, &line))
		return -ENODEV;
	if (!*controller)
		*controller = of_node_get(line.np);
	same = line.np == *controller;
	of_node_put(line.np);
	return same && line.args[0] < LINES_PER_REGISTER ? (int)line.args[0] : -ENODEV;
}

static int pi_ring_registers_find_lines(struct device *dev, struct pi_ring_pins *pins,
					bool downstream, struct device_node **controller)
{
	int i, line;

	for (i = 0; i < PI_RING_DATA_LINES; i++) {
		line = pi_ring_line_of(dev, "data-gpios", i, controller);
		if (line < 0 || gpiod_is_active_low(pins->data->desc[i]))
			return -ENODEV;
		pins->registers.line[i] = line;
	}
	line = pi_ring_line_of(dev, downstream ? "clk-gpios" : "ack-gpios", 0, controller);
	if (line < 0 || gpiod_is_active_low(pins->strobe))
		return -ENODEV;
	pins->registers.strobe = BIT(line);
	line = pi_ring_line_of(dev, downstream ? "ack-gpios" : "clk-gpios", 0, controller);
	if (line < 0 || gpiod_is_active_low(pins->peer))
		return -ENODEV;
	pins->registers.peer = BIT(line);
	return 0;
}

static int pi_ring_registers_map(struct device *dev, struct pi_ring_pins *pins,
				 const struct device_node *node)
{
	const struct pi_ring_controller *controller = pi_ring_controller_of(node);
	struct resource block;
	void __iomem *base;

	if (!controller)
		return -ENODEV;
	if (of_address_to_resource((struct device_node *)node, controller->resource, &block))
		return -ENODEV;
	/* Mapped, not requested: the region belongs to the controller's own driver. */
	base = devm_ioremap(dev, block.start, resource_size(&block));
	if (!base)
		return -ENOMEM;
	pins->registers.set = base + controller->set;
	pins->registers.clear = base + controller->clear;
	pins->registers.level = base + controller->level;
	pins->access = controller->name;
	return 0;
}

int pi_ring_registers_use(struct device *dev, struct pi_ring_pins *pins, enum pr_role role)
{
	struct device_node *node = NULL;
	int err;

	err = pi_ring_registers_find_lines(dev, pins, role == PR_DOWNSTREAM, &node);
	if (!err)
		err = pi_ring_registers_map(dev, pins, node);
	of_node_put(node);
	if (err)
		return err;
	pi_ring_registers_index(&pins->registers);
	pins->lines = pi_ring_registers_lines;
	return 0;
}
