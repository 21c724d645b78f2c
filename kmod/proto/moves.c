// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "moves.h"

const u8 pr_offers[PR_OFFERS] = { PR_GOOD, PR_WISH, PR_BAD, PR_BUSY };

/*
 * Called after a look at the lines that came after now_ns: so an end that was
 * stopped for longer than its patience has looked once more.
 */
enum pr_state pr_wait(struct pr_link *link, enum pr_pace pace)
{
	if (link->now_ns < link->deadline_ns)
		return pr_stay(link, pace);
	link->stats.timeouts++;
	pr_tell(link, PR_EVENT_TIMEOUT, link->state);
	return PR_DOWN;
}

enum pr_state pr_refuse(struct pr_link *link)
{
	link->stats.nonsense++;
	pr_tell(link, PR_EVENT_NONSENSE, link->state);
	return PR_DOWN;
}

enum pr_state pr_drive(struct pr_link *link)
{
	if (link->lines->take(link->lines_ctx, PR_IDLE))
		return PR_DOWN;
	link->fresh = true;
	link->wished = false;
	return PR_HOLD;
}

enum pr_state pr_answer_start(struct pr_link *link)
{
	pr_strobe(link, true);
	return PR_OPEN_START2;
}
