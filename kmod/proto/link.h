/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * One end of a link: everything it knows, and the three calls that run it.
 *
 * Nothing here blocks, allocates, reads a clock or locks. One thread owns a link:
 *
 *	for (;;) {
 *		pace = pr_link_step(&link, clock_ns(), spin);
 *		PR_MOVED: something changed; step again (yield if others wait)
 *		PR_WATCH: the peer's move is due, and no edge will tell of it (the
 *			  data change): step again, after 100 us at the latest
 *		PR_POLL:  the peer's move is due at any moment; step again, and after
 *			  spin_us without PR_MOVED sleep as for PR_SLEEP
 *		PR_SLEEP: sleep until an edge of the peer's strobe, bytes to send,
 *			  room to receive, or link.deadline_ns; with the doorbell
 *			  armed, step once more before sleeping
 *	}
 */
#ifndef PR_LINK_H
#define PR_LINK_H

#include "handshake.h"
#include "lines.h"
#include "platform.h"
#include "session.h"
#include "stats.h"
#include "wire.h"

enum pr_role {
	PR_DOWNSTREAM,		/* this bank leads to the next rank: strobe is CLK */
	PR_UPSTREAM,		/* to the previous rank: strobe is ACK */
};

enum pr_pace {
	PR_MOVED,
	PR_WATCH,
	PR_POLL,
	PR_SLEEP,
};

enum pr_event {
	PR_EVENT_SENT,		/* value: bytes of payload the peer accepted */
	PR_EVENT_RECEIVED,	/* value: bytes of payload heard, intact and new */
	PR_EVENT_REPEAT,	/* value: the offer at which the peer fell */
	PR_EVENT_TURNAROUND,	/* value: 1 the lines became ours, 0 the peer's */
	PR_EVENT_TIMEOUT,	/* value: the state that waited in vain */
	PR_EVENT_NONSENSE,	/* value: the state that saw what cannot be */
};

/*
 * The byte streams above. All calls come from inside pr_link_step().
 */
struct pr_stream {
	/* Copy up to max bytes to send into buf and forget them; how many. */
	size_t (*pull)(void *ctx, u8 *buf, size_t max);

	/* How many bytes push() will take now. Less than a frame: back-pressure. */
	size_t (*room)(void *ctx);

	/* Received bytes, checked and in order; never more than room() said. */
	void (*push)(void *ctx, const u8 *bytes, size_t count);

	/*
	 * The stream has ended by a loss: bytes pulled or written so far may not
	 * have arrived, and later pushes belong to another stream. Once for each
	 * stream that was joined. The owner drops what it has not sent yet.
	 */
	void (*broken)(void *ctx);

	/* A stream has begun, agreed by both ends. */
	void (*joined)(void *ctx, u32 epoch);

	/* For tracing; may be NULL. */
	void (*event)(void *ctx, enum pr_event event, u32 value);
};

struct pr_link {
	/* Given to pr_link_init(). */
	const struct pr_lines *lines;
	void *lines_ctx;
	const struct pr_stream *stream;
	void *stream_ctx;
	enum pr_role role;

	/* The handshake. deadline_ns is the caller's latest time for the next step. */
	enum pr_state state;
	u64 now_ns;
	u64 since_ns;		/* entered this state */
	u64 deadline_ns;
	u64 hold_ns;		/* the length of the next echo */
	u64 slowest_ns;		/* answer while this frame was opened */
	u32 spin;		/* samples this step may still take */
	u32 frames_heard;	/* since the data lines were last ours */
	u8 byte;		/* last byte read */
	u8 offer;		/* index of the offer that stands */
	bool fresh;		/* holder: no frame sent yet; listener: none heard yet */
	bool synced;		/* listener: a frame was heard whole, asking is allowed */
	bool wished;		/* holder: the listener wants the lines */
	bool moved;		/* in this step */

	struct pr_session session;
	struct pr_stats stats;
};

/*
 * seed: any number that differs from restart to restart (epochs begin there).
 * The lines must be as lines.h says. The first step begins the recovery.
 */
void pr_link_init(struct pr_link *link, enum pr_role role, u32 seed,
		  const struct pr_lines *lines, void *lines_ctx,
		  const struct pr_stream *stream, void *stream_ctx);

/*
 * Make at most as much progress as spin samples of the wire allow (one at
 * least). now_ns was read just before: a deadline passes only when the wire,
 * looked at after it, still shows no move.
 */
enum pr_pace pr_link_step(struct pr_link *link, u64 now_ns, u32 spin);

/* Release the data lines, lower the strobe: before the thread ends. 0 or the errno of release. */
int pr_link_stop(struct pr_link *link);

/* All bytes pulled so far were accepted by the peer. */
static inline bool pr_link_drained(const struct pr_link *link)
{
	return !link->session.tx[link->session.tx_sequence & 1].count;
}

/* In a stream, and able to move bytes. */
static inline bool pr_link_joined(const struct pr_link *link)
{
	return link->session.joined && !link->session.lost;
}

#endif
