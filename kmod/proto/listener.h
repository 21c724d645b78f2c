/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The listener's states: asking for the lines, receiving a frame, answering it. */
#ifndef PR_LISTENER_H
#define PR_LISTENER_H

#include "end.h"

/* A listener with something to send lets this many frames pass before it wishes. */
#define PR_TURN_FRAMES	8

void pr_enter_listen(struct pr_link *link, enum pr_state from);
void pr_enter_junk(struct pr_link *link, enum pr_state from);

enum pr_state pr_step_listen(struct pr_link *link);
enum pr_state pr_step_junk(struct pr_link *link);
enum pr_state pr_step_ask(struct pr_link *link);
enum pr_state pr_step_take(struct pr_link *link);
enum pr_state pr_step_open_start2(struct pr_link *link);
enum pr_state pr_step_open_low(struct pr_link *link);
enum pr_state pr_step_open_ready(struct pr_link *link);
enum pr_state pr_step_receive(struct pr_link *link);
enum pr_state pr_step_answer(struct pr_link *link);
enum pr_state pr_step_answered(struct pr_link *link);

#endif
