// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Listening: a frame begins, or the lines are asked for. */
#include "moves.h"

void pr_listen_on(struct pr_link *link)
{
	pr_enter_for(link, PR_LISTEN, link->fresh ? PR_PATIENCE_NS : PR_SILENCE_NS);
}

/* The peer holds the lines from now on, or nobody does. */
void pr_listen(struct pr_link *link)
{
	link->fresh = true;
	link->frames_heard = 0;
	pr_listen_on(link);
}

enum pr_pace pr_open(struct pr_link *link)
{
	pr_strobe(link, true);
	return pr_enter(link, PR_OPEN_START2);
}

/* Without a frame heard whole, a listener cannot know that IDLE means idle. */
static bool pr_may_ask(struct pr_link *link)
{
	return link->synced && !link->fresh && pr_session_wants(link) &&
	       pr_sees(link, PR_LOW | PR_IDLE, PR_ALL);
}

enum pr_pace pr_step_listen(struct pr_link *link)
{
	if (pr_look(link) & PR_SAMPLE_STROBE) {
		pr_enter_for(link, PR_JUNK, PR_JUNK_NS);
		return pr_step_junk(link);
	}
	if (pr_may_ask(link)) {
		pr_strobe(link, true);
		return pr_enter(link, PR_ASK);
	}
	return pr_wait(link) == PR_POLL ? PR_SLEEP : PR_MOVED;
}

/* A raised strobe without START is not for a listener: the peer recovers, or should. */
enum pr_pace pr_step_junk(struct pr_link *link)
{
	if (pr_sees(link, PR_HIGH | PR_START, PR_ALL))
		return pr_open(link);
	if (pr_sees(link, PR_LOW, PR_SAMPLE_STROBE)) {
		pr_listen_on(link);
		return PR_MOVED;
	}
	return link->now_ns < link->deadline_ns ? PR_POLL : pr_refuse(link);
}

enum pr_pace pr_step_ask(struct pr_link *link)
{
	u32 sample = pr_look(link);

	if (!(sample & PR_SAMPLE_STROBE))
		return pr_wait(link);
	if (sample != pr_look(link))
		return pr_watch(link);
	if (sample == (PR_HIGH | PR_GRANT)) {
		pr_strobe(link, false);
		return pr_enter(link, PR_TAKE);
	}
	if (sample == (PR_HIGH | PR_START) || sample == (PR_HIGH | PR_START2))
		return pr_enter(link, PR_OPEN_START2);
	return pr_watch(link);
}

enum pr_pace pr_step_take(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW | PR_FLOAT, PR_ALL))
		return pr_wait(link);
	link->stats.turnarounds++;
	pr_tell(link, PR_EVENT_TURNAROUND, 1);
	return pr_drive(link);
}

enum pr_pace pr_step_open_start2(struct pr_link *link)
{
	if (!pr_awaits(link, PR_HIGH | PR_START2, PR_ALL))
		return pr_watch(link);
	pr_strobe(link, false);
	return pr_enter(link, PR_OPEN_LOW);
}

enum pr_pace pr_step_open_low(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link);
	pr_strobe(link, true);
	return pr_enter(link, PR_OPEN_READY);
}

enum pr_pace pr_step_open_ready(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW | PR_READY, PR_ALL))
		return pr_watch(link);
	pr_strobe(link, false);
	pr_receive(link);
	return PR_MOVED;
}
