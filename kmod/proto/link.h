/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The calls that run one end of a link.
 *
 * Nothing here blocks, allocates, reads a clock or locks. One thread owns a link:
 *
 *	for (;;) {
 *		pace = pr_link_step(&link, clock_ns(), spin);
 *		PR_MOVED: something changed; step again (yield if other tasks wait)
 *		PR_WATCH: the peer's move is due and changes only data lines, so
 *			  that no edge of its strobe shows it: step again within 100 us
 *		PR_POLL:  the peer's move is due at any moment; step again, and after
 *			  spin_us without PR_MOVED sleep as for PR_SLEEP
 *		PR_SLEEP: sleep until an edge of the peer's strobe, bytes to send,
 *			  room to receive, or link.deadline_ns; with the interrupt
 *			  enabled, step once more before sleeping
 *	}
 */
#ifndef PR_LINK_H
#define PR_LINK_H

#include "end.h"

/*
 * seed: any number that differs from restart to restart (epochs begin there).
 * The lines must be as lines.h requires. The first step begins the recovery.
 */
void pr_link_init(struct pr_link *link, enum pr_role role, u32 seed,
		  const struct pr_lines *lines, void *lines_ctx,
		  const struct pr_stream *stream, void *stream_ctx);

/*
 * Make at most as much progress as spin samples of the lines allow (at least one).
 * now_ns was read just before: a deadline passes only when the lines, sampled after
 * it, still show no move.
 */
enum pr_pace pr_link_step(struct pr_link *link, u64 now_ns, u32 spin);

/* Release the data lines and lower the strobe. Returns 0 or the errno of release. */
int pr_link_stop(struct pr_link *link);

/* The peer has accepted all bytes that were pulled. */
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
