/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The states of recovery: from knowing nothing about the peer to knowing that it drives nothing. */
#ifndef PR_RECOVERY_H
#define PR_RECOVERY_H

#include "end.h"

void pr_enter_down(struct pr_link *link, enum pr_state from);
void pr_enter_pause(struct pr_link *link, enum pr_state from);
void pr_enter_pulse(struct pr_link *link, enum pr_state from);
void pr_enter_break(struct pr_link *link, enum pr_state from);
void pr_enter_echo(struct pr_link *link, enum pr_state from);

enum pr_state pr_step_down(struct pr_link *link);
enum pr_state pr_step_pause(struct pr_link *link);
enum pr_state pr_step_break(struct pr_link *link);
enum pr_state pr_step_break_end(struct pr_link *link);
enum pr_state pr_step_knock(struct pr_link *link);
enum pr_state pr_step_echo(struct pr_link *link);

#endif
