/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A frame's bytes: sealed before sending, opened after hearing. */
#ifndef PR_FRAME_H
#define PR_FRAME_H

#include "platform.h"
#include "wire.h"

struct pr_frame {
	u8 kind;
	u8 sequence;
	u32 epoch;
	u16 length;
	const u8 *payload;
};

/*
 * Write header and CRC around a payload of this length, which already stands
 * at bytes + PR_AT_PAYLOAD. Returns the frame's size without its trailer.
 */
u16 pr_frame_seal(u8 *bytes, u8 kind, u8 sequence, u32 epoch, u16 length);

/*
 * Read a frame of count bytes (CRC included, trailer not), whose CRC state over
 * all of them is crc. False: damaged, and frame says nothing.
 */
bool pr_frame_open(struct pr_frame *frame, const u8 *bytes, u16 count, u32 crc);

u32 pr_frame_get_u32(const u8 *bytes);
void pr_frame_put_u32(u8 *bytes, u32 value);

#endif
