/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The parts that the steps of all states are made of: looking, waiting, moving on. */
#ifndef PR_MOVES_H
#define PR_MOVES_H

#include "codes.h"
#include "deadlines.h"
#include "end.h"

#define PR_HIGH		PR_SAMPLE_STROBE
#define PR_LOW		0u
#define PR_ALL		(PR_SAMPLE_STROBE | PR_SAMPLE_DATA)

/* The holder's offers in their order; the listener answers the first that is true. */
#define PR_OFFERS	4
extern const u8 pr_offers[PR_OFFERS];

static inline u32 pr_look(struct pr_link *link)
{
	if (link->spin)
		link->spin--;
	return link->lines->sample(link->lines_ctx);
}

/*
 * The lines show this under this mask, twice in a row: one sample is not believed, as
 * its strobe and data may have been read at different times, or it caught a short
 * glitch. Only payload bytes are read with one sample, since a CRC guards them.
 */
static inline bool pr_sees(struct pr_link *link, u32 wanted, u32 mask)
{
	return (pr_look(link) & mask) == wanted &&
	       (pr_look(link) & mask) == wanted;
}

/* The same, for as long as this step may look. */
static inline bool pr_awaits(struct pr_link *link, u32 wanted, u32 mask)
{
	do {
		if (pr_sees(link, wanted, mask))
			return true;
	} while (link->spin);
	return false;
}

static inline void pr_strobe(struct pr_link *link, bool high)
{
	link->lines->strobe(link->lines_ctx, high);
}

static inline void pr_put(struct pr_link *link, u8 data)
{
	link->lines->put(link->lines_ctx, data);
}

/* Only in these states must the peer make a move within PR_PATIENCE_NS. */
static inline bool pr_in_exchange(enum pr_state state)
{
	return state > PR_JUNK && state != PR_HOLD;
}

/*
 * Enter a state, in which the peer has PR_PATIENCE_NS for its move. For link.c, and for
 * the byte loops, which change between two states of their own.
 */
static inline void pr_enter(struct pr_link *link, enum pr_state state)
{
	u64 waited_ns = link->now_ns - link->since_ns;

	if (pr_in_exchange(link->state) && pr_in_exchange(state) &&
	    waited_ns > link->stats.longest_wait_ns)
		link->stats.longest_wait_ns = waited_ns;
	link->state = state;
	link->since_ns = link->now_ns;
	link->deadline_ns = link->now_ns + PR_PATIENCE_NS;
	link->moved = true;
}

/* What follows returns the next state, for a step to return. */

/* Stay in this state: the caller may wait in this way. */
static inline enum pr_state pr_stay(struct pr_link *link, enum pr_pace pace)
{
	link->pace = pace;
	return link->state;
}

/* Stay until the deadline; give up after it. */
enum pr_state pr_wait(struct pr_link *link, enum pr_pace pace);

/* Give up: the peer did something impossible. */
enum pr_state pr_refuse(struct pr_link *link);

/* Take the data lines: this end holds them now, or gives up. */
enum pr_state pr_drive(struct pr_link *link);

/* Answer the START that was seen. */
enum pr_state pr_answer_start(struct pr_link *link);

#endif
