// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Receiving: the bytes of a frame, and the answer to it. */
#include "crc32c.h"
#include "moves.h"

void pr_receive(struct pr_link *link)
{
	link->session.rx_count = 0;
	link->session.rx_crc = PR_CRC32C_BEGIN;
	pr_enter(link, PR_RECEIVE_HIGH);
}

/*
 * The byte before is added to the CRC only now, as the last one is the trailer;
 * the peer is busy lowering its strobe meanwhile. False: longer than any frame.
 */
static bool pr_store(struct pr_session *session, u8 byte)
{
	if (session->rx_count >= sizeof(session->rx))
		return false;
	if (session->rx_count)
		session->rx_crc = pr_crc32c_add(session->rx_crc,
						session->rx[session->rx_count - 1]);
	session->rx[session->rx_count++] = byte;
	return true;
}

static enum pr_pace pr_hear_byte(struct pr_link *link)
{
	u32 sample;

	do {
		sample = pr_look(link);
		if (sample & PR_SAMPLE_STROBE) {
			pr_strobe(link, true);
			link->byte = sample & PR_SAMPLE_DATA;
			pr_enter(link, PR_RECEIVE_LOW);
			return pr_store(&link->session, link->byte) ? PR_MOVED : pr_refuse(link);
		}
	} while (link->spin);
	return pr_wait(link);
}

/* The index of the offer a sample shows, or PR_OFFERS. */
static u8 pr_offer_in(u32 sample)
{
	u8 i;

	for (i = 0; i < PR_OFFERS; i++)
		if (sample == (PR_HIGH | pr_offers[i]))
			break;
	return i;
}

/*
 * Data that change from the trailer to an offer under the raised strobe end the
 * frame. A trailer with one line wrong counts, as else the frame would never end;
 * no other byte may, as it may have been an offer itself, read wrong.
 */
static bool pr_may_end(const struct pr_link *link)
{
	u8 wrong = link->byte ^ PR_TRAILER;

	return !(wrong & (wrong - 1));
}

static bool pr_hears_end(struct pr_link *link, u32 sample)
{
	return pr_may_end(link) && pr_offer_in(sample) < PR_OFFERS && pr_look(link) == sample;
}

static enum pr_pace pr_hear_fall(struct pr_link *link)
{
	u32 sample;

	do {
		sample = pr_look(link);
		if (!(sample & PR_SAMPLE_STROBE)) {
			pr_strobe(link, false);
			return pr_enter(link, PR_RECEIVE_HIGH);
		}
		if (pr_hears_end(link, sample)) {
			pr_session_judge(link);
			return pr_enter(link, PR_ANSWER);
		}
	} while (link->spin);
	return pr_may_end(link) ? pr_watch(link) : pr_wait(link);
}

enum pr_pace pr_step_receive(struct pr_link *link)
{
	enum pr_pace pace;

	do {
		pace = link->state == PR_RECEIVE_HIGH ? pr_hear_byte(link) : pr_hear_fall(link);
	} while (pace == PR_MOVED && link->spin && link->state <= PR_RECEIVE_LOW);
	return pace;
}

/* The first offer that is true. A later one is true too: it costs time, no byte. */
static u8 pr_true_offer(struct pr_link *link)
{
	switch (link->session.verdict) {
	case PR_ACCEPTED:
		return link->frames_heard >= PR_TURN_FRAMES && pr_session_wants(link);
	case PR_DAMAGED:
		return 2;
	default:
		return 3;
	}
}

enum pr_pace pr_step_answer(struct pr_link *link)
{
	u32 sample = pr_look(link);
	u8 offer = pr_offer_in(sample);

	if (link->session.verdict == PR_NO_ROOM)
		pr_session_judge(link);
	if (offer == PR_OFFERS || offer < pr_true_offer(link) || pr_look(link) != sample)
		return pr_watch(link);
	pr_strobe(link, false);
	return pr_enter(link, PR_ANSWERED);
}

static void pr_end_frame(struct pr_link *link)
{
	if (link->session.verdict == PR_NO_ROOM)
		link->session.owes_room = true;
	if (link->session.verdict == PR_ACCEPTED) {
		link->synced = true;
		link->fresh = false;
	}
	link->frames_heard++;
}

/*
 * Nothing of ours tells the holder that we saw its strobe fall, so its next
 * frame may have begun already: no offer looks like START.
 */
enum pr_pace pr_step_answered(struct pr_link *link)
{
	bool begun = pr_sees(link, PR_HIGH | PR_START, PR_ALL);

	if (!begun && !pr_awaits(link, PR_LOW, PR_SAMPLE_STROBE))
		return pr_wait(link);
	if (link->session.verdict == PR_REJECTED)
		return pr_refuse(link);
	pr_end_frame(link);
	if (begun)
		return pr_open(link);
	pr_listen_on(link);
	return PR_MOVED;
}
