/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The frame that is sent next, and the consequences of its answer. */
#ifndef PR_OUTGOING_H
#define PR_OUTGOING_H

#include "end.h"

#define PR_REPEATS_MAX	200	/* of one frame in a row; then the stream is broken */

/* This end has a frame to send at once. */
bool pr_outgoing_wanted(struct pr_link *link);

/* Choose the frame to send: the one that is wanted, or an empty one. */
void pr_outgoing_choose(struct pr_link *link);

/* The peer lowered its strobe at this offer: PR_GOOD, PR_WISH, PR_BAD or PR_BUSY. */
void pr_outgoing_answered(struct pr_link *link, u8 offer);

#endif
