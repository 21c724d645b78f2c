// SPDX-License-Identifier: GPL-2.0-only
/*
 * The most that a link's wires can carry: two threads that make the accesses of a
 * four-phase byte and nothing else. No driver can be faster on this bench.
 *
 * Trusts the wires: they must be whole, and no driver bound to the link's banks.
 */
#include <linux/completion.h>
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "wire.h"

#define WIRE_BYTES_A_TURN 64	/* then other tasks may run */

/* One end of the loop. */
struct wire_runner {
	struct wire_bank *bank;
	unsigned int bytes;
	struct completion done;
	struct task_struct *thread;
};

/* The peer's strobe has this level, and here is what the wires showed; false: told to stop. */
static bool wire_limit_await(struct wire_bank *bank, bool high, u32 *sample)
{
	do {
		if (kthread_should_stop())
			return false;
		*sample = bank->access.sample(&bank->access);
	} while (!!(*sample & BIT(WIRE_DATA_LINES)) != high);
	return true;
}

static bool wire_limit_send(struct wire_bank *bank, u8 byte)
{
	u32 sample;

	bank->access.put(&bank->access, byte);
	bank->access.strobe(&bank->access, true);
	if (!wire_limit_await(bank, true, &sample))
		return false;
	bank->access.strobe(&bank->access, false);
	return wire_limit_await(bank, false, &sample);
}

static bool wire_limit_receive(struct wire_bank *bank, u8 expected)
{
	u32 sample;

	if (!wire_limit_await(bank, true, &sample))
		return false;
	WARN_ON_ONCE((u8)sample != expected);
	bank->access.strobe(&bank->access, true);
	if (!wire_limit_await(bank, false, &sample))
		return false;
	bank->access.strobe(&bank->access, false);
	return true;
}

/* Of bytes in a row half of the lines change, as they do where bytes mean something. */
static u8 wire_limit_byte(unsigned int number)
{
	return hash_32(number, WIRE_DATA_LINES);
}

/* The downstream end sends. */
static int wire_limit_run(void *data)
{
	struct wire_runner *runner = data;
	bool sends = runner->bank->strobe == WIRE_CLK;
	unsigned int i;
	u8 byte;

	for (i = 0; i < runner->bytes; i++) {
		byte = wire_limit_byte(i);
		if (!(sends ? wire_limit_send : wire_limit_receive)(runner->bank, byte))
			break;
		if (i % WIRE_BYTES_A_TURN == 0)
			cond_resched();
	}
	complete(&runner->done);
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

static int wire_limit_start(struct wire_runner *runner, struct wire_bank *bank, unsigned int bytes)
{
	runner->bank = bank;
	runner->bytes = bytes;
	init_completion(&runner->done);
	runner->thread = kthread_create(wire_limit_run, runner, "wire-limit");
	return PTR_ERR_OR_ZERO(runner->thread);
}

static void wire_limit_drive(const struct wire_runner *from, const struct wire_runner *to,
			     bool output)
{
	wire_bank_drive_strobe(to->bank, output);
	wire_bank_drive_strobe(from->bank, output);
	wire_bank_drive_data(from->bank, output);
}

static int wire_limit_time(struct wire_runner *from, struct wire_runner *to, u64 *took_ns)
{
	u64 begun_ns = ktime_get_ns();
	int err;

	wake_up_process(to->thread);
	wake_up_process(from->thread);
	err = wait_for_completion_killable(&to->done);
	*took_ns = ktime_get_ns() - begun_ns;
	return err;
}

/* How long the bare wires of the first link take for so many bytes down it. */
int wire_limit_measure(unsigned int bytes, u64 *took_ns)
{
	struct wire_runner from, to;
	int err;

	err = wire_limit_start(&from, wire_table_bank(0), bytes);
	if (err)
		return err;
	err = wire_limit_start(&to, wire_table_bank(1), bytes);
	if (!err) {
		wire_limit_drive(&from, &to, true);
		err = wire_limit_time(&from, &to, took_ns);
		wire_limit_drive(&from, &to, false);
		kthread_stop(to.thread);
	}
	kthread_stop(from.thread);
	return err;
}
