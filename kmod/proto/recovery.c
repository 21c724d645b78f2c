// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The downstream end breaks, the upstream end knocks and echoes; PROTOCOL.md says why. */
#include "moves.h"
#include "recovery.h"
#include "session.h"

/* An end that gives up still drives what it drove, until pr_step_down() has released it. */
void pr_enter_down(struct pr_link *link, enum pr_state from)
{
	link->stats.recoveries++;
	pr_session_lose(link);
	link->answered = false;
	link->deadline_ns = link->now_ns;
}

static enum pr_state pr_pulse(struct pr_link *link)
{
	pr_strobe(link, true);
	return link->role == PR_DOWNSTREAM ? PR_BREAK_LOW : PR_KNOCK;
}

enum pr_state pr_step_down(struct pr_link *link)
{
	link->synced = false;
	if (link->lines->release(link->lines_ctx)) {
		link->deadline_ns = link->now_ns + PR_LOOK_NS;
		return pr_stay(link, PR_SLEEP);
	}
	pr_strobe(link, false);
	return pr_pulse(link);
}

/*
 * A strobe that stays up feeds a peer without power through the clamp of its input. So
 * an absent peer sees pulses, and a peer that appears sees the next one. But once the
 * peer has moved, a pulse is longer than its patience: a peer that still sends took the
 * last pulse for an answer. It must starve on this one, or each pulse would be a byte.
 */
void pr_enter_pulse(struct pr_link *link, enum pr_state from)
{
	link->deadline_ns = link->now_ns + (link->answered ? PR_QUIET_NS : PR_PULSE_NS);
}

/* The peer's first low may be what it always showed; all other levels are moves of it. */
void pr_enter_break(struct pr_link *link, enum pr_state from)
{
	link->answered |= link->state != PR_BREAK_HIGH;
	pr_enter_pulse(link, from);
}

static enum pr_state pr_hold_pulse(struct pr_link *link)
{
	if (link->now_ns < link->deadline_ns)
		return pr_stay(link, PR_SLEEP);
	pr_strobe(link, false);
	return PR_PAUSE;
}

void pr_enter_pause(struct pr_link *link, enum pr_state from)
{
	link->answered = false;
	link->deadline_ns = link->now_ns + PR_PAUSE_NS;
}

enum pr_state pr_step_pause(struct pr_link *link)
{
	link->answered = pr_sees(link, PR_HIGH, PR_SAMPLE_STROBE);
	if (link->answered || link->now_ns >= link->deadline_ns)
		return pr_pulse(link);
	return pr_stay(link, PR_SLEEP);
}

/* Waits for four levels in turn; the states are in their order. */
enum pr_state pr_step_break(struct pr_link *link)
{
	bool high = link->state == PR_BREAK_HIGH || link->state == PR_BREAK_HIGH_AGAIN;

	if (!pr_awaits(link, high ? PR_HIGH : PR_LOW, PR_SAMPLE_STROBE)) {
		link->answered |= !high;
		return pr_hold_pulse(link);
	}
	if (link->state == PR_BREAK_HIGH_AGAIN)
		pr_strobe(link, false);
	return link->state + 1;
}

/* Also waits for floating data: so even a peer that breaks the rules causes no fight. */
enum pr_state pr_step_break_end(struct pr_link *link)
{
	if (!pr_awaits(link, PR_LOW | PR_FLOAT, PR_ALL))
		return pr_wait(link, PR_POLL);
	link->synced = true;
	pr_session_hello(link);
	return pr_drive(link);
}

enum pr_state pr_step_knock(struct pr_link *link)
{
	if (!pr_awaits(link, PR_HIGH, PR_SAMPLE_STROBE))
		return pr_hold_pulse(link);
	link->hold_ns = PR_ECHO_NS;
	return PR_ECHO_HIGH;
}

void pr_enter_echo(struct pr_link *link, enum pr_state from)
{
	link->deadline_ns = link->now_ns + link->hold_ns;
}

static enum pr_state pr_turn_echo(struct pr_link *link)
{
	bool high = link->state == PR_ECHO_LOW;

	if (high && link->hold_ns < PR_ECHO_MAX_NS)
		link->hold_ns *= 2;
	pr_strobe(link, high);
	return high ? PR_ECHO_HIGH : PR_ECHO_LOW;
}

/* The peer's strobe is up, or just was: echo until it falls or begins a frame. */
enum pr_state pr_step_echo(struct pr_link *link)
{
	if (pr_sees(link, PR_LOW, PR_SAMPLE_STROBE)) {
		pr_strobe(link, false);
		return PR_LISTEN;
	}
	if (pr_sees(link, PR_HIGH | PR_START, PR_ALL))
		return pr_answer_start(link);
	if (link->now_ns < link->deadline_ns)
		return pr_stay(link, PR_SLEEP);
	return pr_turn_echo(link);
}
