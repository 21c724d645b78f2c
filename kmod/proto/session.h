/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The session: which frames are said and believed, so that each reader sees a
 * prefix of what was written.
 *
 * A stream lives in an epoch both sides agreed on. In it DATA frames are
 * numbered and go one at a time: one is repeated until the peer accepts it, and a
 * number heard twice is accepted and dropped. So an answer may be lost, and the
 * link may break down and recover, without a stream noticing: HELLO and WELCOME
 * find out that both ends are still in the same epoch. If one is not (it
 * restarted, or waited PR_RESUME_NS in vain), both begin a new one, and each
 * that was in the old one reports it broken, once.
 */
#ifndef PR_SESSION_H
#define PR_SESSION_H

#include "platform.h"
#include "wire.h"

struct pr_link;

struct pr_session {
	u32 epoch;		/* 0: none */
	u32 proposal;		/* the last one of this (downstream) side */
	u64 lost_since_ns;	/* the link is lost, the stream may resume; 0: it is not */
	bool joined;		/* the peer is known to be in this epoch */

	bool owes_hello;
	bool awaits_welcome;
	bool owes_welcome;
	bool owes_room;		/* refused a frame: the peer waits to hear from us */

	u8 tx_sequence;		/* of the DATA frame in tx */
	u8 rx_sequence;		/* of the next new DATA frame */
	bool tx_sealed;		/* said once: it may not change any more */
	u16 tx_count;		/* bytes of payload in tx, not yet accepted; 0: none */
	u16 tx_repeats;		/* answers BAD in a row */
	u64 busy_until_ns;	/* the peer had no room: DATA waits */
	u64 busy_ns;

	u8 out_kind;		/* the frame being said: tx or control */
	u16 out_count;
	u16 out_at;
	const u8 *out;

	u16 rx_count;		/* bytes heard, trailer included */
	u32 rx_crc;		/* over all of them but the last */

	u8 control[PR_FRAME_BYTES_MIN + PR_HELLO_BYTES + PR_TRAILER_BYTES];
	u8 tx[PR_FRAME_BYTES_MAX + PR_TRAILER_BYTES];
	u8 rx[PR_FRAME_BYTES_MAX + PR_TRAILER_BYTES];
};

enum pr_verdict {
	PR_ACCEPTED,
	PR_DAMAGED,
	PR_NO_ROOM,
	PR_REJECTED,		/* intact, and cannot be: the link must recover */
};

void pr_session_init(struct pr_link *link, u32 seed);

/* The link was lost or found again; the stream waits, and ends after PR_RESUME_NS. */
void pr_session_lose(struct pr_link *link);
void pr_session_expire(struct pr_link *link);

/* The downstream side has recovered the lines: HELLO comes first. */
void pr_session_hello(struct pr_link *link);

/* Does this side want to say something at once? */
bool pr_session_wants(struct pr_link *link);

/* Choose the frame to say: what is wanted, or an empty one. */
void pr_session_choose(struct pr_link *link);

/* The peer fell at this offer (an index into GOOD, WISH, BAD, BUSY). */
void pr_session_answered(struct pr_link *link, u8 offer);

/* What to answer to the frame in rx; asked again while there is no room. */
enum pr_verdict pr_session_judge(struct pr_link *link);

#endif
