/* SPDX-License-Identifier: MIT */
/*
 * The handshake of kmod/proto/PROTOCOL.md: no two outputs ever drive one wire, and the
 * link has no deadlock.
 *
 * Side 0 is the downstream end. Every data line changes by itself, in any order, and
 * the peer may look in between; a look at the data and a look at the strobe are two
 * steps; payload bytes take the value of any code. Either side may crash before any
 * step: all its pins become inputs at once (power off, reset), or the data lines
 * first (module unloaded, process killed).
 *
 *	ANYTIME	a deadline may pass at any moment and crashes are unlimited, so
 *		what holds here holds for all clocks, stalls and schedulers.
 *	else	a deadline passes when nothing else can move; up to FAULTS crashes
 *		happen, and up to PULSES pulses end without an answer. No deadlock,
 *		and (pan -l) frames keep coming.
 *	BARE	the lines are taken without a look whether they float. That look
 *		is an additional check; the handshake is safe without it.
 *	FIRST_RISE	a mistake: the break ends at the peer's first rise.
 */
#include "../../kmod/proto/codes.h"

#ifndef FAULTS
#define FAULTS	2
#endif
#ifndef PAYLOAD
#define PAYLOAD	2	/* bytes of a frame before its trailer, at most */
#endif

#ifndef PULSES
#define PULSES	0	/* that end without an answer, at most */
#endif

bit strobe[2];
bit drives[2];		/* any of the data lines */
byte lines[2];		/* what it drives there */
bit synced[2];
bit crash[2];
byte pulses = PULSES;

#define DATA	(drives[0] -> lines[0] : (drives[1] -> lines[1] : PR_FLOAT))
#define peer	(1 - me)

/*
 * Offers and echoes stand for a short time, and a side that waits for its peer has a
 * longer one: it gives up only when no short time is left to pass. Four levels of an
 * echo are shorter than any side's patience; only a break waits for more. After an
 * echo a side is silent for longer than any side's patience: if it knocked at once,
 * a peer that still receives would take its knocks for bytes for ever.
 */
bit passing[2];
bit breaking;
#ifdef ANYTIME
#define SHORT_WHILE	true
#define PATIENCE	true
#define ECHO		true
#define SILENCE		true
#define PULSE		true
#define PAUSE		true
#define soon(value)	skip
#define one_more_level()	skip
#else
#define SHORT_WHILE	timeout
#define PATIENCE	(timeout && !passing[0] && !passing[1])
#define ECHO		(timeout && (levels < 4 || breaking))
#define SILENCE		(PATIENCE && (!echoed || breaking))
#define PULSE		(pulses > 0)
#define PAUSE		PATIENCE
#define soon(value)	passing[me] = value
#define one_more_level() \
	if :: levels < 3 -> levels++ :: else -> levels = 4; soon(0) fi
#endif

#define AWAIT(condition)	if :: condition :: PATIENCE -> goto down fi

/* A pulse may end without an answer at any moment, since the peer may just have come. */
#ifdef ANYTIME
#define end_pulse()	skip
#else
#define end_pulse()	pulses--
#endif
#define AWAIT_IN_PULSE(condition) \
	if :: condition :: atomic { PULSE -> end_pulse() }; goto pause fi

/*
 * The data are seen in one look and the strobe in another. (That is weaker than the
 * two equal samples that the code requires. With real deadlines it would be a loop
 * in which no time passes, so there the two are one look.)
 */
#ifdef ANYTIME
#define SEEN(data, level, then)	data -> if :: strobe[peer] == level -> then :: else fi
#else
#define SEEN(data, level, then)	(data) && strobe[peer] == level -> then
#endif

#define AWAIT_CODE(code, level) \
	do \
	:: SEEN(DATA == code, level, break) \
	:: PATIENCE -> goto down \
	od

/* This offer or a later one stands. */
#define OFFERED(first) \
	((DATA == PR_GOOD && first == 0) || (DATA == PR_WISH && first <= 1) || \
	 (DATA == PR_BAD && first <= 2) || DATA == PR_BUSY)

#define FLIP(bit)	:: ((lines[me] ^ to) & bit) -> lines[me] = lines[me] ^ bit

