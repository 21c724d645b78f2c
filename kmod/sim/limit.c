// SPDX-License-Identifier: GPL-2.0-only
/*
 * The highest rate of a link's wires: two threads make the accesses of a four-phase
 * byte and nothing else. No driver can be faster on this simulation.
 *
 * Trusts the wires: they must be whole, with no driver bound to the link's banks.
 */
#include <linux/completion.h>
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "bank.h"
#include "limit.h"
#include "table.h"

#define SIM_BYTES_A_TURN 64	/* between chances for other tasks to run */

/* One end of the loop. */
struct sim_runner {
	struct sim_bank *bank;
	unsigned int bytes;
	struct completion done;
	struct task_struct *thread;
};

/* Waits until the peer's strobe has this level; false: the thread was told to stop. */
static bool sim_limit_await(struct sim_bank *bank, bool high, u32 *sample)
{
	do {
		if (kthread_should_stop())
			return false;
		*sample = bank->access.sample(&bank->access);
	} while (!!(*sample & BIT(SIM_DATA_LINES)) != high);
	return true;
}

static bool sim_limit_send(struct sim_bank *bank, u8 byte)
{
	u32 sample;

	bank->access.put(&bank->access, byte);
	bank->access.strobe(&bank->access, true);
	if (!sim_limit_await(bank, true, &sample))
		return false;
	bank->access.strobe(&bank->access, false);
	return sim_limit_await(bank, false, &sample);
}

static bool sim_limit_receive(struct sim_bank *bank, u8 expected)
{
	u32 sample;

	if (!sim_limit_await(bank, true, &sample))
		return false;
	WARN_ON_ONCE((u8)sample != expected);
	bank->access.strobe(&bank->access, true);
	if (!sim_limit_await(bank, false, &sample))
		return false;
	bank->access.strobe(&bank->access, false);
	return true;
}

/* From one byte to the next about half of the lines change, as in real traffic. */
static u8 sim_limit_byte(unsigned int number)
{
	return hash_32(number, SIM_DATA_LINES);
}

/* The downstream end sends. */
static int sim_limit_run(void *data)
{
	struct sim_runner *runner = data;
	bool sends = runner->bank->strobe == SIM_CLK;
	unsigned int i;
	u8 byte;

	for (i = 0; i < runner->bytes; i++) {
		byte = sim_limit_byte(i);
		if (!(sends ? sim_limit_send : sim_limit_receive)(runner->bank, byte))
			break;
		if (i % SIM_BYTES_A_TURN == 0)
			cond_resched();
	}
	complete(&runner->done);
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

static int sim_limit_start(struct sim_runner *runner, struct sim_bank *bank, unsigned int bytes)
{
	runner->bank = bank;
	runner->bytes = bytes;
	init_completion(&runner->done);
	runner->thread = kthread_create(sim_limit_run, runner, "wire-limit");
	return PTR_ERR_OR_ZERO(runner->thread);
}

static void sim_limit_drive(const struct sim_runner *from, const struct sim_runner *to,
			    bool output)
{
	sim_bank_drive_strobe(to->bank, output);
	sim_bank_drive_strobe(from->bank, output);
	sim_bank_drive_data(from->bank, output);
}

static int sim_limit_time(struct sim_runner *from, struct sim_runner *to, u64 *took_ns)
{
	u64 begun_ns = ktime_get_ns();
	int err;

	wake_up_process(to->thread);
	wake_up_process(from->thread);
	err = wait_for_completion_killable(&to->done);
	*took_ns = ktime_get_ns() - begun_ns;
	return err;
}

int sim_limit_measure(unsigned int bytes, u64 *took_ns)
{
	struct sim_runner from, to;
	int err;

	if (simulation.wires[0].remote)
		return -ENODEV;
	err = sim_limit_start(&from, sim_table_bank(0), bytes);
	if (err)
		return err;
	err = sim_limit_start(&to, sim_table_bank(1), bytes);
	if (!err) {
		sim_limit_drive(&from, &to, true);
		err = sim_limit_time(&from, &to, took_ns);
		sim_limit_drive(&from, &to, false);
		kthread_stop(to.thread);
	}
	kthread_stop(from.thread);
	return err;
}
