// SPDX-License-Identifier: GPL-2.0-only
/*
 * The protocol's view of the two fifos, and of the end of a stream. All of it
 * runs in the link's thread.
 */
#include "pi_ring.h"
#include "trace.h"

static size_t pi_ring_stream_pull(void *ctx, u8 *bytes, size_t max)
{
	struct pi_ring *ring = ctx;

	if (READ_ONCE(ring->write_broken) || kfifo_is_empty(&ring->to_send))
		return 0;
	WRITE_ONCE(ring->unaccepted, true);
	/* fsync() must not see the fifo empty and unaccepted still false */
	smp_wmb();
	max = kfifo_out(&ring->to_send, bytes, max);
	wake_up_interruptible(&ring->writers);
	return max;
}

static size_t pi_ring_stream_room(void *ctx)
{
	struct pi_ring *ring = ctx;

	return READ_ONCE(ring->read_broken) ? 0 : kfifo_avail(&ring->received);
}

static void pi_ring_stream_push(void *ctx, const u8 *bytes, size_t count)
{
	struct pi_ring *ring = ctx;

	kfifo_in(&ring->received, bytes, count);
	wake_up_interruptible(&ring->readers);
}

/* With the device closed there is nobody to tell, and nobody in the fifos. */
static void pi_ring_stream_broken(void *ctx)
{
	struct pi_ring *ring = ctx;

	trace_pi_ring_broken(ring);
	spin_lock(&ring->state_lock);
	WRITE_ONCE(ring->read_broken, ring->opened);
	WRITE_ONCE(ring->write_broken, ring->opened);
	if (!ring->opened) {
		kfifo_reset(&ring->received);
		kfifo_reset(&ring->to_send);
	}
	spin_unlock(&ring->state_lock);
	WRITE_ONCE(ring->unaccepted, false);
	wake_up_interruptible_all(&ring->readers);
	wake_up_interruptible_all(&ring->writers);
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