inline put(to)
{
	do
	:: lines[me] == to -> break
	FLIP(1) FLIP(2) FLIP(4) FLIP(8) FLIP(16) FLIP(32) FLIP(64) FLIP(128)
	od
}

inline take()
{
	atomic {
		lines[me] = PR_FLOAT;
		drives[me] = 1;
		assert(!(drives[0] && drives[1]));
	}
	put(PR_IDLE)
}

/* Lines that are released one by one fall to the level of their pull-downs. */
inline release()
{
	if
	:: drives[me] -> put(PR_FLOAT); atomic { drives[me] = 0; lines[me] = 0 }
	:: else
	fi
}

/* One wrong line: the code takes such a byte for a trailer too. */
#define ALMOST_TRAILER	91

inline put_any_byte()
{
	if
	:: put(PR_FLOAT)
	:: put(PR_IDLE)
	:: put(PR_START)
	:: put(PR_START2)
	:: put(PR_READY)
	:: put(PR_GRANT)
	:: put(PR_TRAILER)
	:: put(ALMOST_TRAILER)
	:: put(PR_GOOD)
	:: put(PR_BAD)
	fi
}

proctype Side(bit me)
{
	byte count;	/* payload bytes still to send */
	byte offer;	/* that stands, or (listener) the first that is true */
	bit trailer;	/* the last byte received was one */
	byte levels;	/* of an echo */
	bit echoed;	/* and received no frame since */
	bit fresh;

begin:
	{
	skip;
down:
	release();
	strobe[me] = 0;
	atomic { synced[me] = 0; count = 0; offer = 0; trailer = 0; fresh = 0; levels = 0; echoed = 0 }
	if
	:: me == 0 -> goto break_low
	:: else -> goto knock
	fi;

	/* The peer may be absent, so a strobe that waits for it is a pulse. */
pause:
	strobe[me] = 0;
	if :: me == 0 -> breaking = 0 :: else fi;
	if
	:: strobe[peer] == 1
	:: PAUSE
	fi;
	if
	:: me == 0 -> goto break_low
	:: else -> goto knock
	fi;

break_low:
	breaking = 1;
	strobe[me] = 1;
	AWAIT_IN_PULSE(strobe[peer] == 0);
	AWAIT_IN_PULSE(strobe[peer] == 1);
#ifndef FIRST_RISE
	AWAIT_IN_PULSE(strobe[peer] == 0);
	AWAIT_IN_PULSE(strobe[peer] == 1);
#endif
	breaking = 0;
	strobe[me] = 0;
#ifdef BARE
	AWAIT(strobe[peer] == 0);
#else
	AWAIT_CODE(PR_FLOAT, 0);
#endif
	synced[me] = 1;

drive:
	take();
	fresh = 1;
hold:
	do
	:: !fresh && strobe[peer] == 1 -> goto grant
	:: fresh || strobe[peer] == 0 -> goto send
	od;

grant:
	put(PR_GRANT);
	strobe[me] = 1;
	AWAIT(strobe[peer] == 0);
	release();
	strobe[me] = 0;
	goto listen;

send:
	fresh = 0;
	put(PR_START);
	strobe[me] = 1;
	AWAIT(strobe[peer] == 1);
	put(PR_START2);
	AWAIT(strobe[peer] == 0);
	strobe[me] = 0;
	AWAIT(strobe[peer] == 1);
	put(PR_READY);
	AWAIT(strobe[peer] == 0);
	count = PAYLOAD;
	do
	:: count > 0 ->
		put_any_byte();
		AWAIT(strobe[peer] == 0);
		strobe[me] = 1;
		AWAIT(strobe[peer] == 1);
		strobe[me] = 0;
		count--
	:: count = 0; break
	od;
	put(PR_TRAILER);
	AWAIT(strobe[peer] == 0);
	strobe[me] = 1;
	AWAIT(strobe[peer] == 1);
	put(PR_GOOD);
	soon(1);
	if
	:: strobe[peer] == 0 -> goto answered
	:: SHORT_WHILE
	fi;
	put(PR_WISH);
	if
	:: strobe[peer] == 0 -> goto answered
	:: SHORT_WHILE
	fi;
	put(PR_BAD);
	if
	:: strobe[peer] == 0 -> goto answered
	:: SHORT_WHILE
	fi;
	put(PR_BUSY);
	soon(0);
	AWAIT(strobe[peer] == 0);
answered:
	soon(0);
	put(PR_IDLE);
	strobe[me] = 0;
	goto hold;

	/* An upstream side that is down: the knock, then the echo. */
knock:
	strobe[me] = 1;
	AWAIT_IN_PULSE(strobe[peer] == 1);
	echoed = 1;
	soon(1);
echo_high:
	do
	:: strobe[peer] == 0 -> strobe[me] = 0; goto listen
	:: SEEN(DATA == PR_START, 1, goto open)
	:: ECHO -> strobe[me] = 0; one_more_level(); break
	od;
	do
	:: strobe[peer] == 0 -> goto listen
	:: SEEN(DATA == PR_START, 1, goto open)
	:: ECHO -> strobe[me] = 1; one_more_level(); goto echo_high
	od;

listen:
	soon(0);
	levels = 0;
	do
	:: SEEN(DATA == PR_START, 1, goto open)
	:: SEEN(synced[me] && DATA == PR_IDLE, 0, goto ask)
	:: SILENCE -> goto down		/* or a strobe without START */
	od;

ask:
	strobe[me] = 1;
	do
	:: SEEN(DATA == PR_GRANT, 1, break)
	:: SEEN(DATA == PR_START || DATA == PR_START2, 1, goto open)
	:: PATIENCE -> goto down
	od;
	strobe[me] = 0;
#ifdef BARE
	AWAIT(strobe[peer] == 0);
#else
	AWAIT_CODE(PR_FLOAT, 0);
#endif
	goto drive;

open:
	echoed = 0;
	soon(0);
	levels = 0;
	strobe[me] = 1;
	AWAIT_CODE(PR_START2, 1);
	strobe[me] = 0;
	AWAIT(strobe[peer] == 0);
	strobe[me] = 1;
	AWAIT_CODE(PR_READY, 0);
	strobe[me] = 0;
hear:
	AWAIT(strobe[peer] == 1);
	trailer = DATA == PR_TRAILER || DATA == ALMOST_TRAILER;
	strobe[me] = 1;
	do
	:: strobe[peer] == 0 -> strobe[me] = 0; goto hear
	:: SEEN(OFFERED(0) && trailer, 1, break)
	:: PATIENCE -> goto down
	od;
	trailer = 0;
	/* Any verdict, as this proof does not rely on a checksum. */
	if
	:: offer = 0
	:: offer = 1
#ifdef ANYTIME
	:: offer = 2
	:: offer = 3
#endif
	fi;
	do
	:: SEEN(OFFERED(offer), 1, break)
	:: PATIENCE -> goto down
	od;
	strobe[me] = 0;
	do
	:: strobe[peer] == 0 -> break
	:: SEEN(DATA == PR_START, 1, break)
	:: PATIENCE -> goto down
	od;
progress_frame:
	skip;
	if :: offer <= 1 -> synced[me] = 1 :: else fi;
	offer = 0;
	goto listen
	} unless {
		crash[me] -> crash[me] = 0;
		if
		:: drives[me] = 0; strobe[me] = 0	/* an orderly end */
		:: atomic { drives[me] = 0; strobe[me] = 0 }	/* a reset */
		fi;
		lines[me] = 0;
		passing[me] = 0;
		if :: me == 0 -> breaking = 0 :: else fi;
		goto begin
	}
}

/* Crashes; at most FAULTS of them, unless ANYTIME. */
proctype Chaos()
{
	byte faults = FAULTS;

	do
	:: atomic { faults > 0 && !crash[0] -> crash[0] = 1 }
#ifndef ANYTIME
		faults--
#endif
	:: atomic { faults > 0 && !crash[1] -> crash[1] = 1 }
#ifndef ANYTIME
		faults--
	:: faults = 0; break
#endif
	od
}

init
{
	atomic { run Side(0); run Side(1); run Chaos() }
}
