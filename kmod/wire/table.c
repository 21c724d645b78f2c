// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is joined to what: link i runs from chip i's downstream bank to the
 * upstream bank of chip i+1, so one chip is a Pi wired to itself, two chips
 * and one link are a pair, N chips and N links a ring.
 */
#include <linux/gpio/machine.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "wire.h"

/* GPIO numbers of the header, in the order of a link's wires. */
static const unsigned int downstream_bank[WIRES_PER_LINK] = {
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25
};

static const unsigned int upstream_bank[WIRES_PER_LINK] = {
	4, 5, 6, 7, 8, 9, 10, 11, 12, 13
};

/* A bank as the driver finds it: a device, its role and its ten lines by name. */
struct wire_device {
	struct platform_device *platform;
	struct gpiod_lookup_table *lookup;
	struct wire_bank bank;
	char name[16];
};

static struct wire_device *wire_devices;
static unsigned int num_wire_devices;

static void wire_join(struct wire *wire, unsigned int number, unsigned int link,
		      struct wire_pin *from, struct wire_pin *to)
{
	wire->link = link;
	wire->number = number;
	wire->end[0] = from;
	wire->end[1] = to;
	from->wire = wire;
	to->wire = wire;
}

static void wire_join_link(unsigned int link)
{
	struct wire_chip *from = &wire_bench.chips[link];
	struct wire_chip *to = &wire_bench.chips[(link + 1) % wire_bench.num_chips];
	unsigned int i;

	for (i = 0; i < WIRES_PER_LINK; i++)
		wire_join(&wire_bench.wires[link * WIRES_PER_LINK + i], i, link,
			  &from->pin[downstream_bank[i]], &to->pin[upstream_bank[i]]);
}

static struct gpiod_lookup_table *wire_lookup(const char *dev_id, const char *chip,
					      const unsigned int *bank)
{
	struct gpiod_lookup_table *lookup;
	unsigned int i;

	lookup = kzalloc(struct_size(lookup, table, WIRES_PER_LINK + 1), GFP_KERNEL);
	if (!lookup)
		return NULL;
	lookup->dev_id = dev_id;
	for (i = 0; i < WIRE_DATA_LINES; i++)
		lookup->table[i] = GPIO_LOOKUP_IDX(chip, bank[i], "data", i, GPIO_PULL_DOWN);
	lookup->table[WIRE_CLK] = GPIO_LOOKUP(chip, bank[WIRE_CLK], "clk", GPIO_PULL_DOWN);
	lookup->table[WIRE_ACK] = GPIO_LOOKUP(chip, bank[WIRE_ACK], "ack", GPIO_PULL_DOWN);
	return lookup;
}

static int wire_device_add(struct device *parent, struct wire_chip *chip, bool downstream)
{
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_STRING("role", downstream ? "downstream" : "upstream"),
		{ }
	};
	const unsigned int *lines = downstream ? downstream_bank : upstream_bank;
	struct wire_device *dev = &wire_devices[num_wire_devices];
	struct platform_device_info info = {
		.parent = parent,
		.name = "pi-ring",
		.id = num_wire_devices,
		.properties = properties,
		.data = &dev->bank.access,
		.size_data = sizeof(dev->bank.access),
	};

	snprintf(dev->name, sizeof(dev->name), "pi-ring.%u", num_wire_devices);
	wire_bank_init(&dev->bank, chip, lines, downstream);
	dev->lookup = wire_lookup(dev->name, chip->label, lines);
	if (!dev->lookup)
		return -ENOMEM;
	gpiod_add_lookup_table(dev->lookup);
	dev->platform = platform_device_register_full(&info);
	if (IS_ERR(dev->platform)) {
		gpiod_remove_lookup_table(dev->lookup);
		kfree(dev->lookup);
		return PTR_ERR(dev->platform);
	}
	num_wire_devices++;
	return 0;
}

static int wire_add_devices(struct device *parent, unsigned int links)
{
	unsigned int link;
	int err = 0;

	for (link = 0; link < links && !err; link++) {
		struct wire_chip *from = &wire_bench.chips[link];
		struct wire_chip *to = &wire_bench.chips[(link + 1) % wire_bench.num_chips];

		err = wire_device_add(parent, from, true);
		if (!err)
			err = wire_device_add(parent, to, false);
	}
	return err;
}

static int wire_add_chips(struct device *parent, unsigned int pis)
{
	int err;

	while (wire_bench.num_chips < pis) {
		err = wire_chip_add(&wire_bench.chips[wire_bench.num_chips], parent,
				    wire_bench.num_chips);
		if (err)
			return err;
		wire_bench.num_chips++;
	}
	return 0;
}

/* Downstream and upstream ends in turn, link by link. */
struct wire_bank *wire_table_bank(unsigned int index)
{
	return &wire_devices[index].bank;
}

void wire_table_free(void)
{
	while (num_wire_devices) {
		struct wire_device *dev = &wire_devices[--num_wire_devices];

		platform_device_unregister(dev->platform);
		gpiod_remove_lookup_table(dev->lookup);
		kfree(dev->lookup);
	}
	while (wire_bench.num_chips)
		wire_chip_remove(&wire_bench.chips[--wire_bench.num_chips]);
	kfree(wire_devices);
	kfree(wire_bench.wires);
	kfree(wire_bench.chips);
}

/* Wires are joined once the chips stand and before anything can claim a line. */
int wire_table_build(struct device *parent, unsigned int pis, unsigned int links)
{
	unsigned int link;
	int err;

	if (!pis || pis > WIRE_MAX_CHIPS || !links || links > pis)
		return -EINVAL;
	wire_bench.chips = kcalloc(pis, sizeof(*wire_bench.chips), GFP_KERNEL);
	wire_bench.wires = kcalloc(links * WIRES_PER_LINK, sizeof(*wire_bench.wires), GFP_KERNEL);
	wire_devices = kcalloc(links * 2, sizeof(*wire_devices), GFP_KERNEL);
	err = -ENOMEM;
	if (!wire_bench.chips || !wire_bench.wires || !wire_devices)
		goto free_table;
	err = wire_add_chips(parent, pis);
	if (err)
		goto free_table;
	for (link = 0; link < links; link++)
		wire_join_link(link);
	wire_bench.num_wires = links * WIRES_PER_LINK;
	err = wire_add_devices(parent, links);
	if (!err)
		return 0;
free_table:
	wire_table_free();
	return err;
}
