/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The control codes on the data lines, and nothing else: the proof's models include
 * this file, so numbers are decimal, the only ones that Promela has.
 *
 * All codes are words of weight four of the extended Hamming code [8,4,4]: any two
 * differ in at least four lines. So one or two wrong lines never turn one code into
 * another. While one code follows another line by line, no value in between is a
 * code, unless the two are complements, and no code here follows its complement.
 * PR_GOOD and PR_BAD are complements, but never follow each other: only eight wrong
 * lines could turn a refusal into consent.
 */
#ifndef PR_CODES_H
#define PR_CODES_H

/* Nobody drives: the pull-downs. A word of the code too. */
#define PR_FLOAT	0	/* 0x00 */

#define PR_IDLE		15	/* 0x0f: the holder has nothing to send: asking is allowed */
#define PR_START	51	/* 0x33: a frame begins, first half */
#define PR_START2	85	/* 0x55: second half, put under the same raised strobe */
#define PR_READY	102	/* 0x66: bytes follow */
#define PR_GRANT	60	/* 0x3c: the lines are yours once my strobe falls */
#define PR_TRAILER	90	/* 0x5a: the last byte of every frame; never an offer */

/* The holder's offers after the trailer, always in this order. */
#define PR_GOOD		105	/* 0x69: lower here: the frame is accepted */
#define PR_WISH		165	/* 0xa5: the same, and the listener wants the lines */
#define PR_BAD		150	/* 0x96: lower here: send it again */
#define PR_BUSY		195	/* 0xc3: lower here: there is no room, send it again later */

#endif
