/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One bank of a link: everything the driver knows about it, and how long it lives.
 */
#ifndef PI_RING_BANK_H
#define PI_RING_BANK_H

#include <linux/atomic.h>
#include <linux/kfifo.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "pins/pins.h"
#include "proto/link.h"

#define PI_RING_SPIN_US_MAX	1000000

enum pi_ring_mode {
	PI_RING_IRQ,		/* sleep at every wait */
	PI_RING_HYBRID,		/* poll while bytes flow, sleep when they do not */
	PI_RING_POLL,		/* use no interrupt: look at the lines every 100 us */
};

/* What the driver counts beside the protocol. Written by the bank's thread. */
struct pi_ring_counters {
	unsigned long polls;	/* steps that found nothing to do */
	unsigned long sleeps;
	atomic_t interrupts;
};

/* A fault that happens once, on purpose, when the link comes to a state: see debug.c. */
struct pi_ring_fault {
	spinlock_t lock;		/* protects the rest */
	bool armed;
	enum pr_state state;
	u32 stall_ms;			/* 0: restart instead */
};

/*
 * Lives from probe until the last user lets go of it: the platform device
 * holds one reference, an open file another.
 */
struct pi_ring_bank {
	struct kref users;
	struct device *dev;		/* valid until gone is set */
	enum pr_role role;
	int number;			/* among the banks with this role: 0 on a Pi */
	char name[24];
	struct miscdevice misc;

	/* The lines: only the thread touches pins and link once it runs. */
	struct pi_ring_pins pins;
	struct pr_link link;
	struct task_struct *thread;
	int doorbell;			/* interrupt of the peer's strobe */
	bool armed;			/* doorbell enabled; thread only */
	bool woken;			/* step once more before sleeping */
	bool stopped;			/* the thread has ended and all lines are inputs */
	u64 napped_ns;			/* when the thread last slept; thread only */
	bool realtime;			/* how the thread is scheduled; thread only */
	bool restart;			/* restart the link; the thread clears it when it has */
	enum pi_ring_mode mode;
	u32 spin_us;
	u32 sample_ns;			/* that a look at the lines took before the link began */
	struct pi_ring_counters counters;
	struct pi_ring_fault fault;
	struct dentry *debugfs;

	/*
	 * The bytes between thread and user. Each fifo has one producer and one
	 * consumer, the thread and the holder of that direction's mutex, and needs
	 * no lock. While a direction is broken the thread leaves its fifo alone;
	 * the user's side empties it and then clears the flag with a release.
	 */
	DECLARE_KFIFO_PTR(received, u8);
	DECLARE_KFIFO_PTR(to_send, u8);
	struct mutex read_lock;		/* one user at a time takes from received */
	struct mutex write_lock;	/* one user at a time adds to to_send */
	wait_queue_head_t readers;
	wait_queue_head_t writers;
	bool unaccepted;		/* the peer has not confirmed all that left to_send */

	/*
	 * state_lock orders an open or a close against a break: the thread reads
	 * opened and sets both broken flags, or empties both fifos, under it. So a
	 * break either meets an opened device and is reported to its user, or
	 * meets a closed one and leaves empty fifos to the next opener.
	 * It does not protect the clearing of the broken flags, which only the
	 * user's side does, nor gone, which is set once. tests/proof/memory_order
	 * checks what orders each flag and the data it stands for.
	 */
	spinlock_t state_lock;
	bool opened;
	bool read_broken;		/* read() has yet to report that the stream broke */
	bool write_broken;		/* write() or fsync() has */
	bool gone;			/* the device is unregistered */
};

/* Zeroed, with one reference that dev drops when its driver is unbound. NULL: no memory. */
struct pi_ring_bank *pi_ring_bank_alloc(struct device *dev);

void pi_ring_bank_get(struct pi_ring_bank *bank);
void pi_ring_bank_put(struct pi_ring_bank *bank);

#endif
