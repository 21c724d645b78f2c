/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* CRC32C (Castagnoli), in pieces: begin, add bytes, end. */
#ifndef PR_CRC32C_H
#define PR_CRC32C_H

#include "platform.h"

#define PR_CRC32C_BEGIN		0xffffffffu
/* The state after adding a message and its own CRC (little-endian). */
#define PR_CRC32C_INTACT	0xb798b438u

u32 pr_crc32c_add(u32 state, u8 byte);
u32 pr_crc32c_add_run(u32 state, const u8 *bytes, size_t count);

static inline u32 pr_crc32c_end(u32 state)
{
	return ~state;
}

#endif
