// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The link's states by name and function, and the step that runs them. */
#include "moves.h"

struct pr_state_row {
	const char *name;
	enum pr_pace (*step)(struct pr_link *link);
};

static const struct pr_state_row pr_rows[PR_STATES] = {
	[PR_DOWN]		= { "down", pr_step_down },
	[PR_BREAK_LOW]		= { "break-low", pr_step_break },
	[PR_BREAK_HIGH]		= { "break-high", pr_step_break },
	[PR_BREAK_LOW_AGAIN]	= { "break-low-again", pr_step_break },
	[PR_BREAK_HIGH_AGAIN]	= { "break-high-again", pr_step_break },
	[PR_BREAK_END]		= { "break-end", pr_step_break_end },
	[PR_KNOCK]		= { "knock", pr_step_knock },
	[PR_ECHO_HIGH]		= { "echo-high", pr_step_echo },
	[PR_ECHO_LOW]		= { "echo-low", pr_step_echo },
	[PR_LISTEN]		= { "listen", pr_step_listen },
	[PR_JUNK]		= { "junk", pr_step_junk },
	[PR_ASK]		= { "ask", pr_step_ask },
	[PR_TAKE]		= { "take", pr_step_take },
	[PR_OPEN_START2]	= { "open-start2", pr_step_open_start2 },
	[PR_OPEN_LOW]		= { "open-low", pr_step_open_low },
	[PR_OPEN_READY]		= { "open-ready", pr_step_open_ready },
	[PR_RECEIVE_HIGH]	= { "receive-high", pr_step_receive },
	[PR_RECEIVE_LOW]	= { "receive-low", pr_step_receive },
	[PR_ANSWER]		= { "answer", pr_step_answer },
	[PR_ANSWERED]		= { "answered", pr_step_answered },
	[PR_HOLD]		= { "hold", pr_step_hold },
	[PR_GRANTED]		= { "granted", pr_step_granted },
	[PR_SEND_START]		= { "send-start", pr_step_send_start },
	[PR_SEND_START2]	= { "send-start2", pr_step_send_start2 },
	[PR_SEND_HIGH]		= { "send-high", pr_step_send_high },
	[PR_SEND_READY]		= { "send-ready", pr_step_send_ready },
	[PR_SEND_RISEN]		= { "send-risen", pr_step_send_bytes },
	[PR_SEND_FALLEN]	= { "send-fallen", pr_step_send_bytes },
	[PR_OFFER]		= { "offer", pr_step_offer },
};

const u8 pr_offers[PR_OFFERS] = { PR_GOOD, PR_WISH, PR_BAD, PR_BUSY };

const char *pr_state_name(enum pr_state state)
{
	return state < PR_STATES ? pr_rows[state].name : "?";
}

/* Whoever gives up still drives what it drove, until pr_step_down() released it. */
enum pr_pace pr_give_up(struct pr_link *link)
{
	link->stats.recoveries++;
	pr_session_lose(link);
	pr_enter_for(link, PR_DOWN, 0);
	return PR_MOVED;
}

enum pr_pace pr_refuse(struct pr_link *link)
{
	link->stats.nonsense++;
	pr_tell(link, PR_EVENT_NONSENSE, link->state);
	return pr_give_up(link);
}

/*
 * Called after a look at the wire that came after now_ns: so a side that was
 * stopped for longer than its patience has looked once more.
 */
enum pr_pace pr_wait(struct pr_link *link)
{
	if (link->now_ns < link->deadline_ns)
		return PR_POLL;
	link->stats.timeouts++;
	pr_tell(link, PR_EVENT_TIMEOUT, link->state);
	return pr_give_up(link);
}

enum pr_pace pr_watch(struct pr_link *link)
{
	return pr_wait(link) == PR_POLL ? PR_WATCH : PR_MOVED;
}

enum pr_pace pr_drive(struct pr_link *link)
{
	if (link->lines->take(link->lines_ctx, PR_IDLE))
		return pr_give_up(link);
	link->fresh = true;
	link->wished = false;
	pr_hold(link);
	return PR_MOVED;
}

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

enum pr_pace pr_link_step(struct pr_link *link, u64 now_ns, u32 spin)
{
	enum pr_pace pace;

	link->now_ns = now_ns;
	link->spin = spin;
	link->moved = false;
	if (link->state <= PR_ECHO_LOW)
		pr_session_expire(link);
	do {
		pace = pr_rows[link->state].step(link);
	} while (pace == PR_MOVED && link->spin);
	return link->moved ? PR_MOVED : pace;
}

int pr_link_stop(struct pr_link *link)
{
	int err = link->lines->release(link->lines_ctx);

	if (!err)
		pr_strobe(link, false);
	link->state = PR_DOWN;
	return err;
}
