// SPDX-License-Identifier: GPL-2.0-only
/*
 * The protocol's callbacks: they move bytes to and from the two fifos, and note that a
 * stream has ended. All of them run in the bank's thread.
 */
#include "bank.h"
#include "stream.h"
#include "trace.h"

static size_t pi_ring_stream_pull(void *ctx, u8 *bytes, size_t max)
{
	struct pi_ring_bank *bank = ctx;

	/* pairs with pi_ring_forget_to_send(): its user emptied the fifo first */
	if (smp_load_acquire(&bank->write_broken) || kfifo_is_empty(&bank->to_send))
		return 0;
	WRITE_ONCE(bank->unaccepted, true);
	/* fsync() must not see the fifo empty and unaccepted still false */
	smp_wmb();
	max = kfifo_out(&bank->to_send, bytes, max);
	wake_up_interruptible(&bank->writers);
	return max;
}

static size_t pi_ring_stream_room(void *ctx)
{
	struct pi_ring_bank *bank = ctx;

	/* pairs with pi_ring_forget_received(): its user emptied the fifo first */
	return smp_load_acquire(&bank->read_broken) ? 0 : kfifo_avail(&bank->received);
}

static void pi_ring_stream_push(void *ctx, const u8 *bytes, size_t count)
{
	struct pi_ring_bank *bank = ctx;

	kfifo_in(&bank->received, bytes, count);
	wake_up_interruptible(&bank->readers);
}

/* While the device is closed there is no user to report to, and none uses the fifos. */
static void pi_ring_stream_broken(void *ctx)
{
	struct pi_ring_bank *bank = ctx;

	trace_pi_ring_broken(bank);
	spin_lock(&bank->state_lock);
	/* the users empty the fifos next: what this thread did to them comes before */
	smp_store_release(&bank->read_broken, bank->opened);
	/* the same */
	smp_store_release(&bank->write_broken, bank->opened);
	if (!bank->opened) {
		kfifo_reset(&bank->received);
		kfifo_reset(&bank->to_send);
	}
	spin_unlock(&bank->state_lock);
	/* pairs with pi_ring_drained(): fsync() must see that the stream broke */
	smp_store_release(&bank->unaccepted, false);
	wake_up_interruptible_all(&bank->readers);
	wake_up_interruptible_all(&bank->writers);
}

static void pi_ring_stream_joined(void *ctx, u32 epoch)
{
	trace_pi_ring_joined(ctx, epoch);
}

static void pi_ring_stream_event(void *ctx, enum pr_event event, u32 value)
{
	switch (event) {
	case PR_EVENT_SENT:
	case PR_EVENT_RECEIVED:
		trace_pi_ring_frame(ctx, event == PR_EVENT_SENT, value);
		break;
	case PR_EVENT_REPEAT:
		trace_pi_ring_retry(ctx, value);
		break;
	case PR_EVENT_TURNAROUND:
		trace_pi_ring_turnaround(ctx, value);
		break;
	case PR_EVENT_TIMEOUT:
	case PR_EVENT_NONSENSE:
		trace_pi_ring_timeout(ctx, value, event == PR_EVENT_NONSENSE);
		break;
	}
}

const struct pr_stream pi_ring_stream = {
	.pull = pi_ring_stream_pull,
	.room = pi_ring_stream_room,
	.push = pi_ring_stream_push,
	.broken = pi_ring_stream_broken,
	.joined = pi_ring_stream_joined,
	.event = pi_ring_stream_event,
};
