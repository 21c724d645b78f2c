// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads the wire model: "modprobe pi_ring_wire pis=2 links=1" is a pair.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>

#include "wire.h"

static unsigned int pis = 2;
module_param(pis, uint, 0444);
MODULE_PARM_DESC(pis, "GPIO chips on the bench (1-8)");

static unsigned int links = 1;
module_param(links, uint, 0444);
MODULE_PARM_DESC(links, "links between neighbours (1-pis; pis of them close the ring)");

static unsigned long seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "of everything left to chance");

struct wire_bench wire_bench = {
	.lock = __RAW_SPIN_LOCK_UNLOCKED(wire_bench.lock),
	.faults = { .irq_delay_ns = NSEC_PER_USEC },
};

static struct device *wire_root;

static int __init wire_init(void)
{
	int err;

	prandom_seed_state(&wire_bench.random, seed);
	wire_root = root_device_register("pi-ring-wire");
	if (IS_ERR(wire_root))
		return PTR_ERR(wire_root);
	err = wire_table_build(wire_root, pis, links);
	if (err) {
		root_device_unregister(wire_root);
		return err;
	}
	wire_debugfs_add();
	return 0;
}
module_init(wire_init);

static void __exit wire_exit(void)
{
	wire_debugfs_remove();
	wire_table_free();
	root_device_unregister(wire_root);
}
module_exit(wire_exit);

MODULE_DESCRIPTION("GPIO chips whose lines are wired to each other, for tests");
MODULE_AUTHOR("The pi-ring authors");
MODULE_LICENSE("GPL");
