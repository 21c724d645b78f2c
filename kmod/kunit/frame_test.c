// SPDX-License-Identifier: GPL-2.0-only
/* Frames, as this kernel's compiler built them: a sealed frame opens, a damaged one does not. */
#include <kunit/test.h>
#include <linux/module.h>

#include "../proto/crc32c.h"
#include "../proto/frame.h"

#define TEST_EPOCH	0xdeadbeef
#define TEST_SEQUENCE	200

static u8 *sealed(struct kunit *test, u16 length, u16 *count)
{
	u8 *bytes = kunit_kzalloc(test, PR_FRAME_BYTES_MAX, GFP_KERNEL);
	u16 i;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (i = 0; i < length; i++)
		bytes[PR_AT_PAYLOAD + i] = i * 37;
	*count = pr_frame_seal(bytes, PR_KIND_DATA, TEST_SEQUENCE, TEST_EPOCH, length);
	return bytes;
}

static bool opens(struct pr_frame *frame, const u8 *bytes, u16 count)
{
	return pr_frame_open(frame, bytes, count,
			     pr_crc32c_add_run(PR_CRC32C_BEGIN, bytes, count));
}

static void a_frame_opens_as_it_was_sealed(struct kunit *test)
{
	static const u16 lengths[] = { 0, 1, 255, 256, PR_PAYLOAD_BYTES_MAX };
	struct pr_frame frame;
	unsigned int i;
	u16 count;
	u8 *bytes;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		bytes = sealed(test, lengths[i], &count);
		KUNIT_ASSERT_TRUE(test, opens(&frame, bytes, count));
		KUNIT_EXPECT_EQ(test, frame.length, lengths[i]);
		KUNIT_EXPECT_EQ(test, frame.sequence, TEST_SEQUENCE);
		KUNIT_EXPECT_EQ(test, frame.epoch, TEST_EPOCH);
		KUNIT_EXPECT_PTR_EQ(test, frame.payload, (const u8 *)bytes + PR_AT_PAYLOAD);
	}
}

static void a_frame_with_any_bit_flipped_does_not_open(struct kunit *test)
{
	struct pr_frame frame;
	u16 count, bit;
	u8 *bytes;

	bytes = sealed(test, 16, &count);
	for (bit = 0; bit < count * 8; bit++) {
		bytes[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_FALSE(test, opens(&frame, bytes, count));
		bytes[bit / 8] ^= 1 << bit % 8;
	}
}

static void the_checksum_is_castagnolis(struct kunit *test)
{
	static const u8 digits[] = "123456789";

	KUNIT_EXPECT_EQ(test, pr_crc32c_end(pr_crc32c_add_run(PR_CRC32C_BEGIN, digits, 9)),
			0xe3069283);
}

static struct kunit_case frame_cases[] = {
	KUNIT_CASE(a_frame_opens_as_it_was_sealed),
	KUNIT_CASE(a_frame_with_any_bit_flipped_does_not_open),
	KUNIT_CASE(the_checksum_is_castagnolis),
	{ }
};

static struct kunit_suite frame_suite = {
	.name = "pi_ring_frame",
	.test_cases = frame_cases,
};

kunit_test_suite(frame_suite);
