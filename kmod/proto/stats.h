/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A link's counters. The driver adds its interrupts and polls. */
#ifndef PR_STATS_H
#define PR_STATS_H

#include "platform.h"

struct pr_stats {
	u64 tx_bytes;		/* of the stream, accepted by the peer */
	u64 tx_wire_bytes;	/* of frames of any kind, each time they were sent */
	u64 rx_bytes;		/* of the stream, delivered to the reader */
	u64 tx_frames;		/* of any kind, accepted */
	u64 rx_frames;		/* of any kind, intact and new */
	u64 repeats;		/* frames sent again because the answer was BAD */
	u64 refusals;		/* frames the peer had no room for */
	u64 duplicates;		/* frames received twice and delivered once */
	u64 crc_errors;		/* frames received damaged */
	u64 timeouts;		/* waits that ended without a move of the peer */
	u64 nonsense;		/* impossible moves or frames */
	u64 turnarounds;	/* times this end was granted the data lines */
	u64 recoveries;		/* times this end gave up and recovered */
	u64 resumes;		/* recoveries after which the stream went on */
	u64 epochs;		/* streams begun */
	u64 broken;		/* streams ended by a loss */
	u64 longest_wait_ns;	/* for one move of the peer within an exchange */
};

#endif
