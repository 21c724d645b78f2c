// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "codes.h"
#include "deadlines.h"
#include "outgoing.h"
#include "session.h"

/* More bytes may join a DATA frame until it is sent for the first time. */
static bool pr_load(struct pr_link *link)
{
	struct pr_outgoing *tx = pr_outgoing(&link->session);

	if (!tx->sealed && tx->count < PR_PAYLOAD_BYTES_MAX)
		tx->count += link->stream->pull(link->stream_ctx,
						tx->bytes + PR_AT_PAYLOAD + tx->count,
						PR_PAYLOAD_BYTES_MAX - tx->count);
	return tx->count;
}

static bool pr_has_data(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	return session->joined && !session->lost &&
	       link->now_ns >= session->busy_until_ns && pr_load(link);
}

static bool pr_has_room_to_tell(struct pr_link *link)
{
	return link->session.owes_room &&
	       link->stream->room(link->stream_ctx) >= PR_PAYLOAD_BYTES_MAX;
}

bool pr_outgoing_wanted(struct pr_link *link)
{
	return link->session.owes_hello || link->session.owes_welcome ||
	       pr_has_data(link) || pr_has_room_to_tell(link);
}

static void pr_seal(struct pr_session *session, u8 *frame, u8 kind, u32 epoch, u16 length)
{
	session->out_count = pr_frame_seal(frame, kind, session->tx_sequence, epoch, length);
	frame[session->out_count++] = PR_TRAILER;
	session->out = frame;
}

static void pr_seal_hello(struct pr_session *session)
{
	session->control[PR_AT_VERSION] = PR_VERSION;
	session->control[PR_AT_EXPECTED] = session->rx_sequence;
	pr_frame_put_u32(session->control + PR_AT_CURRENT, session->epoch);
	pr_seal(session, session->control, PR_KIND_HELLO, session->proposal, PR_HELLO_BYTES);
}

static void pr_seal_welcome(struct pr_session *session)
{
	session->control[PR_AT_VERSION] = PR_VERSION;
	session->control[PR_AT_EXPECTED] = session->rx_sequence;
	pr_seal(session, session->control, PR_KIND_WELCOME, session->epoch, PR_WELCOME_BYTES);
}

static void pr_seal_data(struct pr_session *session)
{
	struct pr_outgoing *tx = pr_outgoing(session);

	pr_seal(session, tx->bytes, PR_KIND_DATA, session->epoch, tx->count);
	tx->sealed = true;
}

void pr_outgoing_choose(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	session->out_at = 0;
	if (session->owes_hello)
		pr_seal_hello(session);
	else if (session->owes_welcome)
		pr_seal_welcome(session);
	else if (pr_has_data(link))
		pr_seal_data(session);
	else
		pr_seal(session, session->control, PR_KIND_EMPTY, session->epoch, 0);
}

static void pr_accepted(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	link->stats.tx_frames++;
	pr_tell(link, PR_EVENT_SENT, session->out_count - PR_FRAME_BYTES_MIN - PR_TRAILER_BYTES);
	session->repeats = 0;
	session->owes_room = false;
	switch (session->out[PR_AT_KIND]) {
	case PR_KIND_HELLO:
		session->owes_hello = false;
		session->awaits_welcome = true;
		break;
	case PR_KIND_WELCOME:
		session->owes_welcome = false;
		pr_session_find(link);
		break;
	case PR_KIND_DATA:
		pr_session_advance(link);
		break;
	}
}

static void pr_refused(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	link->stats.refusals++;
	session->busy_until_ns = link->now_ns + session->busy_ns;
	if (session->busy_ns < PR_BUSY_MAX_NS)
		session->busy_ns *= 2;
}

static void pr_repeat(struct pr_link *link)
{
	link->stats.repeats++;
	if (++link->session.repeats > PR_REPEATS_MAX)
		pr_session_break(link);
}

void pr_outgoing_answered(struct pr_link *link, u8 offer)
{
	link->wished = offer == PR_WISH;
	switch (offer) {
	case PR_GOOD:
	case PR_WISH:
		link->fresh = false;
		pr_accepted(link);
		return;
	case PR_BUSY:
		pr_refused(link);
		break;
	default:
		pr_repeat(link);
	}
	pr_tell(link, PR_EVENT_REPEAT, offer);
}
