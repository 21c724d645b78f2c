/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A link's counters. The driver adds its interrupts and polls. They are unsigned long,
 * so that another thread never reads half of an update; on a 32-bit kernel they wrap.
 */
#ifndef PR_STATS_H
#define PR_STATS_H

#include "platform.h"

struct pr_stats {
	unsigned long tx_bytes;		/* of the stream, accepted by the peer */
	unsigned long tx_wire_bytes;	/* of frames of any kind, each time they were sent */
	unsigned long rx_bytes;		/* of the stream, delivered to the reader */
	unsigned long tx_frames;		/* of any kind, accepted */
	unsigned long rx_frames;		/* of any kind, intact and new */
	unsigned long repeats;		/* frames sent again because the answer was BAD */
	unsigned long refusals;		/* frames the peer had no room for */
	unsigned long duplicates;		/* frames received twice and delivered once */
	unsigned long crc_errors;		/* frames received damaged */
	unsigned long timeouts;		/* waits that ended without a move of the peer */
	unsigned long nonsense;		/* impossible moves or frames */
	unsigned long turnarounds;	/* times this end was granted the data lines */
	unsigned long recoveries;		/* times this end gave up and recovered */
	unsigned long resumes;		/* recoveries after which the stream went on */
	unsigned long epochs;		/* streams begun */
	unsigned long broken;		/* streams ended by a loss */
	unsigned long longest_wait_ns;	/* for one move of the peer within an exchange */
};

#endif
