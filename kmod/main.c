// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probes the banks of a Pi's GPIO links: pins, thread and device are set up in this
 * order, and taken down in the reverse order when the driver is unbound.
 */
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/random.h>

#include "bank.h"
#include "chardev.h"
#include "debug.h"
#include "pins/controllers.h"
#include "pins/gpiod.h"
#include "stream.h"
#include "sysfs.h"
#include "thread.h"

#define DEVICE_PERMISSIONS 0660
#define TIMED_RUNS 8
#define SAMPLES_A_RUN 64

static bool fastio = true;
module_param(fastio, bool, 0444);
MODULE_PARM_DESC(fastio, "use the GPIO controller's registers where they are known (default 1)");

static char *mode = "hybrid";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "irq, hybrid (default) or poll");

static unsigned int spin_us = 100;
module_param(spin_us, uint, 0444);
MODULE_PARM_DESC(spin_us, "microseconds to poll before sleeping, ten times as long within a frame (default 100)");

static unsigned int fifo_bytes = 65536;
module_param(fifo_bytes, uint, 0444);
MODULE_PARM_DESC(fifo_bytes, "size of each device's two buffers, 2048 at least (default 65536)");

static DEFINE_IDA(downstream_numbers);
static DEFINE_IDA(upstream_numbers);

static struct ida *pi_ring_numbers(enum pr_role role)
{
	return role == PR_DOWNSTREAM ? &downstream_numbers : &upstream_numbers;
}

static int pi_ring_read_role(struct pi_ring_bank *bank)
{
	const char *role;

	if (device_property_read_string(bank->dev, "role", &role))
		return dev_err_probe(bank->dev, -EINVAL, "property role is missing\n");
	if (strcmp(role, "downstream") && strcmp(role, "upstream"))
		return dev_err_probe(bank->dev, -EINVAL,
				     "role is \"%s\", not downstream or upstream\n", role);
	bank->role = strcmp(role, "upstream") ? PR_DOWNSTREAM : PR_UPSTREAM;
	return 0;
}

/* sysfs may change both while the link runs. */
static int pi_ring_read_settings(struct pi_ring_bank *bank)
{
	int value = pi_ring_mode_parse(mode);

	if (value < 0)
		return dev_err_probe(bank->dev, value, "mode is \"%s\", not irq, hybrid or poll\n",
				     mode);
	bank->mode = value;
	bank->spin_us = min_t(u32, spin_us, PI_RING_SPIN_US_MAX);
	return 0;
}

/* The name is free once the driver is unbound, even while a file is still open. */
static void pi_ring_free_number_action(void *data)
{
	struct pi_ring_bank *bank = data;

	ida_free(pi_ring_numbers(bank->role), bank->number);
}

/* A Pi has one bank of each role; the simulation may have more, whose names end in 1, 2, 3. */
static int pi_ring_name(struct pi_ring_bank *bank)
{
	const char *role = bank->role == PR_DOWNSTREAM ? "down" : "up";

	bank->number = ida_alloc(pi_ring_numbers(bank->role), GFP_KERNEL);
	if (bank->number < 0)
		return dev_err_probe(bank->dev, bank->number, "cannot get a number\n");
	if (bank->number)
		snprintf(bank->name, sizeof(bank->name), "pi-ring-%s%d", role, bank->number);
	else
		snprintf(bank->name, sizeof(bank->name), "pi-ring-%s", role);
	return devm_add_action_or_reset(bank->dev, pi_ring_free_number_action, bank);
}

static int pi_ring_claim_pins(struct pi_ring_bank *bank)
{
	int err = pi_ring_gpiod_claim(bank->dev, bank->role, &bank->pins);

	if (err || !fastio)
		return err;
	err = pi_ring_platform_use(bank->dev, &bank->pins);
	if (err == -ENODEV)
		err = pi_ring_controllers_use(bank->dev, &bank->pins, bank->role);
	return err == -ENODEV ? 0 : err;
}

static int pi_ring_alloc_fifos(struct pi_ring_bank *bank)
{
	int err;

	/* a smaller fifo would never have room for a whole frame */
	if (fifo_bytes < PR_PAYLOAD_BYTES_MAX)
		return dev_err_probe(bank->dev, -EINVAL,
				     "fifo_bytes is %u, less than a frame's %d\n",
				     fifo_bytes, PR_PAYLOAD_BYTES_MAX);
	err = kfifo_alloc(&bank->received, fifo_bytes, GFP_KERNEL);
	if (!err)
		err = kfifo_alloc(&bank->to_send, fifo_bytes, GFP_KERNEL);
	if (err)
		return dev_err_probe(bank->dev, err, "cannot get two fifos of %u bytes\n",
				     fifo_bytes);
	return 0;
}

