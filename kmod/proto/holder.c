// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "holder.h"
#include "moves.h"
#include "outgoing.h"

void pr_enter_hold(struct pr_link *link, enum pr_state from)
{
	link->frames_heard = 0;
	if (link->session.awaits_welcome)
		return;		/* within PR_PATIENCE_NS */
	link->deadline_ns = link->now_ns + (link->wished ? PR_WISH_NS : PR_KEEPALIVE_NS);
}

static enum pr_state pr_grant(struct pr_link *link)
{
	pr_put(link, PR_GRANT);
	pr_strobe(link, true);
	return PR_GRANTED;
}

/* Nothing to send, and nothing asked for. */
static enum pr_state pr_stay_idle(struct pr_link *link)
{
	u64 busy_ns = link->session.busy_until_ns;

	if (busy_ns > link->now_ns && busy_ns < link->deadline_ns)
		link->deadline_ns = busy_ns;
	return pr_stay(link, PR_SLEEP);
}

/*
 * A fresh holder sends a frame before it grants: a listener that has not received one
 * could not tell a grant from the peer's recovery.
 */
enum pr_state pr_step_hold(struct pr_link *link)
{
	bool over;

	if (link->fresh)
		return PR_SEND_START;
	if (pr_sees(link, PR_HIGH, PR_SAMPLE_STROBE))
		return pr_grant(link);
	over = link->now_ns >= link->deadline_ns;
	if (link->session.awaits_welcome)
		return pr_wait(link, PR_SLEEP);
	if (link->wished && !over)
		return pr_stay(link, PR_POLL);
	if (over || pr_outgoing_wanted(link))
		return PR_SEND_START;
	return pr_stay_idle(link);
}

/* Released first, lowered after it: the fall tells the peer that it may drive. */
enum pr_state pr_step_granted(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link, PR_POLL);
	if (link->lines->release(link->lines_ctx))
		return PR_DOWN;
	pr_strobe(link, false);
	pr_tell(link, PR_EVENT_TURNAROUND, 0);
	return PR_LISTEN;
}

void pr_enter_send_start(struct pr_link *link, enum pr_state from)
{
	pr_outgoing_choose(link);
	link->slowest_ns = 0;
	pr_put(link, PR_START);
	pr_strobe(link, true);
}

/* Notes how long the peer took for a move of the opening. */
static void pr_note_answer(struct pr_link *link)
{
	u64 took_ns = link->now_ns - link->since_ns;

	if (took_ns > link->slowest_ns)
		link->slowest_ns = took_ns;
}

enum pr_state pr_step_send_start(struct pr_link *link)
{
	if (!pr_awaits(link, PR_HIGH, PR_SAMPLE_STROBE))
		return pr_wait(link, PR_POLL);
	pr_put(link, PR_START2);
	pr_note_answer(link);
	return PR_SEND_START2;
}

enum pr_state pr_step_send_start2(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link, PR_POLL);
	pr_strobe(link, false);
	pr_note_answer(link);
	return PR_SEND_HIGH;
}

enum pr_state pr_step_send_high(struct pr_link *link)
{
	if (!pr_awaits(link, PR_HIGH, PR_SAMPLE_STROBE))
		return pr_wait(link, PR_POLL);
	pr_put(link, PR_READY);
	pr_note_answer(link);
	return PR_SEND_READY;
}

enum pr_state pr_step_send_ready(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link, PR_POLL);
	pr_put(link, link->session.out[0]);
	pr_note_answer(link);
	return PR_SEND_FALLEN;
}

/* Takes one sample a turn, as a CRC guards the bytes: this path must be fast. */
static bool pr_peer_is(struct pr_link *link, u32 level)
{
	do {
		if ((pr_look(link) & PR_SAMPLE_STROBE) == level)
			return true;
	} while (link->spin);
	return false;
}

/* The peer has read the byte. The next is put while the peer lowers its strobe. */
static enum pr_state pr_send_fall(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	if (!pr_peer_is(link, PR_HIGH))
		return pr_wait(link, PR_POLL);
	if (++session->out_at == session->out_count) {
		link->stats.tx_wire_bytes += session->out_count;
		link->trailer_ns = link->since_ns;
		return PR_OFFER;
	}
	pr_strobe(link, false);
	pr_put(link, session->out[session->out_at]);
	return PR_SEND_FALLEN;
}

static enum pr_state pr_send_rise(struct pr_link *link)
{
	if (!pr_peer_is(link, PR_LOW))
		return pr_wait(link, PR_POLL);
	pr_strobe(link, true);
	return PR_SEND_RISEN;
}

/* The byte loop: it enters its own two states and returns any other. */
enum pr_state pr_step_send_bytes(struct pr_link *link)
{
	enum pr_state next;

	for (;;) {
		if (link->state == PR_SEND_RISEN)
			next = pr_send_fall(link);
		else
			next = pr_send_rise(link);
		if (next == link->state || next > PR_SEND_FALLEN || next < PR_SEND_RISEN)
			return next;
		pr_enter(link, next);
		if (!link->spin)
			return next;
	}
}

static u64 pr_offer_ns(const struct pr_link *link)
{
	u64 offer_ns = PR_OFFER_NS + 4 * link->slowest_ns;

	return offer_ns < PR_OFFER_MAX_NS ? offer_ns : PR_OFFER_MAX_NS;
}

static void pr_make_offer(struct pr_link *link, u8 offer)
{
	bool last = offer == PR_OFFERS - 1;

	link->offer = offer;
	pr_put(link, pr_offers[offer]);
	link->deadline_ns = link->now_ns + (last ? PR_PATIENCE_NS : pr_offer_ns(link));
	link->moved = true;
}

void pr_enter_offer(struct pr_link *link, enum pr_state from)
{
	pr_make_offer(link, 0);
}

/*
 * A listener that gives up lowers its strobe too, once its patience is over. If this end
 * was stopped for so long that it cannot tell, the frame is sent again.
 */
static u8 pr_answer_of(const struct pr_link *link)
{
	u8 offer = pr_offers[link->offer];
	bool doubt = link->now_ns - link->trailer_ns >= PR_DOUBT_NS;

	return doubt && (offer == PR_GOOD || offer == PR_WISH) ? PR_BAD : offer;
}

/*
 * An answer that comes just as the offer changes counts as one to the later offer: it
 * costs a needless idle moment, repetition or pause, never a loss.
 */
enum pr_state pr_step_offer(struct pr_link *link)
{
	if (pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE)) {
		pr_put(link, PR_IDLE);	/* before the edge that wakes a sleeping listener */
		pr_strobe(link, false);
		pr_outgoing_answered(link, pr_answer_of(link));
		return PR_HOLD;
	}
	if (link->now_ns >= link->deadline_ns && link->offer + 1 < PR_OFFERS) {
		pr_make_offer(link, link->offer + 1);
		return PR_OFFER;
	}
	return pr_wait(link, PR_POLL);
}
