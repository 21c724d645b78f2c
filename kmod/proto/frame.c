// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Frames are little-endian on every processor. */
#include "crc32c.h"
#include "frame.h"

u32 pr_frame_get_u32(const u8 *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (u32)bytes[3] << 24;
}

void pr_frame_put_u32(u8 *bytes, u32 value)
{
	int i;

	for (i = 0; i < 4; i++)
		bytes[i] = value >> 8 * i;
}

u16 pr_frame_seal(u8 *bytes, u8 kind, u8 sequence, u32 epoch, u16 length)
{
	u16 end = PR_HEADER_BYTES + length;
	u32 crc;

	bytes[PR_AT_LENGTH] = length;
	bytes[PR_AT_LENGTH + 1] = length >> 8;
	bytes[PR_AT_KIND] = kind;
	bytes[PR_AT_SEQUENCE] = sequence;
	pr_frame_put_u32(bytes + PR_AT_EPOCH, epoch);
	crc = pr_crc32c_end(pr_crc32c_add_run(PR_CRC32C_BEGIN, bytes, end));
	pr_frame_put_u32(bytes + end, crc);
	return end + PR_CRC_BYTES;
}

bool pr_frame_open(struct pr_frame *frame, const u8 *bytes, u16 count, u32 crc)
{
	u16 length;

	if (count < PR_FRAME_BYTES_MIN || crc != PR_CRC32C_INTACT)
		return false;
	length = bytes[PR_AT_LENGTH] | bytes[PR_AT_LENGTH + 1] << 8;
	if (length != count - PR_FRAME_BYTES_MIN)
		return false;
	frame->length = length;
	frame->kind = bytes[PR_AT_KIND];
	frame->sequence = bytes[PR_AT_SEQUENCE];
	frame->epoch = pr_frame_get_u32(bytes + PR_AT_EPOCH);
	frame->payload = bytes + PR_AT_PAYLOAD;
	return true;
}
