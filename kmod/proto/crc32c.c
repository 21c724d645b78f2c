// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* CRC32C by half bytes: two look-ups a byte, made while waiting for the peer. */
#include "crc32c.h"

/* Entry i is i, shifted right four times through the reflected polynomial 0x82f63b78. */
static const u32 pr_crc32c_table[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
	0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
	0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
	0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

u32 pr_crc32c_add(u32 state, u8 byte)
{
	state ^= byte;
	state = state >> 4 ^ pr_crc32c_table[state & 15];
	return state >> 4 ^ pr_crc32c_table[state & 15];
}

u32 pr_crc32c_add_run(u32 state, const u8 *bytes, size_t count)
{
	while (count--)
		state = pr_crc32c_add(state, *bytes++);
	return state;
}
