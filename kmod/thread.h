/* SPDX-License-Identifier: GPL-2.0-only */
/* The thread that runs a bank's end of the link. */
#ifndef PI_RING_THREAD_H
#define PI_RING_THREAD_H

struct pi_ring_bank;

int pi_ring_thread_start(struct pi_ring_bank *bank);
void pi_ring_thread_stop(struct pi_ring_bank *bank);

/* Step once more before sleeping: there are bytes to send, room to receive, or a request. */
void pi_ring_thread_wake(struct pi_ring_bank *bank);

#endif
