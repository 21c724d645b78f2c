// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Runs the states: each step returns the next state, and this file alone enters it. */
#include "holder.h"
#include "link.h"
#include "listener.h"
#include "moves.h"
#include "recovery.h"
#include "session.h"

struct pr_state_row {
	enum pr_state (*step)(struct pr_link *link);
	/* What else entering the state takes, if anything. */
	void (*enter)(struct pr_link *link, enum pr_state from);
};

static const struct pr_state_row pr_rows[PR_STATES] = {
	[PR_DOWN]		= { pr_step_down, pr_enter_down },
	[PR_PAUSE]		= { pr_step_pause, pr_enter_pause },
	[PR_BREAK_LOW]		= { pr_step_break, pr_enter_pulse },
	[PR_BREAK_HIGH]		= { pr_step_break, pr_enter_break },
	[PR_BREAK_LOW_AGAIN]	= { pr_step_break, pr_enter_break },
	[PR_BREAK_HIGH_AGAIN]	= { pr_step_break, pr_enter_break },
	[PR_BREAK_END]		= { pr_step_break_end },
	[PR_KNOCK]		= { pr_step_knock, pr_enter_pulse },
	[PR_ECHO_HIGH]		= { pr_step_echo, pr_enter_echo },
	[PR_ECHO_LOW]		= { pr_step_echo, pr_enter_echo },
	[PR_LISTEN]		= { pr_step_listen, pr_enter_listen },
	[PR_JUNK]		= { pr_step_junk, pr_enter_junk },
	[PR_ASK]		= { pr_step_ask },
	[PR_TAKE]		= { pr_step_take },
	[PR_OPEN_START2]	= { pr_step_open_start2 },
	[PR_OPEN_LOW]		= { pr_step_open_low },
	[PR_OPEN_READY]		= { pr_step_open_ready },
	[PR_RECEIVE_HIGH]	= { pr_step_receive },
	[PR_RECEIVE_LOW]	= { pr_step_receive },
	[PR_ANSWER]		= { pr_step_answer },
	[PR_ANSWERED]		= { pr_step_answered },
	[PR_HOLD]		= { pr_step_hold, pr_enter_hold },
	[PR_GRANTED]		= { pr_step_granted },
	[PR_SEND_START]		= { pr_step_send_start, pr_enter_send_start },
	[PR_SEND_START2]	= { pr_step_send_start2 },
	[PR_SEND_HIGH]		= { pr_step_send_high },
	[PR_SEND_READY]		= { pr_step_send_ready },
	[PR_SEND_RISEN]		= { pr_step_send_bytes },
	[PR_SEND_FALLEN]	= { pr_step_send_bytes },
	[PR_OFFER]		= { pr_step_offer, pr_enter_offer },
};

void pr_link_init(struct pr_link *link, enum pr_role role, u32 seed,
		  const struct pr_lines *lines, void *lines_ctx,
		  const struct pr_stream *stream, void *stream_ctx)
{
	memset(link, 0, sizeof(*link));
	link->role = role;
	link->lines = lines;
	link->lines_ctx = lines_ctx;
	link->stream = stream;
	link->stream_ctx = stream_ctx;
	pr_session_init(link, seed);
}

static void pr_link_enter(struct pr_link *link, enum pr_state next)
{
	enum pr_state from = link->state;

	pr_enter(link, next);
	if (pr_rows[next].enter)
		pr_rows[next].enter(link, from);
}

enum pr_pace pr_link_step(struct pr_link *link, u64 now_ns, u32 spin)
{
	enum pr_state next;

	link->now_ns = now_ns;
	link->spin = spin;
	link->moved = false;
	if (link->state <= PR_ECHO_LOW)
		pr_session_expire(link);
	do {
		link->pace = PR_MOVED;
		next = pr_rows[link->state].step(link);
		if (next != link->state)
			pr_link_enter(link, next);
	} while (link->pace == PR_MOVED && link->spin);
	return link->moved ? PR_MOVED : link->pace;
}

int pr_link_stop(struct pr_link *link)
{
	int err = link->lines->release(link->lines_ctx);

	if (!err)
		pr_strobe(link, false);
	link->state = PR_DOWN;
	return err;
}
