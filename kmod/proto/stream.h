/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The protocol's interface to the byte streams above it: callbacks of their owner. */
#ifndef PR_STREAM_H
#define PR_STREAM_H

#include "platform.h"

enum pr_event {
	PR_EVENT_SENT,		/* value: bytes of payload the peer accepted */
	PR_EVENT_RECEIVED,	/* value: bytes of payload received, intact and new */
	PR_EVENT_REPEAT,	/* value: the offer that the peer answered */
	PR_EVENT_TURNAROUND,	/* value: 1 if this end took the data lines, 0 if the peer did */
	PR_EVENT_TIMEOUT,	/* value: the state whose wait timed out */
	PR_EVENT_NONSENSE,	/* value: the state that saw something impossible */
};

/* All calls come from inside pr_link_step(). */
struct pr_stream {
	/* Copy up to max bytes to send into buf and forget them; return how many. */
	size_t (*pull)(void *ctx, u8 *buf, size_t max);

	/* How many bytes push() will take now. Less than a frame: back-pressure. */
	size_t (*room)(void *ctx);

	/* Received bytes, checked and in order; never more than room() returned. */
	void (*push)(void *ctx, const u8 *bytes, size_t count);

	/*
	 * The stream has ended by a loss: bytes pulled or written so far may not
	 * have arrived, and later pushes belong to another stream. Called once for
	 * each stream that was joined. The owner drops what it has not sent yet.
	 */
	void (*broken)(void *ctx);

	/* A stream has begun; both ends have agreed on its epoch. */
	void (*joined)(void *ctx, u32 epoch);

	/* For tracing; may be NULL. */
	void (*event)(void *ctx, enum pr_event event, u32 value);
};

#endif
