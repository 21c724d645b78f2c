/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a link counts. The driver adds its interrupts and polls. */
#ifndef PR_STATS_H
#define PR_STATS_H

#include "platform.h"

struct pr_stats {
	u64 tx_bytes;		/* of the stream, accepted by the peer */
	u64 tx_wire_bytes;	/* of frames of any kind put on the lines, each time they were */
	u64 rx_bytes;		/* of the stream, delivered to the reader */
	u64 tx_frames;		/* of any kind, accepted */
	u64 rx_frames;		/* of any kind, intact and new */
	u64 repeats;		/* frames said again because the answer was BAD */
	u64 refusals;		/* frames the peer had no room for */
	u64 duplicates;		/* frames heard twice and delivered once */
	u64 crc_errors;		/* frames heard damaged */
	u64 timeouts;		/* waits that ended without the peer's move */
	u64 nonsense;		/* moves or frames that cannot be */
	u64 turnarounds;	/* times the data lines became this side's by a grant */
	u64 recoveries;		/* times this side gave up and began anew */
	u64 resumes;		/* recoveries after which the stream went on */
	u64 epochs;		/* streams begun */
	u64 broken;		/* streams ended by a loss */
	u64 longest_wait_ns;	/* for one move of the peer amid an exchange */
};

#endif
