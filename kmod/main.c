// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the banks of a Pi's GPIO link and brings each to life: pins, thread,
 * device, in this order, and the reverse when it goes.
 */
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/random.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "pi_ring.h"

#define DEVICE_PERMISSIONS 0660

static bool fastio = true;
module_param(fastio, bool, 0444);
MODULE_PARM_DESC(fastio, "use the GPIO controller's registers where they are known (default 1)");

static char *mode = "hybrid";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "irq, hybrid (default) or poll, where the device tree does not say");

static unsigned int spin_us = 100;
module_param(spin_us, uint, 0444);
MODULE_PARM_DESC(spin_us, "poll this long before sleeping, ten times as long amid a frame (default 100)");

static unsigned int fifo_bytes = 65536;
module_param(fifo_bytes, uint, 0444);
MODULE_PARM_DESC(fifo_bytes, "kept for the reader, and from the writer, of each device, 2048 at least (default 65536)");

static DEFINE_IDA(downstream_numbers);
static DEFINE_IDA(upstream_numbers);

static struct ida *pi_ring_numbers(enum pr_role role)
{
	return role == PR_DOWNSTREAM ? &downstream_numbers : &upstream_numbers;
}

void pi_ring_get(struct pi_ring *ring)
{
	kref_get(&ring->users);
}

static void pi_ring_free(struct kref *users)
{
	struct pi_ring *ring = container_of(users, struct pi_ring, users);

	if (ring->thread)
		put_task_struct(ring->thread);
	kfifo_free(&ring->to_send);
	kfifo_free(&ring->received);
	kfree(ring);
}

void pi_ring_put(struct pi_ring *ring)
{
	kref_put(&ring->users, pi_ring_free);
}

static void pi_ring_put_action(void *ring)
{
	pi_ring_put(ring);
}

static struct pi_ring *pi_ring_alloc(struct device *dev)
{
	struct pi_ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL);

	if (!ring)
		return NULL;
	kref_init(&ring->users);
	ring->dev = dev;
	mutex_init(&ring->read_lock);
	mutex_init(&ring->write_lock);
	spin_lock_init(&ring->state_lock);
	spin_lock_init(&ring->fault.lock);
	init_waitqueue_head(&ring->readers);
	init_waitqueue_head(&ring->writers);
	return devm_add_action_or_reset(dev, pi_ring_put_action, ring) ? NULL : ring;
}

static int pi_ring_read_role(struct pi_ring *ring)
{
	const char *role;

	if (device_property_read_string(ring->dev, "role", &role))
		return dev_err_probe(ring->dev, -EINVAL, "property role is missing\n");
	if (strcmp(role, "downstream") && strcmp(role, "upstream"))
		return dev_err_probe(ring->dev, -EINVAL,
				     "role is \"%s\", not downstream or upstream\n", role);
	ring->role = strcmp(role, "upstream") ? PR_DOWNSTREAM : PR_UPSTREAM;
	return 0;
}

/* What the device tree says goes before what the module's parameters say. */
static int pi_ring_read_settings(struct pi_ring *ring)
{
	const char *name = mode;
	int value;

	device_property_read_string(ring->dev, "mode", &name);
	value = pi_ring_mode_parse(name);
	if (value < 0)
		return dev_err_probe(ring->dev, value, "mode is \"%s\", not irq, hybrid or poll\n",
				     name);
	ring->mode = value;
	ring->spin_us = spin_us;
	device_property_read_u32(ring->dev, "spin-us", &ring->spin_us);
	return 0;
}

/* The name is free again once the device is gone, whoever may still have it open. */
static void pi_ring_free_number_action(void *data)
{
	struct pi_ring *ring = data;

	ida_free(pi_ring_numbers(ring->role), ring->number);
}

