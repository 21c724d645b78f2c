// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The states' names, for sysfs, traces and tests. */
#include "states.h"

static const char *const pr_state_names[PR_STATES] = {
	[PR_DOWN]		= "down",
	[PR_PAUSE]		= "pause",
	[PR_BREAK_LOW]		= "break-low",
	[PR_BREAK_HIGH]		= "break-high",
	[PR_BREAK_LOW_AGAIN]	= "break-low-again",
	[PR_BREAK_HIGH_AGAIN]	= "break-high-again",
	[PR_BREAK_END]		= "break-end",
	[PR_KNOCK]		= "knock",
	[PR_ECHO_HIGH]		= "echo-high",
	[PR_ECHO_LOW]		= "echo-low",
	[PR_LISTEN]		= "listen",
	[PR_JUNK]		= "junk",
	[PR_ASK]		= "ask",
	[PR_TAKE]		= "take",
	[PR_OPEN_START2]	= "open-start2",
	[PR_OPEN_LOW]		= "open-low",
	[PR_OPEN_READY]		= "open-ready",
	[PR_RECEIVE_HIGH]	= "receive-high",
	[PR_RECEIVE_LOW]	= "receive-low",
	[PR_ANSWER]		= "answer",
	[PR_ANSWERED]		= "answered",
	[PR_HOLD]		= "hold",
	[PR_GRANTED]		= "granted",
	[PR_SEND_START]		= "send-start",
	[PR_SEND_START2]	= "send-start2",
	[PR_SEND_HIGH]		= "send-high",
	[PR_SEND_READY]		= "send-ready",
	[PR_SEND_RISEN]		= "send-risen",
	[PR_SEND_FALLEN]	= "send-fallen",
	[PR_OFFER]		= "offer",
};

const char *pr_state_name(enum pr_state state)
{
	return state < PR_STATES ? pr_state_names[state] : "?";
}
