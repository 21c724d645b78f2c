/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The format of a frame, little-endian:
 *
 *	length[2] kind[1] sequence[1] epoch[4] payload[length] crc32c[4] PR_TRAILER
 *
 * The CRC covers everything before it. The handshake decides where a frame ends, so
 * a damaged length costs a repetition and not the synchronisation.
 */
#ifndef PR_FRAME_H
#define PR_FRAME_H

#include "platform.h"

#define PR_VERSION		1	/* of the protocol; HELLO carries it */

/*
 * With 2048 bytes of payload, the 13 other bytes and about eight exchanges around
 * them are 1 %, and one wrong byte in 10,000 still lets four frames of five through.
 */
#define PR_HEADER_BYTES		8
#define PR_PAYLOAD_BYTES_MAX	2048
#define PR_CRC_BYTES		4
#define PR_TRAILER_BYTES	1
#define PR_FRAME_BYTES_MIN	(PR_HEADER_BYTES + PR_CRC_BYTES)
#define PR_FRAME_BYTES_MAX	(PR_FRAME_BYTES_MIN + PR_PAYLOAD_BYTES_MAX)

#define PR_AT_LENGTH		0
#define PR_AT_KIND		2
#define PR_AT_SEQUENCE		3
#define PR_AT_EPOCH		4
#define PR_AT_PAYLOAD		8

/*
 * Kinds of frame. Only the sequence number of DATA counts; the other kinds may be
 * repeated at will. HELLO goes from the downstream to the upstream end after every
 * recovery: its header has the epoch it proposes, its payload PR_VERSION, the number
 * of the DATA frame it expects next, and the epoch it is in (0: none). WELCOME
 * answers it with the epoch that is valid from now on, the old one if both ends are
 * still in it, or the new one; its payload begins in the same way.
 */
#define PR_KIND_EMPTY		0x11	/* "I am alive", or "I have room again" */
#define PR_KIND_DATA		0x22
#define PR_KIND_HELLO		0x44
#define PR_KIND_WELCOME		0x88

#define PR_AT_VERSION		(PR_AT_PAYLOAD + 0)
#define PR_AT_EXPECTED		(PR_AT_PAYLOAD + 1)
#define PR_AT_CURRENT		(PR_AT_PAYLOAD + 2)	/* epoch[4], in HELLO only */
#define PR_WELCOME_BYTES	2
#define PR_HELLO_BYTES		6

struct pr_frame {
	u8 kind;
	u8 sequence;
	u32 epoch;
	u16 length;
	const u8 *payload;
};

/*
 * Write header and CRC around a payload of this length, which is already at
 * bytes + PR_AT_PAYLOAD. Returns the frame's size without its trailer.
 */
u16 pr_frame_seal(u8 *bytes, u8 kind, u8 sequence, u32 epoch, u16 length);

/*
 * Read a frame of count bytes (with its CRC, without its trailer), where crc is the
 * CRC's state over all of them. False: damaged, and frame is not filled in.
 */
bool pr_frame_open(struct pr_frame *frame, const u8 *bytes, u16 count, u32 crc);

u32 pr_frame_get_u32(const u8 *bytes);
void pr_frame_put_u32(u8 *bytes, u32 value);

#endif
