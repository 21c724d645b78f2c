/* SPDX-License-Identifier: GPL-2.0-only */
/* The protocol's view of a bank's fifos. */
#ifndef PI_RING_STREAM_H
#define PI_RING_STREAM_H

#include "proto/stream.h"

extern const struct pr_stream pi_ring_stream;	/* its ctx is a struct pi_ring_bank */

#endif
