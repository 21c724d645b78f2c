// SPDX-License-Identifier: GPL-2.0-only
/* The module itself: "modprobe pi_ring_sim pis=2 links=1" is a pair of Pis. */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>

#include "debugfs.h"
#include "sim.h"
#include "table.h"

static unsigned int pis = 2;
module_param(pis, uint, 0444);
MODULE_PARM_DESC(pis, "number of simulated GPIO chips (1-8)");

static unsigned int links = 1;
module_param(links, uint, 0444);
MODULE_PARM_DESC(links, "links between neighbours (1-pis; pis of them close the ring)");

static bool remote;
module_param(remote, bool, 0444);
MODULE_PARM_DESC(remote, "one Pi, joined to other guests by the files of iomem=pi-ring-down and iomem=pi-ring-up (default 0)");

static unsigned long seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "seed of the random numbers");

struct simulation simulation = {
	.lock = __RAW_SPIN_LOCK_UNLOCKED(simulation.lock),
	.faults = { .irq_delay_ns = NSEC_PER_USEC },
};

static struct device *sim_root;

static int __init sim_init(void)
{
	int err;

	prandom_seed_state(&simulation.random, seed);
	sim_root = root_device_register("pi-ring-sim");
	if (IS_ERR(sim_root))
		return PTR_ERR(sim_root);
	err = remote ? sim_table_build_remote(sim_root) : sim_table_build(sim_root, pis, links);
	if (err) {
		root_device_unregister(sim_root);
		return err;
	}
	sim_debugfs_add();
	return 0;
}
module_init(sim_init);

static void __exit sim_exit(void)
{
	sim_debugfs_remove();
	sim_table_free();
	root_device_unregister(sim_root);
}
module_exit(sim_exit);

MODULE_DESCRIPTION("GPIO chips whose lines are wired to each other, for tests");
MODULE_AUTHOR("The pi-ring authors");
MODULE_LICENSE("GPL");
