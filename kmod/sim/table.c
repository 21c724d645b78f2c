// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which line is joined to which: link i runs from chip i's downstream bank to the
 * upstream bank of chip i+1. So one chip is a Pi wired to itself, two chips and one
 * link are a pair, N chips and N links are a ring.
 */
#include <linux/gpio/machine.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "bank.h"
#include "chip.h"
#include "remote.h"
#include "table.h"

/* GPIO numbers of the header, in the order of a link's wires. */
static const unsigned int downstream_bank[SIM_WIRES_PER_LINK] = {
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25
};

static const unsigned int upstream_bank[SIM_WIRES_PER_LINK] = {
	4, 5, 6, 7, 8, 9, 10, 11, 12, 13
};

/* A bank as the driver probes it: a device with a role and ten named lines. */
struct sim_device {
	struct platform_device *platform;
	struct gpiod_lookup_table *lookup;
	struct sim_bank bank;
	char name[16];
};

static struct sim_device *sim_devices;
static unsigned int num_sim_devices;

static void sim_join(struct sim_wire *wire, unsigned int number, unsigned int link,
		     struct sim_pin *from, struct sim_pin *to)
{
	wire->link = link;
	wire->number = number;
	wire->end[0] = from;
	wire->end[1] = to;
	from->wire = wire;
	to->wire = wire;
}

static void sim_join_link(unsigned int link, struct sim_chip *from, struct sim_chip *to)
{
	unsigned int i;

	for (i = 0; i < SIM_WIRES_PER_LINK; i++)
		sim_join(&simulation.wires[link * SIM_WIRES_PER_LINK + i], i, link,
			 &from->pin[downstream_bank[i]], &to->pin[upstream_bank[i]]);
	simulation.num_wires += SIM_WIRES_PER_LINK;
}

static struct gpiod_lookup_table *sim_lookup(const char *dev_id, const char *chip,
					     const unsigned int *bank)
{
	struct gpiod_lookup_table *lookup;
	unsigned int i;

	lookup = kzalloc(struct_size(lookup, table, SIM_WIRES_PER_LINK + 1), GFP_KERNEL);
	if (!lookup)
		return NULL;
	lookup->dev_id = dev_id;
	for (i = 0; i < SIM_DATA_LINES; i++)
		lookup->table[i] = GPIO_LOOKUP_IDX(chip, bank[i], "data", i, GPIO_PULL_DOWN);
	lookup->table[SIM_CLK] = GPIO_LOOKUP(chip, bank[SIM_CLK], "clk", GPIO_PULL_DOWN);
	lookup->table[SIM_ACK] = GPIO_LOOKUP(chip, bank[SIM_ACK], "ack", GPIO_PULL_DOWN);
	return lookup;
}

static int sim_device_add(struct device *parent, struct sim_chip *chip, bool downstream)
{
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_STRING("role", downstream ? "downstream" : "upstream"),
		{ }
	};
	const unsigned int *lines = downstream ? downstream_bank : upstream_bank;
	struct sim_device *dev = &sim_devices[num_sim_devices];
	struct platform_device_info info = {
		.parent = parent,
		.name = "pi-ring",
		.id = num_sim_devices,
		.properties = properties,
		.data = &dev->bank.access,
		.size_data = sizeof(dev->bank.access),
	};

	snprintf(dev->name, sizeof(dev->name), "pi-ring.%u", num_sim_devices);
	sim_bank_init(&dev->bank, chip, lines, downstream);
	dev->lookup = sim_lookup(dev->name, chip->label, lines);
	if (!dev->lookup)
		return -ENOMEM;
	gpiod_add_lookup_table(dev->lookup);
	dev->platform = platform_device_register_full(&info);
	if (IS_ERR(dev->platform)) {
		gpiod_remove_lookup_table(dev->lookup);
		kfree(dev->lookup);
		return PTR_ERR(dev->platform);
	}
	num_sim_devices++;
	return 0;
}

static int sim_add_devices(struct device *parent, unsigned int links)
{
	unsigned int link;
	int err = 0;

	for (link = 0; link < links && !err; link++) {
		struct sim_chip *from = &simulation.chips[link];
		struct sim_chip *to = &simulation.chips[(link + 1) % simulation.num_chips];

		err = sim_device_add(parent, from, true);
		if (!err)
			err = sim_device_add(parent, to, false);
	}
	return err;
}

static int sim_add_chips(struct device *parent, unsigned int pis)
{
	int err;

	while (simulation.num_chips < pis) {
		err = sim_chip_add(&simulation.chips[simulation.num_chips], parent,
				   simulation.num_chips);
		if (err)
			return err;
		simulation.num_chips++;
	}
	return 0;
}

struct sim_bank *sim_table_bank(unsigned int index)
{
	return &sim_devices[index].bank;
}

void sim_table_free(void)
{
	while (num_sim_devices) {
		struct sim_device *dev = &sim_devices[--num_sim_devices];

		platform_device_unregister(dev->platform);
		gpiod_remove_lookup_table(dev->lookup);
		kfree(dev->lookup);
	}
	while (simulation.num_chips)
		sim_chip_remove(&simulation.chips[--simulation.num_chips]);
	sim_remote_remove_all();
	kfree(sim_devices);
	kfree(simulation.wires);
	kfree(simulation.chips);
}

static int sim_table_alloc(unsigned int pis, unsigned int links)
{
	simulation.chips = kcalloc(pis, sizeof(*simulation.chips), GFP_KERNEL);
	simulation.wires = kcalloc(links * SIM_WIRES_PER_LINK, sizeof(*simulation.wires),
				   GFP_KERNEL);
	sim_devices = kcalloc(links * 2, sizeof(*sim_devices), GFP_KERNEL);
	return simulation.chips && simulation.wires && sim_devices ? 0 : -ENOMEM;
}

/* Wires are joined after the chips are added and before any driver can claim a line. */
int sim_table_build(struct device *parent, unsigned int pis, unsigned int links)
{
	unsigned int link;
	int err;

	if (!pis || pis > SIM_MAX_CHIPS || !links || links > pis)
		return -EINVAL;
	err = sim_table_alloc(pis, links);
	if (!err)
		err = sim_add_chips(parent, pis);
	for (link = 0; link < links && !err; link++)
		sim_join_link(link, &simulation.chips[link], &simulation.chips[(link + 1) % pis]);
	if (!err)
		err = sim_add_devices(parent, links);
	if (err)
		sim_table_free();
	return err;
}

/* A bank of this kernel's Pi, if the host has given it a file for its wires. */
static int sim_add_remote_bank(struct device *parent, bool downstream)
{
	struct sim_chip *near = &simulation.chips[0], *far = &simulation.chips[1];
	struct sim_wire *wires = &simulation.wires[simulation.num_wires];
	struct sim_remote *remote = sim_remote_find(downstream);

	if (!remote)
		return 0;
	sim_join_link(simulation.num_wires / SIM_WIRES_PER_LINK,
		      downstream ? near : far, downstream ? far : near);
	sim_remote_power_on(remote, wires, far);
	return sim_device_add(parent, near, downstream);
}

/* The second chip has the pins of both neighbours, and is not registered. */
int sim_table_build_remote(struct device *parent)
{
	int err = sim_table_alloc(2, 2);

	if (!err)
		err = sim_add_chips(parent, 1);
	if (!err)
		err = sim_add_remote_bank(parent, true);
	if (!err)
		err = sim_add_remote_bank(parent, false);
	if (!err && !num_sim_devices)
		err = -ENODEV;
	if (err)
		sim_table_free();
	return err;
}
