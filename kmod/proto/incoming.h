/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The frame that is being received: its bytes, and what to answer. */
#ifndef PR_INCOMING_H
#define PR_INCOMING_H

#include "end.h"

void pr_incoming_begin(struct pr_session *session);

/* False: the frame is longer than any can be. */
bool pr_incoming_add(struct pr_session *session, u8 byte);

/* The frame is complete: deliver it if it can be believed, and set session.verdict. */
void pr_incoming_judge(struct pr_link *link);

#endif
