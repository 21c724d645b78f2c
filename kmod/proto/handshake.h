/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The handshake's states: which level each side shows, and what it waits for.
 *
 * H is the strobe of the holder (who drives the data lines), L the listener's.
 * The downstream side drives CLK for ever, the upstream side ACK.
 *
 *	frame	data=START, H up; L up; data=START2; L down; H down; L up;
 *		data=READY; L down; bytes
 *	byte	data=v, H up; L up (v was read); H down; L down. The holder may
 *		change the data as soon as H is down.
 *	end	data=TRAILER, H up; L up; then, under the raised H, data=GOOD, WISH,
 *		BAD, BUSY one after another; L down at the first that is true;
 *		data=IDLE, H down
 *	ask	a listener that sees H down and data=IDLE: L up, and waits for H up
 *		with GRANT, or with START/START2 (a collision: the frame goes
 *		first, the raised L is its first answer)
 *	grant	data=GRANT, H up; L down; data released; H down; the asker sees H
 *		down and data=FLOAT, and drives
 *
 * A frame ends when the data change from the trailer just read to an offer while
 * H stays up, which no payload can imitate; nor can it imitate START followed
 * by START2 under one raised strobe.
 *
 * Recovery: who gives up releases the data lines, then lowers its strobe, and is
 * down. The downstream side then raises its strobe (the break) until it has seen
 * the peer low, high, low and high again: a peer still driving can rise once at
 * most before it starves on the held strobe and gives up, so the second rise
 * comes from one that has released. An upstream side that is down raises its
 * strobe (the knock) until it sees the peer's, then lowers and raises it in turn
 * (the echo). So either side's restart is seen at once, without traffic.
 */
#ifndef PR_HANDSHAKE_H
#define PR_HANDSHAKE_H

#include "platform.h"

struct pr_link;

enum pr_state {
	PR_DOWN,		/* about to release, lower, and recover */

	PR_BREAK_LOW,		/* strobe held: first low awaited, */
	PR_BREAK_HIGH,		/* first rise, */
	PR_BREAK_LOW_AGAIN,
	PR_BREAK_HIGH_AGAIN,	/* the rise that proves the peer has released */
	PR_BREAK_END,		/* strobe lowered: low and floating data awaited */

	PR_KNOCK,		/* strobe held until the peer's rises */
	PR_ECHO_HIGH,
	PR_ECHO_LOW,

	PR_LISTEN,		/* strobe low: START awaited */
	PR_JUNK,		/* strobe low: the peer's is up, and START not seen */
	PR_ASK,			/* strobe up: GRANT or START awaited */
	PR_TAKE,		/* strobe low: low and floating data awaited */
	PR_OPEN_START2,		/* strobe up: START2 awaited */
	PR_OPEN_LOW,		/* strobe low: low awaited */
	PR_OPEN_READY,		/* strobe up: READY awaited */
	PR_RECEIVE_HIGH,	/* strobe low: a byte awaited */
	PR_RECEIVE_LOW,		/* strobe up: low or an offer awaited */
	PR_ANSWER,		/* strobe up: the true offer awaited */
	PR_ANSWERED,		/* strobe low: low, or the next START awaited */

	PR_HOLD,		/* driving IDLE, strobe low */
	PR_GRANTED,		/* GRANT, strobe up: low awaited */
	PR_SEND_START,		/* START, strobe up: high awaited */
	PR_SEND_START2,		/* START2, strobe up: low awaited */
	PR_SEND_HIGH,		/* START2, strobe low: high awaited */
	PR_SEND_READY,		/* READY, strobe low: low awaited */
	PR_SEND_RISEN,		/* a byte, strobe up: high awaited */
	PR_SEND_FALLEN,		/* the next byte, strobe low: low awaited */
	PR_OFFER,		/* an offer, strobe up: low awaited */

	PR_STATES
};

const char *pr_state_name(enum pr_state state);

#endif
