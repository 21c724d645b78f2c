/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One end of a link: all its data. link.h has the calls that run it. */
#ifndef PR_END_H
#define PR_END_H

#include "frame.h"
#include "lines.h"
#include "platform.h"
#include "states.h"
#include "stats.h"
#include "stream.h"

enum pr_role {
	PR_DOWNSTREAM,		/* this bank leads to the next rank: strobe is CLK */
	PR_UPSTREAM,		/* to the previous rank: strobe is ACK */
};

/* How the caller may wait before the next step; link.h says what each asks for. */
enum pr_pace {
	PR_MOVED,
	PR_WATCH,
	PR_POLL,
	PR_SLEEP,
};

enum pr_verdict {
	PR_ACCEPTED,
	PR_DAMAGED,
	PR_NO_ROOM,
	PR_REJECTED,		/* intact but impossible: the link must recover */
};

/* A DATA frame; the one with sequence n is in tx[n % 2]. */
struct pr_outgoing {
	u16 count;		/* bytes of payload; 0: empty */
	bool sealed;		/* sent once: it may not change any more */
	u8 bytes[PR_FRAME_BYTES_MAX + PR_TRAILER_BYTES];
};

/* The frames sent and received, and the stream they belong to; see session.h. */
struct pr_session {
	u32 epoch;		/* 0: none */
	u32 proposal;		/* the last one of this (downstream) end */
	bool joined;		/* the peer is known to be in this epoch */
	bool lost;		/* the link is; the stream may resume */
	u64 lost_since_ns;

	bool owes_hello;
	bool awaits_welcome;
	bool owes_welcome;
	bool owes_room;		/* refused a frame: the peer waits for a frame from here */

	u8 tx_sequence;		/* of the DATA frame sent or filled now */
	u8 rx_sequence;		/* of the next new DATA frame */
	bool rewound;		/* the frame after this one is in tx too */
	u16 repeats;		/* answers BAD in a row */
	u64 busy_until_ns;	/* the peer had no room: DATA waits */
	u64 busy_ns;

	const u8 *out;		/* the frame being sent, trailer included: tx or control */
	u16 out_count;
	u16 out_at;

	u16 rx_count;		/* bytes received, trailer included */
	u32 rx_crc;		/* over all of them but the last */
	enum pr_verdict verdict;

	u8 control[PR_FRAME_BYTES_MIN + PR_HELLO_BYTES + PR_TRAILER_BYTES];
	u8 rx[PR_FRAME_BYTES_MAX + PR_TRAILER_BYTES];
	struct pr_outgoing tx[2];
};

struct pr_link {
	/* Given to pr_link_init(). */
	const struct pr_lines *lines;
	void *lines_ctx;
	const struct pr_stream *stream;
	void *stream_ctx;
	enum pr_role role;

	/* The handshake. deadline_ns is the caller's latest time for the next step. */
	enum pr_state state;
	enum pr_pace pace;	/* how the caller may wait in this state */
	u64 now_ns;
	u64 since_ns;		/* when this state was entered */
	u64 deadline_ns;
	u64 hold_ns;		/* the length of the next echo */
	u64 slowest_ns;		/* longest answer while this frame was opened */
	u64 trailer_ns;		/* when the strobe rose for this frame's trailer */
	u32 spin;		/* samples this step may still take */
	u32 frames_heard;	/* since this end last had the data lines */
	u8 byte;		/* last byte read */
	u8 offer;		/* index of the offer that stands */
	bool fresh;		/* holder: no frame sent yet; listener: none received yet */
	bool answered;		/* recovering: the peer has moved since the last pause began */
	bool synced;		/* listener: received a whole frame, so it may ask */
	bool wished;		/* holder: the listener wants the lines */
	bool moved;		/* in this step */

	struct pr_session session;
	struct pr_stats stats;
};

static inline void pr_tell(struct pr_link *link, enum pr_event event, u32 value)
{
	if (link->stream->event)
		link->stream->event(link->stream_ctx, event, value);
}

#endif
