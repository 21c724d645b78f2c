// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "incoming.h"
#include "listener.h"
#include "moves.h"
#include "outgoing.h"

/* After its echo an end is silent for longer; after a grant the peer sends at once. */
void pr_enter_listen(struct pr_link *link, enum pr_state from)
{
	bool echoed = from == PR_ECHO_HIGH || from == PR_ECHO_LOW;

	if (echoed || from == PR_GRANTED) {
		link->fresh = true;
		link->frames_heard = 0;
	}
	if (echoed)
		link->deadline_ns = link->now_ns + PR_QUIET_NS;
	else if (!link->fresh)
		link->deadline_ns = link->now_ns + PR_SILENCE_NS;
}

/* A listener that has not received a whole frame cannot know that IDLE means idle. */
static bool pr_may_ask(struct pr_link *link)
{
	return link->synced && !link->fresh && pr_outgoing_wanted(link) &&
	       pr_sees(link, PR_LOW | PR_IDLE, PR_ALL);
}

enum pr_state pr_step_listen(struct pr_link *link)
{
	if (pr_look(link) & PR_SAMPLE_STROBE)
		return PR_JUNK;
	if (pr_may_ask(link)) {
		pr_strobe(link, true);
		return PR_ASK;
	}
	return pr_wait(link, PR_SLEEP);
}

void pr_enter_junk(struct pr_link *link, enum pr_state from)
{
	link->deadline_ns = link->now_ns + PR_JUNK_NS;
}

/* A raised strobe without START is not for a listener: the peer recovers, or should. */
enum pr_state pr_step_junk(struct pr_link *link)
{
	if (pr_sees(link, PR_HIGH | PR_START, PR_ALL))
		return pr_answer_start(link);
	if (pr_sees(link, PR_LOW, PR_SAMPLE_STROBE))
		return PR_LISTEN;
	if (link->now_ns < link->deadline_ns)
		return pr_stay(link, PR_POLL);
	return pr_refuse(link);
}

enum pr_state pr_step_ask(struct pr_link *link)
{
	u32 sample = pr_look(link);

	if (!(sample & PR_SAMPLE_STROBE))
		return pr_wait(link, PR_POLL);
	if (sample != pr_look(link))
		return pr_wait(link, PR_WATCH);
	if (sample == (PR_HIGH | PR_GRANT)) {
		pr_strobe(link, false);
		return PR_TAKE;
	}
	if (sample == (PR_HIGH | PR_START) || sample == (PR_HIGH | PR_START2))
		return PR_OPEN_START2;
	return pr_wait(link, PR_WATCH);
}

enum pr_state pr_step_take(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW | PR_FLOAT, PR_ALL))
		return pr_wait(link, PR_POLL);
	link->stats.turnarounds++;
	pr_tell(link, PR_EVENT_TURNAROUND, 1);
	return pr_drive(link);
}

enum pr_state pr_step_open_start2(struct pr_link *link)
{
	if (!pr_awaits(link, PR_HIGH | PR_START2, PR_ALL))
		return pr_wait(link, PR_WATCH);
	pr_strobe(link, false);
	return PR_OPEN_LOW;
}

enum pr_state pr_step_open_low(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link, PR_POLL);
	pr_strobe(link, true);
	return PR_OPEN_READY;
}

enum pr_state pr_step_open_ready(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW | PR_READY, PR_ALL))
		return pr_wait(link, PR_WATCH);
	pr_strobe(link, false);
	pr_incoming_begin(&link->session);
	return PR_RECEIVE_HIGH;
}

static enum pr_state pr_receive_byte(struct pr_link *link)
{
	u32 sample;

	do {
		sample = pr_look(link);
		if (sample & PR_SAMPLE_STROBE) {
			pr_strobe(link, true);
			link->byte = sample & PR_SAMPLE_DATA;
			if (pr_incoming_add(&link->session, link->byte))
				return PR_RECEIVE_LOW;
			return pr_refuse(link);
		}
	} while (link->spin);
	return pr_wait(link, PR_POLL);
}

/* The index of the offer a sample shows, or PR_OFFERS. */
static u8 pr_offer_in(u32 sample)
{
	u8 i;

	for (i = 0; i < PR_OFFERS; i++)
		if (sample == (PR_HIGH | pr_offers[i]))
			break;
	return i;
}

/*
 * Data that change from the trailer to an offer under the raised strobe end the
 * frame. A trailer with one wrong line counts, or else the frame would never end; no
 * other byte may, as it may have been an offer itself, read wrong.
 */
static bool pr_may_end(const struct pr_link *link)
{
	u8 wrong = link->byte ^ PR_TRAILER;

	return !(wrong & (wrong - 1));
}

static bool pr_sees_end(struct pr_link *link, u32 sample)
{
	return pr_may_end(link) && pr_offer_in(sample) < PR_OFFERS && pr_look(link) == sample;
}

static enum pr_state pr_receive_fall(struct pr_link *link)
{
	u32 sample;

	do {
		sample = pr_look(link);
		if (!(sample & PR_SAMPLE_STROBE)) {
			pr_strobe(link, false);
			return PR_RECEIVE_HIGH;
		}
		if (pr_sees_end(link, sample)) {
			pr_incoming_judge(link);
			return PR_ANSWER;
		}
	} while (link->spin);
	return pr_wait(link, pr_may_end(link) ? PR_WATCH : PR_POLL);
}

/* The byte loop: it enters its own two states and returns any other. */
enum pr_state pr_step_receive(struct pr_link *link)
{
	enum pr_state next;

	for (;;) {
		if (link->state == PR_RECEIVE_HIGH)
			next = pr_receive_byte(link);
		else
			next = pr_receive_fall(link);
		if (next == link->state || next > PR_RECEIVE_LOW || next < PR_RECEIVE_HIGH)
			return next;
		pr_enter(link, next);
		if (!link->spin)
			return next;
	}
}

/* The first offer that is true. A later one is true too: it costs time, but no byte. */
static u8 pr_true_offer(struct pr_link *link)
{
	switch (link->session.verdict) {
	case PR_ACCEPTED:
		return link->frames_heard >= PR_TURN_FRAMES && pr_outgoing_wanted(link);
	case PR_DAMAGED:
		return 2;
	default:
		return 3;
	}
}

enum pr_state pr_step_answer(struct pr_link *link)
{
	u32 sample = pr_look(link);
	u8 offer = pr_offer_in(sample);

	if (link->session.verdict == PR_NO_ROOM)
		pr_incoming_judge(link);
	if (offer == PR_OFFERS || offer < pr_true_offer(link) || pr_look(link) != sample)
		return pr_wait(link, PR_WATCH);
	pr_strobe(link, false);
	return PR_ANSWERED;
}

static void pr_end_frame(struct pr_link *link)
{
	if (link->session.verdict == PR_NO_ROOM)
		link->session.owes_room = true;
	if (link->session.verdict == PR_ACCEPTED) {
		link->synced = true;
		link->fresh = false;
	}
	link->frames_heard++;
}

/*
 * The holder does not wait to learn that its strobe was seen to fall, so its next frame
 * may have begun already: no offer looks like START.
 */
enum pr_state pr_step_answered(struct pr_link *link)
{
	bool begun = pr_sees(link, PR_HIGH | PR_START, PR_ALL);

	if (!begun && !pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link, PR_POLL);
	if (link->session.verdict == PR_REJECTED)
		return pr_refuse(link);
	pr_end_frame(link);
	return begun ? pr_answer_start(link) : PR_LISTEN;
}
