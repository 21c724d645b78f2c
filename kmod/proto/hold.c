// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Holding the idle lines: say a frame, grant, or wait. */
#include "moves.h"

void pr_hold(struct pr_link *link)
{
	pr_enter_for(link, PR_HOLD, PR_KEEPALIVE_NS);
	link->frames_heard = 0;
	if (link->session.awaits_welcome)
		link->deadline_ns = link->now_ns + PR_PATIENCE_NS;
	else if (link->wished)
		link->deadline_ns = link->now_ns + PR_WISH_NS;
}

static enum pr_pace pr_grant(struct pr_link *link)
{
	pr_put(link, PR_GRANT);
	pr_strobe(link, true);
	return pr_enter(link, PR_GRANTED);
}

/* Nothing to say, and nothing asked for. */
static enum pr_pace pr_stay(struct pr_link *link)
{
	u64 busy_ns = link->session.busy_until_ns;

	if (busy_ns > link->now_ns && busy_ns < link->deadline_ns)
		link->deadline_ns = busy_ns;
	return PR_SLEEP;
}

/*
 * A fresh holder says a frame before it grants: a listener that has not heard
 * one could not tell a grant from the peer's recovery.
 */
enum pr_pace pr_step_hold(struct pr_link *link)
{
	bool over;

	if (link->fresh)
		return pr_send(link);
	if (pr_sees(link, PR_HIGH, PR_SAMPLE_STROBE))
		return pr_grant(link);
	over = link->now_ns >= link->deadline_ns;
	if (link->session.awaits_welcome)
		return over ? pr_wait(link) : PR_SLEEP;
	if (link->wished && !over)
		return PR_POLL;
	if (over || pr_session_wants(link))
		return pr_send(link);
	return pr_stay(link);
}

/* Released first, lowered then: the fall tells the peer that it may drive. */
enum pr_pace pr_step_granted(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link);
	if (link->lines->release(link->lines_ctx))
		return pr_give_up(link);
	pr_strobe(link, false);
	pr_tell(link, PR_EVENT_TURNAROUND, 0);
	pr_listen(link);
	return PR_MOVED;
}