/* A Pi has one bank of each role; the wire model may have many, counted from 1. */
static int pi_ring_name(struct pi_ring *ring)
{
	const char *role = ring->role == PR_DOWNSTREAM ? "down" : "up";

	ring->number = ida_alloc(pi_ring_numbers(ring->role), GFP_KERNEL);
	if (ring->number < 0)
		return dev_err_probe(ring->dev, ring->number, "cannot get a number\n");
	if (ring->number)
		snprintf(ring->name, sizeof(ring->name), "pi-ring-%s%d", role, ring->number);
	else
		snprintf(ring->name, sizeof(ring->name), "pi-ring-%s", role);
	return devm_add_action_or_reset(ring->dev, pi_ring_free_number_action, ring);
}

static int pi_ring_claim_pins(struct pi_ring *ring)
{
	int err = pi_ring_pins_claim(ring->dev, ring->role, &ring->pins);

	if (err || !fastio)
		return err;
	err = pi_ring_platform_use(ring->dev, &ring->pins);
	if (err == -ENODEV)
		err = pi_ring_registers_use(ring->dev, &ring->pins, ring->role);
	return err == -ENODEV ? 0 : err;
}

static int pi_ring_alloc_fifos(struct pi_ring *ring)
{
	int err;

	/* a frame that never finds room would be refused for ever */
	if (fifo_bytes < PR_PAYLOAD_BYTES_MAX)
		return dev_err_probe(ring->dev, -EINVAL,
				     "fifo_bytes is %u, less than a frame's %d\n",
				     fifo_bytes, PR_PAYLOAD_BYTES_MAX);
	err = kfifo_alloc(&ring->received, fifo_bytes, GFP_KERNEL);
	if (!err)
		err = kfifo_alloc(&ring->to_send, fifo_bytes, GFP_KERNEL);
	if (err)
		return dev_err_probe(ring->dev, err, "cannot get two fifos of %u bytes\n",
				     fifo_bytes);
	return 0;
}

static void pi_ring_stop_action(void *ring)
{
	pi_ring_thread_stop(ring);
}

/* Whoever still has the device open is told; their file keeps the memory. */
static void pi_ring_unregister_action(void *data)
{
	struct pi_ring *ring = data;

	pi_ring_debug_remove(ring);
	misc_deregister(&ring->misc);
	WRITE_ONCE(ring->gone, true);
	wake_up_interruptible_all(&ring->readers);
	wake_up_interruptible_all(&ring->writers);
}

static int pi_ring_register(struct pi_ring *ring)
{
	int err;

	ring->misc.minor = MISC_DYNAMIC_MINOR;
	ring->misc.name = ring->name;
	ring->misc.fops = &pi_ring_fops;
	ring->misc.parent = ring->dev;
	ring->misc.groups = pi_ring_groups;
	ring->misc.mode = DEVICE_PERMISSIONS;
	err = misc_register(&ring->misc);
	if (err)
		return dev_err_probe(ring->dev, err, "cannot register %s\n", ring->name);
	pi_ring_debug_add(ring);
	return devm_add_action_or_reset(ring->dev, pi_ring_unregister_action, ring);
}

static int pi_ring_start(struct pi_ring *ring)
{
	int err;

	pr_link_init(&ring->link, ring->role, get_random_u32(), &ring->pins.lines,
		     ring->pins.lines_ctx, &pi_ring_stream, ring);
	err = pi_ring_thread_start(ring);
	if (err)
		return err;
	return devm_add_action_or_reset(ring->dev, pi_ring_stop_action, ring);
}

static int pi_ring_probe(struct platform_device *platform)
{
	struct pi_ring *ring = pi_ring_alloc(&platform->dev);
	int err;

	if (!ring)
		return -ENOMEM;
	err = pi_ring_read_role(ring);
	if (!err)
		err = pi_ring_read_settings(ring);
	if (!err)
		err = pi_ring_claim_pins(ring);
	if (!err)
		err = pi_ring_name(ring);
	if (!err)
		err = pi_ring_alloc_fifos(ring);
	if (!err)
		err = pi_ring_start(ring);
	if (!err)
		err = pi_ring_register(ring);
	if (err)
		return err;
	dev_info(ring->dev, "/dev/%s: lines through %s\n", ring->name, ring->pins.access);
	return 0;
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
