/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What every state of the handshake is made of: looking, moving on, giving up. */
#ifndef PR_MOVES_H
#define PR_MOVES_H

#include "link.h"

#define PR_HIGH		PR_SAMPLE_STROBE
#define PR_LOW		0u
#define PR_ALL		(PR_SAMPLE_STROBE | PR_SAMPLE_DATA)

/* The holder's offers in their order; the listener falls at the first that is true. */
#define PR_OFFERS	4
extern const u8 pr_offers[PR_OFFERS];

static inline u32 pr_look(struct pr_link *link)
{
	if (link->spin)
		link->spin--;
	return link->lines->sample(link->lines_ctx);
}

/*
 * The wire shows this under this mask, twice in a row: a sample whose strobe and
 * data were read at different times, or a short glitch, is not believed. Only
 * payload bytes are read without it, since a CRC guards those.
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

static inline void pr_tell(struct pr_link *link, enum pr_event event, u32 value)
{
	if (link->stream->event)
		link->stream->event(link->stream_ctx, event, value);
}

static inline void pr_strobe(struct pr_link *link, bool high)
{
	link->lines->strobe(link->lines_ctx, high);
}

static inline void pr_put(struct pr_link *link, u8 data)
{
	link->lines->put(link->lines_ctx, data);
}

/* Move on to a state in which the peer has this long to make its move. */
static inline void pr_enter_for(struct pr_link *link, enum pr_state state, u64 patience_ns)
{
	link->state = state;
	link->since_ns = link->now_ns;
	link->deadline_ns = link->now_ns + patience_ns;
	link->moved = true;
}

static inline enum pr_pace pr_enter(struct pr_link *link, enum pr_state state)
{
	u64 waited_ns = link->now_ns - link->since_ns;

	if (link->state > PR_JUNK && link->state != PR_HOLD &&
	    waited_ns > link->stats.longest_wait_ns)
		link->stats.longest_wait_ns = waited_ns;
	pr_enter_for(link, state, PR_PATIENCE_NS);
	return PR_MOVED;
}

enum pr_pace pr_give_up(struct pr_link *link);
enum pr_pace pr_refuse(struct pr_link *link);		/* give up: this cannot be */
enum pr_pace pr_wait(struct pr_link *link);		/* or give up after the deadline */
enum pr_pace pr_watch(struct pr_link *link);		/* the same, for a move without an edge */
enum pr_pace pr_drive(struct pr_link *link);		/* take the lines, hold the bus */

/* recover.c */
enum pr_pace pr_step_down(struct pr_link *link);
enum pr_pace pr_step_break(struct pr_link *link);
enum pr_pace pr_step_break_end(struct pr_link *link);
enum pr_pace pr_step_knock(struct pr_link *link);
enum pr_pace pr_step_echo(struct pr_link *link);

/* listen.c */
void pr_listen(struct pr_link *link);
void pr_listen_on(struct pr_link *link);
enum pr_pace pr_open(struct pr_link *link);		/* START was seen */
enum pr_pace pr_step_listen(struct pr_link *link);
enum pr_pace pr_step_junk(struct pr_link *link);
enum pr_pace pr_step_ask(struct pr_link *link);
enum pr_pace pr_step_take(struct pr_link *link);
enum pr_pace pr_step_open_start2(struct pr_link *link);
enum pr_pace pr_step_open_low(struct pr_link *link);
enum pr_pace pr_step_open_ready(struct pr_link *link);

/* receive.c */
void pr_receive(struct pr_link *link);
enum pr_pace pr_step_receive(struct pr_link *link);
enum pr_pace pr_step_answer(struct pr_link *link);
enum pr_pace pr_step_answered(struct pr_link *link);

/* hold.c */
void pr_hold(struct pr_link *link);
enum pr_pace pr_step_hold(struct pr_link *link);
enum pr_pace pr_step_granted(struct pr_link *link);

/* send.c */
enum pr_pace pr_send(struct pr_link *link);
enum pr_pace pr_step_send_start(struct pr_link *link);
enum pr_pace pr_step_send_start2(struct pr_link *link);
enum pr_pace pr_step_send_high(struct pr_link *link);
enum pr_pace pr_step_send_ready(struct pr_link *link);
enum pr_pace pr_step_send_bytes(struct pr_link *link);
enum pr_pace pr_step_offer(struct pr_link *link);

#endif
