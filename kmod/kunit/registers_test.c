// SPDX-License-Identifier: GPL-2.0-only
/* Bytes become lines and lines bytes in a controller's registers, for any pins. */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/module.h>

#include "../pins/registers.h"

static const u8 downstream_lines[] = { 16, 17, 18, 19, 20, 21, 22, 23 };
static const u8 scattered_lines[] = { 27, 3, 31, 0, 14, 9, 22, 5 };

static void index_lines(struct pi_ring_registers *registers, const u8 *lines)
{
	memcpy(registers->line, lines, sizeof(registers->line));
	pi_ring_registers_index(registers);
}

static void every_byte_comes_back(struct kunit *test, const u8 *lines)
{
	struct pi_ring_registers *registers = kunit_kzalloc(test, sizeof(*registers), GFP_KERNEL);
	unsigned int byte;

	KUNIT_ASSERT_NOT_NULL(test, registers);
	index_lines(registers, lines);
	for (byte = 0; byte <= 0xff; byte++) {
		u32 level = registers->lines_of[byte];

		KUNIT_EXPECT_EQ(test, pi_ring_registers_data(registers, level), byte);
		/* the controller's other lines do not change the byte */
		KUNIT_EXPECT_EQ(test,
				pi_ring_registers_data(registers, level | ~registers->data), byte);
		KUNIT_EXPECT_EQ(test, level & ~registers->data, 0);
	}
}

static void bytes_come_back_from_lines_in_a_row(struct kunit *test)
{
	every_byte_comes_back(test, downstream_lines);
}

static void bytes_come_back_from_scattered_lines(struct kunit *test)
{
	every_byte_comes_back(test, scattered_lines);
}

static void the_default_bank_is_lines_16_to_23(struct kunit *test)
{
	struct pi_ring_registers *registers = kunit_kzalloc(test, sizeof(*registers), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, registers);
	index_lines(registers, downstream_lines);
	KUNIT_EXPECT_EQ(test, registers->data, GENMASK(23, 16));
	KUNIT_EXPECT_EQ(test, registers->lines_of[0x01], BIT(16));
	KUNIT_EXPECT_EQ(test, registers->lines_of[0x80], BIT(23));
}

static struct kunit_case registers_cases[] = {
	KUNIT_CASE(bytes_come_back_from_lines_in_a_row),
	KUNIT_CASE(bytes_come_back_from_scattered_lines),
	KUNIT_CASE(the_default_bank_is_lines_16_to_23),
	{ }
};

static struct kunit_suite registers_suite = {
	.name = "pi_ring_registers",
	.test_cases = registers_cases,
};

kunit_test_suite(registers_suite);
