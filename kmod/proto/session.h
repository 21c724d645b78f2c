/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The session: which frames are said and believed, so that each reader sees a
 * prefix of what was written.
 *
 * A stream lives in an epoch both sides agreed on. In it DATA frames are
 * numbered and go one at a time: one is repeated until the peer accepts it, and a
 * number heard twice is accepted and dropped. The link may break down and
 * recover without a stream noticing: HELLO and WELCOME find out that both ends
 * are still in the same epoch, and which frame each expects. That may be one
 * ahead of what its peer believes (the acceptance was lost) or one behind (a side
 * that gave up lowered its strobe, and the peer took that for an acceptance), so
 * the frame before is kept. If one end is in another epoch (it restarted, or
 * waited PR_RESUME_NS in vain), both begin a new one, and each that was in the
 * old one reports it broken, once.
 */
#ifndef PR_SESSION_H
#define PR_SESSION_H

#include "platform.h"
#include "wire.h"

struct pr_link;

enum pr_verdict {
	PR_ACCEPTED,
	PR_DAMAGED,
	PR_NO_ROOM,
	PR_REJECTED,		/* intact, and cannot be: the link must recover */
};

/* A DATA frame; the one with sequence n stands in tx[n % 2]. */
struct pr_outgoing {
	u16 count;		/* bytes of payload; 0: empty */
	bool sealed;		/* said once: it may not change any more */
	u8 bytes[PR_FRAME_BYTES_MAX + PR_TRAILER_BYTES];
};

struct pr_session {
	u32 epoch;		/* 0: none */
	u32 proposal;		/* the last one of this (downstream) side */
	bool joined;		/* the peer is known to be in this epoch */
	bool lost;		/* the link is; the stream may resume */
	u64 lost_since_ns;

	bool owes_hello;
	bool awaits_welcome;
	bool owes_welcome;
	bool owes_room;		/* refused a frame: the peer waits to hear from us */

	u8 tx_sequence;		/* of the DATA frame said or filled now */
	u8 rx_sequence;		/* of the next new DATA frame */
	bool rewound;		/* the frame after this one is in tx too */
	u16 repeats;		/* answers BAD in a row */
	u64 busy_until_ns;	/* the peer had no room: DATA waits */
	u64 busy_ns;

	const u8 *out;		/* the frame being said, trailer included: tx or control */
	u16 out_count;
	u16 out_at;

	u16 rx_count;		/* bytes heard, trailer included */
	u32 rx_crc;		/* over all of them but the last */
	enum pr_verdict verdict;

	u8 control[PR_FRAME_BYTES_MIN + PR_HELLO_BYTES + PR_TRAILER_BYTES];
	u8 rx[PR_FRAME_BYTES_MAX + PR_TRAILER_BYTES];
	struct pr_outgoing tx[2];
};

static inline struct pr_outgoing *pr_outgoing(struct pr_session *session)
{
	return &session->tx[session->tx_sequence & 1];
}

void pr_session_init(struct pr_link *link, u32 seed);

/* The link was lost: the stream waits, and ends after PR_RESUME_NS. */
void pr_session_lose(struct pr_link *link);
void pr_session_expire(struct pr_link *link);

/* The downstream side has recovered the lines: HELLO comes first. */
void pr_session_hello(struct pr_link *link);

/* End the stream; be in this epoch, alone; know that the peer is in it too. */
void pr_session_break(struct pr_link *link);
void pr_session_adopt(struct pr_link *link, u32 epoch);
void pr_session_find(struct pr_link *link);

/* The peer, in our epoch, expects this frame. False: no stream can go on so. */
bool pr_session_align(struct pr_link *link, u8 expected);

/* Does this side want to say something at once? */
bool pr_session_wants(struct pr_link *link);

/* Choose the frame to say: what is wanted, or an empty one. */
void pr_session_choose(struct pr_link *link);

/* The peer fell at this offer (an index into GOOD, WISH, BAD, BUSY). */
void pr_session_answered(struct pr_link *link, u8 offer);

/* The peer has accepted the DATA frame said now. */
void pr_session_advance(struct pr_link *link);

/* The frame in rx is complete: what to answer is in verdict. */
void pr_session_judge(struct pr_link *link);

#endif
