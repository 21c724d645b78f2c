/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The states of one end: which level it shows, and what it waits for. See PROTOCOL.md. */
#ifndef PR_STATES_H
#define PR_STATES_H

enum pr_state {
	PR_DOWN,		/* about to release, lower, and recover */
	PR_PAUSE,		/* strobe low after a pulse that nobody answered */

	PR_BREAK_LOW,		/* strobe up: the peer's first low awaited, */
	PR_BREAK_HIGH,		/* its first rise, */
	PR_BREAK_LOW_AGAIN,
	PR_BREAK_HIGH_AGAIN,	/* the rise that proves the peer has released */
	PR_BREAK_END,		/* strobe low: low and floating data awaited */

	PR_KNOCK,		/* strobe up: the peer's rise awaited */
	PR_ECHO_HIGH,
	PR_ECHO_LOW,

	PR_LISTEN,		/* strobe low: START awaited */
	PR_JUNK,		/* strobe low: the peer's is up without START */
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
