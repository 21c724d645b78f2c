/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The facts of the wire: codes, the frame's layout and limits, deadlines. */
#ifndef PR_WIRE_H
#define PR_WIRE_H

#include "codes.h"

#define PR_VERSION		1	/* of all that follows; HELLO carries it */

/*
 * A frame on the wire, little-endian:
 *
 *	length[2] kind[1] sequence[1] epoch[4] payload[length] crc32c[4] PR_TRAILER
 *
 * The CRC covers everything before it. The handshake says where a frame ends,
 * so a damaged length costs a repetition and not the synchronisation.
 * 2048 bytes of payload: 13 bytes and about eight exchanges around them are
 * 1 %, and one wrong byte in 10,000 still lets four frames of five through.
 */
#define PR_HEADER_BYTES		8
#define PR_PAYLOAD_BYTES_MAX	2048
#define PR_CRC_BYTES		4
#define PR_TRAILER_BYTES	1
#define PR_REPEATS_MAX		200	/* of one frame in a row, then the stream is broken */
#define PR_FRAME_BYTES_MIN	(PR_HEADER_BYTES + PR_CRC_BYTES)
#define PR_FRAME_BYTES_MAX	(PR_FRAME_BYTES_MIN + PR_PAYLOAD_BYTES_MAX)

#define PR_AT_LENGTH		0
#define PR_AT_KIND		2
#define PR_AT_SEQUENCE		3
#define PR_AT_EPOCH		4
#define PR_AT_PAYLOAD		8

/*
 * Kinds of frame. DATA alone has a sequence number that counts; the others may
 * be repeated at will. HELLO (downstream side to upstream side, after every
 * recovery) has in its header the epoch it proposes, in its payload PR_VERSION,
 * the number of the DATA frame it expects next, and the epoch it is in (0: none).
 * WELCOME answers it with the epoch that is valid from now on, the old one if
 * both sides are still in it, or the new one; its payload begins the same way.
 */
#define PR_KIND_EMPTY		0x11	/* I am alive; I have room again */
#define PR_KIND_DATA		0x22
#define PR_KIND_HELLO		0x44
#define PR_KIND_WELCOME		0x88

#define PR_AT_VERSION		(PR_AT_PAYLOAD + 0)
#define PR_AT_EXPECTED		(PR_AT_PAYLOAD + 1)
#define PR_AT_CURRENT		(PR_AT_PAYLOAD + 2)	/* epoch[4], in HELLO only */
#define PR_WELCOME_BYTES	2
#define PR_HELLO_BYTES		6

#define PR_US			1000ULL
#define PR_MS			1000000ULL
#define PR_S			1000000000ULL

/* How long a side waits for one move of its peer amid an exchange. */
#define PR_PATIENCE_NS		(250 * PR_MS)

/* A listener that hears something else than PR_START waits this long for it. */
#define PR_JUNK_NS		(200 * PR_US)

/*
 * A side that is down holds its strobe up, then down, this long at least: longer
 * than the peer's wake-up, shorter than its patience. Doubled each time, up to
 * the maximum, as the peer may be slow, or deaf for ever.
 */
#define PR_ECHO_NS		(1 * PR_MS)
#define PR_ECHO_MAX_NS		(32 * PR_MS)

/*
 * After its echo a side waits this long for START before it knocks again: longer
 * than PR_PATIENCE_NS, since a peer that still receives a frame takes each knock
 * for a byte.
 */
#define PR_QUIET_NS		(600 * PR_MS)

/*
 * How long an offer stands. To it are added four times the longest answer seen
 * while this frame was opened, as a peer that sleeps between moves needs more.
 */
#define PR_OFFER_NS		(40 * PR_US)
#define PR_OFFER_MAX_NS		(20 * PR_MS)

/* A holder whose listener wished for the lines stays idle this long for it. */
#define PR_WISH_NS		(2 * PR_MS)

/* A listener with something to say lets this many frames pass before it wishes. */
#define PR_TURN_FRAMES		8

/* A frame refused for want of room is said again after this, or on any frame heard. */
#define PR_BUSY_NS		(20 * PR_MS)
#define PR_BUSY_MAX_NS		(1 * PR_S)

/* A holder that is idle says an empty frame this often; its listener waits so long. */
#define PR_KEEPALIVE_NS		(4 * PR_S)
#define PR_SILENCE_NS		(10 * PR_S)

/* How often a side whose peer is absent looks, should a doorbell have been lost. */
#define PR_LOOK_NS		(500 * PR_MS)

/* A stream whose link is lost for longer than this is broken and told so. */
#define PR_RESUME_NS		(2 * PR_S)

#endif
