/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How long each wait of the protocol may last. Both ends must agree on these. */
#ifndef PR_DEADLINES_H
#define PR_DEADLINES_H

#define PR_US			1000ULL
#define PR_MS			1000000ULL
#define PR_S			1000000000ULL

/* How long an end waits for one move of its peer within an exchange. */
#define PR_PATIENCE_NS		(250 * PR_MS)

/* How long a listener that sees a raised strobe without PR_START waits for PR_START. */
#define PR_JUNK_NS		(200 * PR_US)

/*
 * How long an end that is down raises its strobe for a peer that does not answer, and how
 * long it lowers it after that: longer than PR_PATIENCE_NS, so that a peer which took the
 * pulse for an answer gives up.
 */
#define PR_PULSE_NS		(100 * PR_MS)
#define PR_PAUSE_NS		(500 * PR_MS)

/*
 * How long an echo holds its strobe up, then down: longer than the
 * peer's wake-up, shorter than its patience. Doubled each time up to the maximum,
 * as the peer may be slow or absent.
 */
#define PR_ECHO_NS		(1 * PR_MS)
#define PR_ECHO_MAX_NS		(32 * PR_MS)

/*
 * How long an end waits for START after its echo before it knocks again: longer than
 * PR_PATIENCE_NS, since a peer that still receives a frame takes each knock for a
 * byte.
 */
#define PR_QUIET_NS		(600 * PR_MS)

/*
 * How long an offer stands. Four times the longest answer seen while the frame was
 * opened is added, as a peer that sleeps between moves needs more.
 */
#define PR_OFFER_NS		(40 * PR_US)
#define PR_OFFER_MAX_NS		(20 * PR_MS)

/*
 * An acceptance that is seen this long after the trailer may be a peer that gave up, so
 * the frame is sent again: shorter than PR_PATIENCE_NS.
 */
#define PR_DOUBT_NS		(PR_PATIENCE_NS / 2)

/* How long a holder stays idle for a listener that wished for the lines. */
#define PR_WISH_NS		(2 * PR_MS)

/* When a frame refused for want of room is sent again; any frame received ends the wait. */
#define PR_BUSY_NS		(20 * PR_MS)
#define PR_BUSY_MAX_NS		(1 * PR_S)

/* How often an idle holder sends an empty frame, and how long its listener waits for one. */
#define PR_KEEPALIVE_NS		(4 * PR_S)
#define PR_SILENCE_NS		(10 * PR_S)

/* When an end that could not release its lines tries again. */
#define PR_LOOK_NS		(500 * PR_MS)

/* A stream whose link is lost for longer than this is broken, and reported so. */
#define PR_RESUME_NS		(2 * PR_S)

#endif
