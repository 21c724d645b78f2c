// SPDX-License-Identifier: GPL-2.0-only
/* The peer does nothing: every wait ends, and no data line is driven. */
#include <kunit/test.h>
#include <linux/module.h>

#include "../proto/deadlines.h"
#include "../proto/link.h"

#define ROUNDS	1000

/* Ten wires whose other end is not connected, or never changes. */
struct mute {
	u32 sample;
	bool strobe;
	unsigned int takes;
};

static u32 mute_sample(void *ctx)
{
	return ((struct mute *)ctx)->sample;
}

static void mute_put(void *ctx, u8 data)
{
}

static void mute_strobe(void *ctx, bool high)
{
	((struct mute *)ctx)->strobe = high;
}

static int mute_take(void *ctx, u8 data)
{
	((struct mute *)ctx)->takes++;
	return 0;
}

static int mute_release(void *ctx)
{
	return 0;
}

static const struct pr_lines mute_lines = {
	.sample = mute_sample,
	.put = mute_put,
	.strobe = mute_strobe,
	.take = mute_take,
	.release = mute_release,
};

static size_t no_bytes(void *ctx, u8 *bytes, size_t max)
{
	return 0;
}

static size_t no_room(void *ctx)
{
	return 0;
}

static void no_push(void *ctx, const u8 *bytes, size_t count)
{
}

static void no_break(void *ctx)
{
}

static void no_join(void *ctx, u32 epoch)
{
}

static const struct pr_stream no_stream = {
	.pull = no_bytes,
	.room = no_room,
	.push = no_push,
	.broken = no_break,
	.joined = no_join,
};

/* Steps like a thread that always sleeps until the deadline. */
static void run_against(struct kunit *test, enum pr_role role, struct mute *mute)
{
	struct pr_link *link = kunit_kzalloc(test, sizeof(*link), GFP_KERNEL);
	u64 now_ns = PR_S;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, link);
	pr_link_init(link, role, 1, &mute_lines, mute, &no_stream, NULL);
	for (i = 0; i < ROUNDS; i++) {
		if (pr_link_step(link, now_ns, 4) == PR_MOVED)
			continue;
		KUNIT_ASSERT_GT(test, link->deadline_ns, now_ns);
		KUNIT_ASSERT_LE(test, link->deadline_ns, now_ns + PR_SILENCE_NS);
		now_ns = link->deadline_ns;
	}
	KUNIT_EXPECT_EQ(test, mute->takes, 0);
	KUNIT_EXPECT_EQ(test, pr_link_stop(link), 0);
	KUNIT_EXPECT_FALSE(test, mute->strobe);
}

static void a_mute_peer_of_the_downstream_side(struct kunit *test)
{
	struct mute low = { 0 }, high = { .sample = PR_SAMPLE_STROBE };

	run_against(test, PR_DOWNSTREAM, &low);
	run_against(test, PR_DOWNSTREAM, &high);
}

static void a_mute_peer_of_the_upstream_side(struct kunit *test)
{
	struct mute low = { 0 }, high = { .sample = PR_SAMPLE_STROBE };

	run_against(test, PR_UPSTREAM, &low);
	run_against(test, PR_UPSTREAM, &high);
}

static struct kunit_case timeouts_cases[] = {
	KUNIT_CASE(a_mute_peer_of_the_downstream_side),
	KUNIT_CASE(a_mute_peer_of_the_upstream_side),
	{ }
};

static struct kunit_suite timeouts_suite = {
	.name = "pi_ring_timeouts",
	.test_cases = timeouts_cases,
};

kunit_test_suite(timeouts_suite);
