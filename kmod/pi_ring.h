/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One bank of a pi-ring link: everything the driver knows about it.
 */
#ifndef PI_RING_H
#define PI_RING_H

#include <linux/atomic.h>
#include <linux/kfifo.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "pins/pins.h"
#include "proto/link.h"

enum pi_ring_mode {
	PI_RING_IRQ,		/* sleep at every wait */
	PI_RING_HYBRID,		/* poll while bytes flow, sleep when they do not */
	PI_RING_POLL,		/* no interrupt at all: look, however seldom */
};

/* What the driver counts beside the protocol. Written by the link's thread. */
struct pi_ring_counters {
	u64 polls;		/* steps that found nothing to do */
	u64 sleeps;
	atomic_t interrupts;
};

/* A fault to happen once, on purpose, when the link comes to a state: see debug.c. */
struct pi_ring_fault {
	spinlock_t lock;		/* protects the rest */
	bool armed;
	enum pr_state state;
	u32 stall_ms;			/* 0: begin anew */
};

/*
 * Lives from probe until the last user lets go of it: the platform device
 * holds one reference, an open file another.
 */
struct pi_ring {
	struct kref users;
	struct device *dev;		/* valid until gone is set */
	enum pr_role role;
	int number;			/* of the banks with this role: 0 on a Pi */
	char name[24];
	struct miscdevice misc;

	/* The wires: only the thread touches pins and link once it runs. */
	struct pi_ring_pins pins;
	struct pr_link link;
	struct task_struct *thread;
	int doorbell;			/* interrupt of the peer's strobe */
	bool armed;			/* doorbell enabled; thread only */
	bool rung;			/* look at the wires before sleeping */
	u64 napped_ns;			/* when it last slept; thread only */
	bool restart;			/* begin anew; the thread clears it when it has */
	enum pi_ring_mode mode;
	u32 spin_us;
	struct pi_ring_counters counters;
	struct pi_ring_fault fault;
	struct dentry *debugfs;

	/*
	 * The bytes between. Each fifo has one producer and one consumer, the
	 * thread and whoever holds the mutex of that direction, and needs no
	 * lock. While a direction is broken the thread leaves its fifo alone,
	 * and the user's side empties it before it clears the flag.
	 */
	DECLARE_KFIFO_PTR(received, u8);
	DECLARE_KFIFO_PTR(to_send, u8);
	struct mutex read_lock;		/* one user at a time takes from received */
	struct mutex write_lock;	/* one user at a time adds to to_send */
	wait_queue_head_t readers;
	wait_queue_head_t writers;
	bool unaccepted;		/* the peer has not confirmed all that left to_send */

	spinlock_t state_lock;		/* protects the four flags below */
	bool opened;
	bool read_broken;
	bool write_broken;
	bool gone;
};

/* main.c */
void pi_ring_get(struct pi_ring *ring);
void pi_ring_put(struct pi_ring *ring);

/* thread.c */
int pi_ring_thread_start(struct pi_ring *ring);
void pi_ring_thread_stop(struct pi_ring *ring);
void pi_ring_thread_ring(struct pi_ring *ring);

/* stream.c: the protocol's view of the fifos */
extern const struct pr_stream pi_ring_stream;

/* chardev.c */
extern const struct file_operations pi_ring_fops;

/* debug.c */
#ifdef CONFIG_DEBUG_FS
void pi_ring_debug_init(void);
void pi_ring_debug_exit(void);
void pi_ring_debug_add(struct pi_ring *ring);
void pi_ring_debug_remove(struct pi_ring *ring);
void pi_ring_debug_fire(struct pi_ring *ring);
#else
static inline void pi_ring_debug_init(void) {}
static inline void pi_ring_debug_exit(void) {}
static inline void pi_ring_debug_add(struct pi_ring *ring) {}
static inline void pi_ring_debug_remove(struct pi_ring *ring) {}
static inline void pi_ring_debug_fire(struct pi_ring *ring) {}
#endif

static inline bool pi_ring_debug_armed(const struct pi_ring *ring)
{
	return unlikely(READ_ONCE(ring->fault.armed));
}

/* For the thread, before each step. */
static inline void pi_ring_debug_act(struct pi_ring *ring)
{
	if (pi_ring_debug_armed(ring))
		pi_ring_debug_fire(ring);
}

/* sysfs.c */
extern const struct attribute_group *pi_ring_groups[];
int pi_ring_mode_parse(const char *name);

#endif
