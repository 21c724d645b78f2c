// SPDX-License-Identifier: GPL-2.0-only
/* The life of a bank: allocated at probe, freed when its last user lets go. */
#include <linux/device.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "bank.h"

static void pi_ring_bank_free(struct kref *users)
{
	struct pi_ring_bank *bank = container_of(users, struct pi_ring_bank, users);

	if (bank->thread)
		put_task_struct(bank->thread);
	kfifo_free(&bank->to_send);
	kfifo_free(&bank->received);
	kfree(bank);
}

void pi_ring_bank_get(struct pi_ring_bank *bank)
{
	kref_get(&bank->users);
}

void pi_ring_bank_put(struct pi_ring_bank *bank)
{
	kref_put(&bank->users, pi_ring_bank_free);
}

static void pi_ring_bank_put_action(void *bank)
{
	pi_ring_bank_put(bank);
}

struct pi_ring_bank *pi_ring_bank_alloc(struct device *dev)
{
	struct pi_ring_bank *bank = kzalloc(sizeof(*bank), GFP_KERNEL);

	if (!bank)
		return NULL;
	kref_init(&bank->users);
	bank->dev = dev;
	mutex_init(&bank->read_lock);
	mutex_init(&bank->write_lock);
	spin_lock_init(&bank->state_lock);
	spin_lock_init(&bank->fault.lock);
	init_waitqueue_head(&bank->readers);
	init_waitqueue_head(&bank->writers);
	return devm_add_action_or_reset(dev, pi_ring_bank_put_action, bank) ? NULL : bank;
}
