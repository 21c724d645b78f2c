// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Sending: a frame is opened, its bytes go out, its answer comes back. */
#include "moves.h"

enum pr_pace pr_send(struct pr_link *link)
{
	pr_session_choose(link);
	link->slowest_ns = 0;
	pr_put(link, PR_START);
	pr_strobe(link, true);
	return pr_enter(link, PR_SEND_START);
}

/* The peer made a move of the opening: how long did it take? */
static enum pr_pace pr_open_on(struct pr_link *link, enum pr_state state)
{
	u64 took_ns = link->now_ns - link->since_ns;

	if (took_ns > link->slowest_ns)
		link->slowest_ns = took_ns;
	return pr_enter(link, state);
}

enum pr_pace pr_step_send_start(struct pr_link *link)
{
	if (!pr_awaits(link, PR_HIGH, PR_SAMPLE_STROBE))
		return pr_wait(link);
	pr_put(link, PR_START2);
	return pr_open_on(link, PR_SEND_START2);
}

enum pr_pace pr_step_send_start2(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link);
	pr_strobe(link, false);
	return pr_open_on(link, PR_SEND_HIGH);
}

enum pr_pace pr_step_send_high(struct pr_link *link)
{
	if (!pr_awaits(link, PR_HIGH, PR_SAMPLE_STROBE))
		return pr_wait(link);
	pr_put(link, PR_READY);
	return pr_open_on(link, PR_SEND_READY);
}

enum pr_pace pr_step_send_ready(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link);
	pr_put(link, link->session.out[0]);
	return pr_open_on(link, PR_SEND_FALLEN);
}

/* One sample a turn, as a CRC guards the bytes: this is the path that must be fast. */
static bool pr_peer_is(struct pr_link *link, u32 level)
{
	do {
		if ((pr_look(link) & PR_SAMPLE_STROBE) == level)
			return true;
	} while (link->spin);
	return false;
}

static u64 pr_offer_ns(const struct pr_link *link)
{
	u64 offer_ns = PR_OFFER_NS + 4 * link->slowest_ns;

	return offer_ns < PR_OFFER_MAX_NS ? offer_ns : PR_OFFER_MAX_NS;
}

static enum pr_pace pr_make_offer(struct pr_link *link, u8 offer)
{
	bool last = offer == PR_OFFERS - 1;

	link->offer = offer;
	pr_put(link, pr_offers[offer]);
	pr_enter_for(link, PR_OFFER, last ? PR_PATIENCE_NS : pr_offer_ns(link));
	return PR_MOVED;
}

/* The peer has read the byte. The next is put while it lowers its strobe. */
static enum pr_pace pr_fall(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	if (!pr_peer_is(link, PR_HIGH))
		return pr_wait(link);
	if (++session->out_at == session->out_count) {
		link->stats.tx_wire_bytes += session->out_count;
		return pr_make_offer(link, 0);
	}
	pr_strobe(link, false);
	pr_put(link, session->out[session->out_at]);
	return pr_enter(link, PR_SEND_FALLEN);
}

static enum pr_pace pr_rise(struct pr_link *link)
{
	if (!pr_peer_is(link, PR_LOW))
		return pr_wait(link);
	pr_strobe(link, true);
	return pr_enter(link, PR_SEND_RISEN);
}

enum pr_pace pr_step_send_bytes(struct pr_link *link)
{
	enum pr_pace pace;

	do {
		pace = link->state == PR_SEND_RISEN ? pr_fall(link) : pr_rise(link);
	} while (pace == PR_MOVED && link->spin && link->state <= PR_SEND_FALLEN);
	return pace;
}

/*
 * An answer that comes just as the offer changes counts as one to the later
 * offer: a needless idle moment, repetition or pause, never a loss.
 */
enum pr_pace pr_step_offer(struct pr_link *link)
{
	if (pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE)) {
		pr_put(link, PR_IDLE);	/* before the edge that wakes a sleeping listener */
		pr_strobe(link, false);
		pr_session_answered(link, link->offer);
		pr_hold(link);
		return PR_MOVED;
	}
	if (link->offer + 1 < PR_OFFERS && link->now_ns >= link->deadline_ns)
		return pr_make_offer(link, link->offer + 1);
	return pr_wait(link);
}
