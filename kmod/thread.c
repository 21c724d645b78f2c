// SPDX-License-Identifier: GPL-2.0-only
/*
 * A link's thread: owns the wires, polls while bytes flow, and sleeps on the
 * doorbell, the interrupt of the peer's strobe, when they do not.
 *
 * The interrupt only says "look": edges may be lost, levels decide.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/stat.h>
#include <linux/sched/task.h>

#include "pi_ring.h"

#define SAMPLES_A_STEP		128	/* some 20 us on a Pi */
#define SAMPLES_IN_A_CROWD	8	/* while others want this processor */
#define SPINS_AMID_EXCHANGE	10	/* times spin_us */
#define LOOK_EVERY_US		100	/* where no interrupt will tell */
#define NAP_US			60	/* among others that want this processor, */
#define NAP_EVERY_US		500
#define NAP_ALONE_US		3000	/* the same where there is no other processor, */
#define NAP_ALONE_EVERY_US	10000
#define TIMER_SLACK_NS		(20 * NSEC_PER_USEC)

/* Hard interrupt context on every kernel: wakes the thread and nothing else. */
static irqreturn_t pi_ring_doorbell(int irq, void *data)
{
	struct pi_ring *ring = data;

	atomic_inc(&ring->counters.interrupts);
	pi_ring_thread_ring(ring);
	return IRQ_HANDLED;
}

/* Pairs with the barrier in pi_ring_sleep(): either it sees rung, or the thread is woken. */
void pi_ring_thread_ring(struct pi_ring *ring)
{
	WRITE_ONCE(ring->rung, true);
	wake_up_process(ring->thread);
}

/* Masked while polling, or each of the peer's moves would be an interrupt too. */
static void pi_ring_arm(struct pi_ring *ring, bool arm)
{
	if (ring->armed == arm)
		return;
	ring->armed = arm;
	if (arm)
		enable_irq(ring->doorbell);
	else
		disable_irq_nosync(ring->doorbell);
}

/*
 * Where several want this processor the peer's end may be among them, and spinning
 * keeps it from the very move that is waited for. So it does for certain where both
 * ends are on one machine with one processor.
 */
static u32 pi_ring_samples(const struct pi_ring *ring)
{
	if (READ_ONCE(ring->mode) == PI_RING_IRQ)
		return 1;
	if (single_task_running())
		return SAMPLES_A_STEP;
	return num_online_cpus() > 1 ? SAMPLES_IN_A_CROWD : 1;
}

static enum pr_pace pi_ring_step(struct pi_ring *ring)
{
	u32 samples = pi_ring_samples(ring);
	enum pr_pace pace;

	if (pi_ring_debug_armed(ring))
		samples = 0;	/* a state at a time, or the fault's may be passed */
	pace = pr_link_step(&ring->link, ktime_get_ns(), samples);
	if (READ_ONCE(ring->unaccepted) && pr_link_drained(&ring->link)) {
		WRITE_ONCE(ring->unaccepted, false);
		wake_up_interruptible(&ring->writers);
	}
	return pace;
}

/* PR_WATCH: the peer's move will be one of the data lines, and ring no doorbell. */
static ktime_t pi_ring_wake_time(const struct pi_ring *ring, enum pr_pace pace)
{
	u64 look_ns = ktime_get_ns() + LOOK_EVERY_US * NSEC_PER_USEC;
	u64 deadline_ns = min_t(u64, ring->link.deadline_ns, KTIME_MAX);

	if (pace == PR_WATCH || READ_ONCE(ring->mode) == PI_RING_POLL)
		deadline_ns = min(deadline_ns, look_ns);
	return ns_to_ktime(deadline_ns);
}

/* The wires are looked at once more with the doorbell armed, as edges before that are lost. */
static void pi_ring_sleep(struct pi_ring *ring)
{
	enum pr_pace pace;
	ktime_t until;

	pi_ring_arm(ring, READ_ONCE(ring->mode) != PI_RING_POLL);
	WRITE_ONCE(ring->rung, false);
	/* what is written before a ring is seen by the step after its clearing */
	smp_mb();
	pace = pi_ring_step(ring);
	if (pace == PR_MOVED)
		return;
	until = pi_ring_wake_time(ring, pace);
	set_current_state(TASK_IDLE);
	if (!READ_ONCE(ring->rung) && !kthread_should_stop()) {
		ring->counters.sleeps++;
		schedule_hrtimeout_range(&until, TIMER_SLACK_NS, HRTIMER_MODE_ABS);
		ring->napped_ns = ktime_get_ns();
	}
	__set_current_state(TASK_RUNNING);
}

/*
 * Two that yield to each other stay on one processor, however idle the others are:
 * the scheduler looks for a better place when it wakes a task, hence the naps. They
 * are also the programs' time: a real-time thread yields to its like only.
 */
