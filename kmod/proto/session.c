// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "deadlines.h"
#include "session.h"

void pr_session_init(struct pr_link *link, u32 seed)
{
	link->session.proposal = seed;
	link->session.busy_ns = PR_BUSY_NS;
}

void pr_session_lose(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	session->owes_hello = false;
	session->awaits_welcome = false;
	session->owes_welcome = false;
	session->busy_until_ns = 0;
	session->repeats = 0;
	if (session->epoch && !session->lost)
		session->lost_since_ns = link->now_ns;
	session->lost = true;
}

static void pr_empty(struct pr_outgoing *tx)
{
	tx->count = 0;
	tx->sealed = false;
}

void pr_session_break(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	session->epoch = 0;
	pr_empty(&session->tx[0]);
	pr_empty(&session->tx[1]);
	session->rewound = false;
	session->owes_room = false;
	if (!session->joined)
		return;
	session->joined = false;
	link->stats.broken++;
	link->stream->broken(link->stream_ctx);
}

void pr_session_expire(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	if (session->epoch && session->lost &&
	    link->now_ns - session->lost_since_ns >= PR_RESUME_NS)
		pr_session_break(link);
}

void pr_session_hello(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	do
		session->proposal++;
	while (!session->proposal || session->proposal == session->epoch);
	session->owes_hello = true;
}

void pr_session_adopt(struct pr_link *link, u32 epoch)
{
	struct pr_session *session = &link->session;

	pr_session_break(link);
	session->epoch = epoch;
	session->tx_sequence = 0;
	session->rx_sequence = 0;
	session->busy_ns = PR_BUSY_NS;
}

void pr_session_find(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	if (session->joined && session->lost)
		link->stats.resumes++;
	session->lost = false;
	if (session->joined)
		return;
	session->joined = true;
	link->stats.epochs++;
	link->stream->joined(link->stream_ctx, session->epoch);
}

void pr_session_advance(struct pr_link *link)
{
	struct pr_session *session = &link->session;

	link->stats.tx_bytes += pr_outgoing(session)->count;
	session->tx_sequence++;
	session->busy_ns = PR_BUSY_NS;
	if (!session->rewound)
		pr_empty(pr_outgoing(session));
	session->rewound = false;
}

bool pr_session_align(struct pr_link *link, u8 expected)
{
	struct pr_session *session = &link->session;
	u8 behind = session->tx_sequence - expected;

	if (behind == 1) {
		session->tx_sequence = expected;
		session->rewound = true;
		link->stats.tx_bytes -= pr_outgoing(session)->count;
	} else if (behind == 255) {
		pr_session_advance(link);
	} else if (behind) {
		return false;
	}
	return true;
}
