/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The session: a stream's epoch, and the number of the frame that each end expects.
 * PROTOCOL.md says how a stream survives a break of the link.
 */
#ifndef PR_SESSION_H
#define PR_SESSION_H

#include "end.h"

static inline struct pr_outgoing *pr_outgoing(struct pr_session *session)
{
	return &session->tx[session->tx_sequence & 1];
}

void pr_session_init(struct pr_link *link, u32 seed);

/* The link was lost: the stream waits, and ends after PR_RESUME_NS. */
void pr_session_lose(struct pr_link *link);
void pr_session_expire(struct pr_link *link);

/* The downstream end has recovered the lines, and sends HELLO first. */
void pr_session_hello(struct pr_link *link);

/* End the stream, if there is one, and be in no epoch. */
void pr_session_break(struct pr_link *link);

/* Be in this epoch, whose sequences begin at 0. The peer is not yet known to be in it. */
void pr_session_adopt(struct pr_link *link, u32 epoch);

/* The peer is in this end's epoch: the stream begins or goes on. */
void pr_session_find(struct pr_link *link);

/*
 * The peer, in this end's epoch, expects this frame; it may be one ahead of what is
 * known here, or one behind. False: the stream cannot go on.
 */
bool pr_session_align(struct pr_link *link, u8 expected);

/* The peer has accepted the DATA frame that was sent. */
void pr_session_advance(struct pr_link *link);

#endif
