// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Recovery: from knowing nothing about the peer to knowing that it does not drive. */
#include "moves.h"

/* The peer may be absent for as long as it likes; look now and then. */
static void pr_enter_idle(struct pr_link *link, enum pr_state state)
{
	pr_enter_for(link, state, PR_LOOK_NS);
}

static enum pr_pace pr_idle(struct pr_link *link)
{
	if (link->now_ns >= link->deadline_ns)
		link->deadline_ns = link->now_ns + PR_LOOK_NS;
	return PR_SLEEP;
}

static void pr_break(struct pr_link *link)
{
	pr_strobe(link, true);
	pr_enter_idle(link, PR_BREAK_LOW);
}

static void pr_knock(struct pr_link *link)
{
	pr_strobe(link, true);
	pr_enter_idle(link, PR_KNOCK);
}

enum pr_pace pr_step_down(struct pr_link *link)
{
	link->synced = false;
	if (link->lines->release(link->lines_ctx)) {
		link->deadline_ns = link->now_ns + PR_LOOK_NS;
		return PR_SLEEP;
	}
	pr_strobe(link, false);
	if (link->role == PR_DOWNSTREAM)
		pr_break(link);
	else
		pr_knock(link);
	return PR_MOVED;
}

/* The four levels that end the break; the states are in their order. */
enum pr_pace pr_step_break(struct pr_link *link)
{
	bool high = link->state == PR_BREAK_HIGH || link->state == PR_BREAK_HIGH_AGAIN;

	if (!pr_awaits(link, high ? PR_HIGH : PR_LOW, PR_SAMPLE_STROBE))
		return pr_idle(link);
	if (link->state != PR_BREAK_HIGH_AGAIN) {
		pr_enter_idle(link, link->state + 1);
		return PR_MOVED;
	}
	pr_strobe(link, false);
	pr_enter_for(link, PR_BREAK_END, PR_PATIENCE_NS);
	return PR_MOVED;
}

/* Floating data are asked for as well: should the peer break the rules, no fight. */
enum pr_pace pr_step_break_end(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW | PR_FLOAT, PR_ALL))
		return pr_wait(link);
	link->synced = true;
	pr_session_hello(link);
	return pr_drive(link);
}

enum pr_pace pr_step_knock(struct pr_link *link)
{
	if (!pr_awaits(link, PR_HIGH, PR_SAMPLE_STROBE))
		return pr_idle(link);
	link->hold_ns = PR_ECHO_NS;
	pr_enter_for(link, PR_ECHO_HIGH, link->hold_ns);
	return PR_MOVED;
}

static void pr_turn_echo(struct pr_link *link)
{
	bool high = link->state == PR_ECHO_LOW;

	if (high && link->hold_ns < PR_ECHO_MAX_NS)
		link->hold_ns *= 2;
	pr_strobe(link, high);
	pr_enter_for(link, high ? PR_ECHO_HIGH : PR_ECHO_LOW, link->hold_ns);
}

/* The peer's strobe is up, or just was: echo until it falls, or begins a frame. */
enum pr_pace pr_step_echo(struct pr_link *link)
{
	if (pr_sees(link, PR_LOW, PR_SAMPLE_STROBE)) {
		pr_strobe(link, false);
		pr_listen(link);
		link->deadline_ns = link->now_ns + PR_QUIET_NS;
		return PR_MOVED;
	}
	if (pr_sees(link, PR_HIGH | PR_START, PR_ALL))
		return pr_open(link);
	if (link->now_ns < link->deadline_ns)
		return PR_SLEEP;
	pr_turn_echo(link);
	return PR_MOVED;
}
