// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "codes.h"
#include "crc32c.h"
#include "incoming.h"
#include "session.h"

void pr_incoming_begin(struct pr_session *session)
{
	session->rx_count = 0;
	session->rx_crc = PR_CRC32C_BEGIN;
}

/*
 * Adds the byte before this one to the CRC, as the last byte is the trailer; the peer
 * is busy lowering its strobe meanwhile.
 */
bool pr_incoming_add(struct pr_session *session, u8 byte)
{
	if (session->rx_count >= sizeof(session->rx))
		return false;
	if (session->rx_count)
		session->rx_crc = pr_crc32c_add(session->rx_crc,
						session->rx[session->rx_count - 1]);
	session->rx[session->rx_count++] = byte;
	return true;
}

static bool pr_is_greeting(const struct pr_session *session, const struct pr_frame *frame,
			   u16 length)
{
	return frame->length == length && frame->epoch &&
	       session->rx[PR_AT_VERSION] == PR_VERSION;
}

static enum pr_verdict pr_reject_stream(struct pr_link *link)
{
	pr_session_break(link);
	return PR_REJECTED;
}

/* The peer is in one epoch and proposes another: keep the old one if this end is in it too. */
static enum pr_verdict pr_judge_hello(struct pr_link *link, const struct pr_frame *frame)
{
	struct pr_session *session = &link->session;
	u32 current = pr_frame_get_u32(session->rx + PR_AT_CURRENT);

	if (link->role != PR_UPSTREAM || !pr_is_greeting(session, frame, PR_HELLO_BYTES))
		return PR_REJECTED;
	session->owes_welcome = true;
	if (session->epoch && session->epoch == current &&
	    pr_session_align(link, session->rx[PR_AT_EXPECTED]))
		return PR_ACCEPTED;
	if (session->epoch != frame->epoch || session->joined)
		pr_session_adopt(link, frame->epoch);
	return PR_ACCEPTED;
}

/* The upstream end chose one of the two epochs that HELLO named. */
static enum pr_verdict pr_judge_welcome(struct pr_link *link, const struct pr_frame *frame)
{
	struct pr_session *session = &link->session;

	if (link->role != PR_DOWNSTREAM || !pr_is_greeting(session, frame, PR_WELCOME_BYTES))
		return PR_REJECTED;
	if (frame->epoch == session->proposal && session->awaits_welcome)
		pr_session_adopt(link, frame->epoch);
	else if (frame->epoch != session->epoch)
		return PR_REJECTED;
	else if (!pr_session_align(link, session->rx[PR_AT_EXPECTED]))
		return pr_reject_stream(link);
	session->awaits_welcome = false;
	pr_session_find(link);
	return PR_ACCEPTED;
}

static enum pr_verdict pr_judge_data(struct pr_link *link, const struct pr_frame *frame)
{
	struct pr_session *session = &link->session;
	u8 ahead = frame->sequence - session->rx_sequence;

	switch (ahead) {
	case 0:
		break;
	case 1:		/* the peer took this end's giving up for an answer: recover */
		return PR_REJECTED;
	case 255:
		link->stats.duplicates++;
		return PR_ACCEPTED;
	default:
		return pr_reject_stream(link);
	}
	if (link->stream->room(link->stream_ctx) < frame->length)
		return PR_NO_ROOM;
	session->rx_sequence++;
	link->stats.rx_bytes += frame->length;
	link->stream->push(link->stream_ctx, frame->payload, frame->length);
	return PR_ACCEPTED;
}

/* DATA and EMPTY count only in this end's epoch, and prove that the peer is in it. */
static enum pr_verdict pr_judge_traffic(struct pr_link *link, const struct pr_frame *frame)
{
	struct pr_session *session = &link->session;

	if (!session->epoch || frame->epoch != session->epoch || session->awaits_welcome)
		return PR_REJECTED;
	session->owes_welcome = false;
	pr_session_find(link);
	return frame->kind == PR_KIND_DATA ? pr_judge_data(link, frame) : PR_ACCEPTED;
}

static enum pr_verdict pr_judge_frame(struct pr_link *link)
{
	struct pr_session *session = &link->session;
	struct pr_frame frame;

	if (!session->rx_count || session->rx[session->rx_count - 1] != PR_TRAILER ||
	    !pr_frame_open(&frame, session->rx, session->rx_count - 1, session->rx_crc))
		return PR_DAMAGED;
	switch (frame.kind) {
	case PR_KIND_HELLO:
		return pr_judge_hello(link, &frame);
	case PR_KIND_WELCOME:
		return pr_judge_welcome(link, &frame);
	case PR_KIND_DATA:
	case PR_KIND_EMPTY:
		return pr_judge_traffic(link, &frame);
	default:
		return PR_REJECTED;
	}
}

void pr_incoming_judge(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	session->verdict = pr_judge_frame(link);
	if (session->verdict == PR_DAMAGED)
		link->stats.crc_errors++;
	if (session->verdict != PR_ACCEPTED)
		return;
	session->busy_until_ns = 0;
	link->stats.rx_frames++;
	pr_tell(link, PR_EVENT_RECEIVED, session->rx_count - PR_FRAME_BYTES_MIN - PR_TRAILER_BYTES);
}
