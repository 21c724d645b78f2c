/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The holder's states: idle, granting the lines, sending a frame. */
#ifndef PR_HOLDER_H
#define PR_HOLDER_H

#include "end.h"

void pr_enter_hold(struct pr_link *link, enum pr_state from);
void pr_enter_send_start(struct pr_link *link, enum pr_state from);
void pr_enter_offer(struct pr_link *link, enum pr_state from);

enum pr_state pr_step_hold(struct pr_link *link);
enum pr_state pr_step_granted(struct pr_link *link);
enum pr_state pr_step_send_start(struct pr_link *link);
enum pr_state pr_step_send_start2(struct pr_link *link);
enum pr_state pr_step_send_high(struct pr_link *link);
enum pr_state pr_step_send_ready(struct pr_link *link);
enum pr_state pr_step_send_bytes(struct pr_link *link);
enum pr_state pr_step_offer(struct pr_link *link);

#endif