static void pi_ring_let_others_run(struct pi_ring *ring)
{
	bool alone = num_online_cpus() == 1;
	unsigned int nap_us = alone ? NAP_ALONE_US : NAP_US;
	unsigned int every_us = alone ? NAP_ALONE_EVERY_US : NAP_EVERY_US;

	if (single_task_running()) {
		cond_resched();
		cpu_relax();
	} else if (ring->link.now_ns - ring->napped_ns > every_us * NSEC_PER_USEC) {
		usleep_range(nap_us, 2 * nap_us);
		ring->napped_ns = ktime_get_ns();
	} else {
		yield();
		cpu_relax();	/* a hypervisor may run the peer instead */
	}
}

/* As if the driver had just been loaded: both ends find themselves in a fresh stream. */
static void pi_ring_begin_anew(struct pi_ring *ring)
{
	struct pr_stats stats = ring->link.stats;

	stats.broken += ring->link.session.joined;
	if (pr_link_stop(&ring->link))
		return;
	pr_link_init(&ring->link, ring->role, get_random_u32(), &ring->pins.lines,
		     ring->pins.lines_ctx, &pi_ring_stream, ring);
	ring->link.stats = stats;
	pi_ring_stream.broken(ring);
	WRITE_ONCE(ring->restart, false);
	wake_up_interruptible_all(&ring->writers);
}

/*
 * Amid an exchange the peer's answer may have to wait until the peer is awake, and
 * a side that goes to sleep meanwhile makes the peer wait in turn: both could go on
 * like that, an interrupt a move, for the whole of a stream.
 */
static bool pi_ring_keeps_polling(const struct pi_ring *ring, enum pr_pace pace, u64 moved_ns)
{
	u64 spin_ns = READ_ONCE(ring->spin_us) * NSEC_PER_USEC;

	if (pace != PR_SLEEP)
		spin_ns *= SPINS_AMID_EXCHANGE;
	return READ_ONCE(ring->mode) != PI_RING_IRQ && ring->link.now_ns - moved_ns < spin_ns;
}

static int pi_ring_thread(void *data)
{
	struct pi_ring *ring = data;
	enum pr_pace pace;
	u64 moved_ns = 0;

	while (!kthread_should_stop()) {
		pi_ring_debug_act(ring);
		if (READ_ONCE(ring->restart))
			pi_ring_begin_anew(ring);
		pace = pi_ring_step(ring);
		if (pace == PR_MOVED) {
			moved_ns = ring->link.now_ns;
			pi_ring_let_others_run(ring);
		} else if (pi_ring_keeps_polling(ring, pace, moved_ns)) {
			ring->counters.polls++;
			pi_ring_let_others_run(ring);
		} else {
			pi_ring_sleep(ring);
			if (READ_ONCE(ring->mode) != PI_RING_IRQ)
				pi_ring_arm(ring, false);
			moved_ns = ktime_get_ns();
		}
	}
	return 0;
}

static int pi_ring_request_doorbell(struct pi_ring *ring)
{
	int err;

	ring->doorbell = gpiod_to_irq(ring->pins.peer);
	if (ring->doorbell < 0)
		return dev_err_probe(ring->dev, ring->doorbell,
				     "the peer's strobe has no interrupt\n");
	/* masked means masked: a lazily disabled interrupt rings once more */
	irq_set_status_flags(ring->doorbell, IRQ_DISABLE_UNLAZY);
	err = devm_request_irq(ring->dev, ring->doorbell, pi_ring_doorbell,
			       IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING |
			       IRQF_NO_AUTOEN | IRQF_NO_THREAD, ring->name, ring);
	if (!err)
		return 0;
	irq_clear_status_flags(ring->doorbell, IRQ_DISABLE_UNLAZY);
	return dev_err_probe(ring->dev, err, "cannot request the peer's strobe's interrupt\n");
}

int pi_ring_thread_start(struct pi_ring *ring)
{
	struct task_struct *thread;
	int err;

	err = pi_ring_request_doorbell(ring);
	if (err)
		return err;
	thread = kthread_create(pi_ring_thread, ring, "%s", ring->name);
	if (IS_ERR(thread))
		return dev_err_probe(ring->dev, PTR_ERR(thread), "cannot start a thread\n");
	ring->thread = get_task_struct(thread);
	/*
	 * An ordinary task that yields gives a whole slice to any program that
	 * wants this processor, and a byte takes four moves.
	 */
	sched_set_fifo_low(thread);
	wake_up_process(thread);
	return 0;
}

/* The task is kept until the last file is closed: users may still ring it. */
void pi_ring_thread_stop(struct pi_ring *ring)
{
	int err;

	kthread_stop(ring->thread);
	pi_ring_arm(ring, false);
	synchronize_irq(ring->doorbell);
	irq_clear_status_flags(ring->doorbell, IRQ_DISABLE_UNLAZY);
	err = pr_link_stop(&ring->link);
	if (!err)
		err = pi_ring_pins_let_go(&ring->pins);
	if (err)
		dev_err(ring->dev, "cannot let go of the wires: %d\n", err);
}
