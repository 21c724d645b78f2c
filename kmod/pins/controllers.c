// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GPIO controllers of the Pis, by the names that a device tree gives them. Directions
 * are changed through gpiod where other drivers share the registers for that.
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/io.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include "controllers.h"
#include "gpiod.h"

#define LINES_PER_REGISTER 32

struct pi_ring_controller {
	const char *name;
	const char *const *compatible;	/* ends in NULL */
	unsigned int resource;		/* index of the controller's register block */
	unsigned int lines;		/* that a register has */
	u32 set;			/* offsets in that block */
	u32 clear;
	u32 level;
	u32 output;			/* 0: none */
	u32 input;
};

static const char *const bcm2835_compatible[] = {
	"brcm,bcm2835-gpio", "brcm,bcm2711-gpio", "brcm,bcm7211-gpio", NULL
};

static const char *const rp1_compatible[] = { "raspberrypi,rp1-gpio", NULL };

static const struct pi_ring_controller pi_ring_controllers[] = {
	{
		/* Pi 1 to 4: the registers of lines 0 to 31. */
		.name = "bcm2835",
		.compatible = bcm2835_compatible,
		.resource = 0,
		.lines = 32,
		.set = 0x1c,	/* GPSET0 */
		.clear = 0x28,	/* GPCLR0 */
		.level = 0x34,	/* GPLEV0 */
	},
	{
		/*
		 * Pi 5: the second block (registered I/O) of the RP1's controller,
		 * for the header's lines 0 to 27. The aliases at 0x2000 and 0x3000
		 * set and clear bits of a register.
		 */
		.name = "rp1",
		.compatible = rp1_compatible,
		.resource = 1,
		.lines = 28,
		.set = 0x2000,		/* RIO_OUT */
		.clear = 0x3000,
		.level = 0x0c,		/* RIO_SYNC_IN */
		.output = 0x2004,	/* RIO_OE */
		.input = 0x3004,
	},
};

static bool pi_ring_controller_is(const struct pi_ring_controller *controller,
				  const struct device_node *node)
{
	const char *const *compatible;

	for (compatible = controller->compatible; *compatible; compatible++)
		if (of_device_is_compatible(node, *compatible))
			return true;
	return false;
}

static const struct pi_ring_controller *pi_ring_controller_of(const struct device_node *node)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pi_ring_controllers); i++)
		if (pi_ring_controller_is(&pi_ring_controllers[i], node))
			return &pi_ring_controllers[i];
	return NULL;
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

static int pi_ring_find_lines(struct device *dev, struct pi_ring_pins *pins,
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

/* The controller has all of these lines: its registers may have more bits than lines. */
static bool pi_ring_has_lines(const struct pi_ring_controller *controller,
			      const struct pi_ring_registers *registers)
{
	u32 lines = registers->data | registers->strobe | registers->peer;

	return !(lines & ~GENMASK(controller->lines - 1, 0));
}

static void pi_ring_set_offsets(struct pi_ring_registers *registers, void __iomem *base,
				const struct pi_ring_controller *controller)
{
	registers->set = base + controller->set;
	registers->clear = base + controller->clear;
	registers->level = base + controller->level;
	registers->output = controller->output ? base + controller->output : NULL;
	registers->input = controller->input ? base + controller->input : NULL;
}

static int pi_ring_map(struct device *dev, struct pi_ring_pins *pins,
		       const struct device_node *node)
{
	const struct pi_ring_controller *controller = pi_ring_controller_of(node);
	struct resource block;
	void __iomem *base;

	if (!controller || !pi_ring_has_lines(controller, &pins->registers))
		return -ENODEV;
	if (of_address_to_resource((struct device_node *)node, controller->resource, &block))
		return -ENODEV;
	/* Mapped, not requested: the region belongs to the controller's own driver. */
	base = devm_ioremap(dev, block.start, resource_size(&block));
	if (!base)
		return -ENOMEM;
	pi_ring_set_offsets(&pins->registers, base, controller);
	pins->access = controller->name;
	return 0;
}

int pi_ring_controllers_use(struct device *dev, struct pi_ring_pins *pins, enum pr_role role)
{
	struct device_node *node = NULL;
	int err;

	err = pi_ring_find_lines(dev, pins, role == PR_DOWNSTREAM, &node);
	if (!err) {
		pi_ring_registers_index(&pins->registers);
		err = pi_ring_map(dev, pins, node);
	}
	of_node_put(node);
	if (err)
		return err;
	pins->registers.turn = &pi_ring_gpiod_lines;
	pins->registers.turn_ctx = pins;
	pins->lines = pi_ring_registers_lines;
	pins->lines_ctx = &pins->registers;
	return 0;
}