static void pi_ring_stop_action(void *bank)
{
	pi_ring_thread_stop(bank);
}

/* A user who still has the device open gets ENODEV; the open file keeps the memory. */
static void pi_ring_unregister_action(void *data)
{
	struct pi_ring_bank *bank = data;

	pi_ring_debug_remove(bank);
	misc_deregister(&bank->misc);
	WRITE_ONCE(bank->gone, true);
	wake_up_interruptible_all(&bank->readers);
	wake_up_interruptible_all(&bank->writers);
}

static int pi_ring_register(struct pi_ring_bank *bank)
{
	int err;

	bank->misc.minor = MISC_DYNAMIC_MINOR;
	bank->misc.name = bank->name;
	bank->misc.fops = &pi_ring_fops;
	bank->misc.parent = bank->dev;
	bank->misc.groups = pi_ring_groups;
	bank->misc.mode = DEVICE_PERMISSIONS;
	err = misc_register(&bank->misc);
	if (err)
		return dev_err_probe(bank->dev, err, "cannot register %s\n", bank->name);
	pi_ring_debug_add(bank);
	return devm_add_action_or_reset(bank->dev, pi_ring_unregister_action, bank);
}

/*
 * A link's rate is that of its samples, so their time tells what to expect of a board.
 * The quickest of some runs counts: an interrupt may have come into the others.
 */
static u32 pi_ring_time_sample(const struct pi_ring_pins *pins)
{
	u64 quickest_ns = U64_MAX, from_ns;
	int run, i;

	for (run = 0; run < TIMED_RUNS; run++) {
		from_ns = ktime_get_ns();
		for (i = 0; i < SAMPLES_A_RUN; i++)
			pins->lines.sample(pins->lines_ctx);
		quickest_ns = min(quickest_ns, ktime_get_ns() - from_ns);
	}
	return div_u64(quickest_ns, SAMPLES_A_RUN);
}

static int pi_ring_start(struct pi_ring_bank *bank)
{
	int err;

	bank->sample_ns = pi_ring_time_sample(&bank->pins);
	pr_link_init(&bank->link, bank->role, get_random_u32(), &bank->pins.lines,
		     bank->pins.lines_ctx, &pi_ring_stream, bank);
	err = pi_ring_thread_start(bank);
	if (err)
		return err;
	return devm_add_action_or_reset(bank->dev, pi_ring_stop_action, bank);
}

static int pi_ring_probe(struct platform_device *platform)
{
	struct pi_ring_bank *bank = pi_ring_bank_alloc(&platform->dev);
	int err;

	if (!bank)
		return -ENOMEM;
	platform_set_drvdata(platform, bank);
	err = pi_ring_read_role(bank);
	if (!err)
		err = pi_ring_read_settings(bank);
	if (!err)
		err = pi_ring_claim_pins(bank);
	if (!err)
		err = pi_ring_name(bank);
	if (!err)
		err = pi_ring_alloc_fifos(bank);
	if (!err)
		err = pi_ring_start(bank);
	if (!err)
		err = pi_ring_register(bank);
	if (err)
		return err;
	dev_info(bank->dev, "/dev/%s: lines through %s\n", bank->name, bank->pins.access);
	return 0;
}

/* Before a halt or a new kernel: nothing may be driven after it. */
static void pi_ring_shutdown(struct platform_device *platform)
{
	pi_ring_thread_stop(platform_get_drvdata(platform));
}

static const struct of_device_id pi_ring_of_match[] = {
	{ .compatible = "pi-ring,link" },
	{ }
};
MODULE_DEVICE_TABLE(of, pi_ring_of_match);

static const struct platform_device_id pi_ring_ids[] = {
	{ .name = "pi-ring" },
	{ }
};
MODULE_DEVICE_TABLE(platform, pi_ring_ids);

static struct platform_driver pi_ring_driver = {
	.probe = pi_ring_probe,
	.shutdown = pi_ring_shutdown,
	.id_table = pi_ring_ids,
	.driver = {
		.name = "pi-ring",
		.of_match_table = pi_ring_of_match,
	},
};

static int __init pi_ring_init(void)
{
	int err;

	pi_ring_debug_init();
	err = platform_driver_register(&pi_ring_driver);
	if (err)
		pi_ring_debug_exit();
	return err;
}
module_init(pi_ring_init);

static void __exit pi_ring_exit(void)
{
	platform_driver_unregister(&pi_ring_driver);
	pi_ring_debug_exit();
}
module_exit(pi_ring_exit);

MODULE_DESCRIPTION("Raspberry Pis in a ring: ten GPIO lines as two byte streams");
MODULE_AUTHOR("The pi-ring authors");
MODULE_LICENSE("GPL");
