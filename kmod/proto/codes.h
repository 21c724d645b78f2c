/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The control codes on the data lines, and nothing else: the proof's models
 * include this very file, so numbers are decimal: Promela knows no others.
 *
 * All codes are words of weight four of the extended Hamming code [8,4,4]: any
 * two differ in at least four lines. So one or two wrong lines never make one
 * code of another, and where one code follows another line by line, no value
 * in between is a code (as long as the two are not complements: no code here
 * ever follows its complement). PR_GOOD and PR_BAD are complements and never
 * neighbours: only eight wrong lines could turn a refusal into consent.
 */
#ifndef PR_CODES_H
#define PR_CODES_H

/* Nobody drives: what the pull-downs make of the lines. A word of the code too. */
#define PR_FLOAT	0	/* 0x00 */

#define PR_IDLE		15	/* 0x0f: the holder has nothing to say: asking is allowed */
#define PR_START	51	/* 0x33: a frame begins: first half, ... */
#define PR_START2	85	/* 0x55: ... second half, put under the same raised strobe */
#define PR_READY	102	/* 0x66: bytes follow */
#define PR_GRANT	60	/* 0x3c: the lines are yours once my strobe falls */
#define PR_TRAILER	90	/* 0x5a: the last byte of every frame; never an offer */

/* What the holder offers after the trailer, in this order, never back. */
#define PR_GOOD		105	/* 0x69: fall here: the frame is yours and delivered */
#define PR_WISH		165	/* 0xa5: the same, and the listener wants the lines */
#define PR_BAD		150	/* 0x96: fall here: say it again */
#define PR_BUSY		195	/* 0xc3: fall here: there is no room, say it again later */

#endif
