// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bank's thread: it alone uses the lines. It polls while bytes flow, and otherwise
 * sleeps on the doorbell, the interrupt of the peer's strobe.
 *
 * The interrupt only wakes the thread: edges may be lost, so levels decide.
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

#include "bank.h"
#include "debug.h"
#include "pins/gpiod.h"
#include "stream.h"
#include "thread.h"

#define SAMPLES_A_STEP		128	/* about 20 us on a Pi */
#define SAMPLES_SHARED		8	/* while other tasks want this processor */
#define SPINS_IN_EXCHANGE	10	/* times spin_us */
#define LOOK_EVERY_US		100	/* when no interrupt will come */
#define NAP_US			60	/* while other tasks want this processor */
#define NAP_EVERY_US		500
#define NAP_ONE_CPU_US		3000	/* the same on a machine of one processor */
#define NAP_ONE_CPU_EVERY_US	10000
#define TIMER_SLACK_NS		(20 * NSEC_PER_USEC)
#define LOWEST_REALTIME		1		/* that of sched_set_fifo_low() */

/* Runs in hard interrupt context on every kernel, so it only wakes the thread. */
static irqreturn_t pi_ring_doorbell(int irq, void *data)
{
	struct pi_ring_bank *bank = data;

	atomic_inc(&bank->counters.interrupts);
	pi_ring_thread_wake(bank);
	return IRQ_HANDLED;
}

/* Pairs with the barrier in pi_ring_sleep(): the thread sees the flag or is woken. */
void pi_ring_thread_wake(struct pi_ring_bank *bank)
{
	/* The flag must not be seen, and cleared, before what the caller wrote is. */
	smp_mb();
	WRITE_ONCE(bank->woken, true);
	wake_up_process(bank->thread);
}

/* The interrupt is masked while polling, when each move of the peer would raise one. */
static void pi_ring_arm(struct pi_ring_bank *bank, bool arm)
{
	if (bank->armed == arm)
		return;
	bank->armed = arm;
	if (arm)
		enable_irq(bank->doorbell);
	else
		disable_irq_nosync(bank->doorbell);
}

/*
 * When several tasks want this processor the peer's thread may be one of them, and
 * spinning then delays the very move it waits for. On a machine of one processor
 * that runs both ends this is always so.
 */
static u32 pi_ring_samples(const struct pi_ring_bank *bank)
{
	if (READ_ONCE(bank->mode) == PI_RING_IRQ)
		return 1;
	if (single_task_running())
		return SAMPLES_A_STEP;
	return num_online_cpus() > 1 ? SAMPLES_SHARED : 1;
}

static enum pr_pace pi_ring_step(struct pi_ring_bank *bank)
{
	u32 samples = pi_ring_samples(bank);
	enum pr_pace pace;

	if (pi_ring_debug_armed(bank))
		samples = 0;	/* one state a step, or the fault's state may be skipped */
	pace = pr_link_step(&bank->link, ktime_get_ns(), samples);
	if (READ_ONCE(bank->unaccepted) && pr_link_drained(&bank->link)) {
		WRITE_ONCE(bank->unaccepted, false);
		wake_up_interruptible(&bank->writers);
	}
	return pace;
}

/*
 * A program that wants this processor would take a whole slice of an ordinary thread, and
 * a byte takes four moves. But a real-time thread that never sleeps is stopped for 50 ms
 * of each second on kernels before 6.12, so it is an ordinary one while it is alone.
 * It leaves a policy that an administrator has set as it is.
 */
static void pi_ring_be_realtime(struct pi_ring_bank *bank, bool realtime)
{
	unsigned int policy = bank->realtime ? SCHED_FIFO : SCHED_NORMAL;

	if (bank->realtime == realtime || current->policy != policy ||
	    current->rt_priority > LOWEST_REALTIME)
		return;
	bank->realtime = realtime;
	if (realtime)
		sched_set_fifo_low(current);
	else
		sched_set_normal(current, MIN_NICE);
}

/* PR_WATCH: the peer's next move changes only data lines, which have no interrupt. */
static ktime_t pi_ring_wake_time(const struct pi_ring_bank *bank, enum pr_pace pace)
{
	u64 look_ns = ktime_get_ns() + LOOK_EVERY_US * NSEC_PER_USEC;
	u64 deadline_ns = min_t(u64, bank->link.deadline_ns, KTIME_MAX);

	if (pace == PR_WATCH || READ_ONCE(bank->mode) == PI_RING_POLL)
		deadline_ns = min(deadline_ns, look_ns);
	return ns_to_ktime(deadline_ns);
}

/* Steps once more with the doorbell armed, as edges before that are lost. */
static void pi_ring_sleep(struct pi_ring_bank *bank)
{
	enum pr_pace pace;
	ktime_t until;

	pi_ring_be_realtime(bank, true);
	pi_ring_arm(bank, READ_ONCE(bank->mode) != PI_RING_POLL);
	WRITE_ONCE(bank->woken, false);
	/* pairs with pi_ring_thread_wake(): the step sees what was written before it */
	smp_mb();
	pace = pi_ring_step(bank);
	if (pace == PR_MOVED)
		return;
	until = pi_ring_wake_time(bank, pace);
	set_current_state(TASK_IDLE);
	if (!READ_ONCE(bank->woken) && !kthread_should_stop()) {
		bank->counters.sleeps++;
		schedule_hrtimeout_range(&until, TIMER_SLACK_NS, HRTIMER_MODE_ABS);
		bank->napped_ns = ktime_get_ns();
	}
	__set_current_state(TASK_RUNNING);
}

/*
 * Two threads that yield to each other stay on one processor even if others are idle:
 * the scheduler moves a task only when it wakes it, hence the naps. The naps also
 * give programs their time, as a real-time thread yields only to real-time threads.
 */
static void pi_ring_let_others_run(struct pi_ring_bank *bank)
{
	bool alone = num_online_cpus() == 1;
	unsigned int nap_us = alone ? NAP_ONE_CPU_US : NAP_US;
	u64 every_ns = (alone ? NAP_ONE_CPU_EVERY_US : NAP_EVERY_US) * NSEC_PER_USEC;
	u64 awake_ns = bank->link.now_ns - bank->napped_ns;

	if (single_task_running()) {
		/* until then it naps often enough */
		if (awake_ns > 2 * every_ns)
			pi_ring_be_realtime(bank, false);
		cond_resched();
		cpu_relax();
		return;
	}
	pi_ring_be_realtime(bank, true);
	if (awake_ns > every_ns) {
		usleep_range(nap_us, 2 * nap_us);
		bank->napped_ns = ktime_get_ns();
	} else {
		yield();
		cpu_relax();	/* a hypervisor may run the peer's processor now */
	}
}

/* Restarts the link as if the driver had just been loaded; both ends get a fresh stream. */
static void pi_ring_restart_link(struct pi_ring_bank *bank)
{
	struct pr_stats stats = bank->link.stats;

	stats.broken += bank->link.session.joined;
	if (pr_link_stop(&bank->link))
		return;
	pr_link_init(&bank->link, bank->role, get_random_u32(), &bank->pins.lines,
		     bank->pins.lines_ctx, &pi_ring_stream, bank);
	bank->link.stats = stats;
	pi_ring_stream.broken(bank);
	/* pairs with pi_ring_restart(), which must see that the old stream broke */
	smp_store_release(&bank->restart, false);
	wake_up_interruptible_all(&bank->writers);
}

/*
 * Within an exchange the peer may need time to wake before it answers. An end that
 * sleeps meanwhile makes the peer wait in turn, and the two could exchange a whole
 * stream at one interrupt a move. So an end polls longer here.
 */
static bool pi_ring_keeps_polling(const struct pi_ring_bank *bank, enum pr_pace pace, u64 moved_ns)
{
	u64 spin_ns = READ_ONCE(bank->spin_us) * NSEC_PER_USEC;

	if (pace != PR_SLEEP)
		spin_ns *= SPINS_IN_EXCHANGE;
	return READ_ONCE(bank->mode) != PI_RING_IRQ && bank->link.now_ns - moved_ns < spin_ns;
}

static int pi_ring_thread(void *data)
{
	struct pi_ring_bank *bank = data;
	enum pr_pace pace;
	u64 moved_ns = 0;

	pi_ring_be_realtime(bank, true);
	while (!kthread_should_stop()) {
		pi_ring_debug_act(bank);
		if (READ_ONCE(bank->restart))
			pi_ring_restart_link(bank);
		pace = pi_ring_step(bank);
		if (pace == PR_MOVED) {
			moved_ns = bank->link.now_ns;
			pi_ring_let_others_run(bank);
		} else if (pi_ring_keeps_polling(bank, pace, moved_ns)) {
			bank->counters.polls++;
			pi_ring_let_others_run(bank);
		} else {
			pi_ring_sleep(bank);
			if (READ_ONCE(bank->mode) != PI_RING_IRQ)
				pi_ring_arm(bank, false);
			moved_ns = ktime_get_ns();
		}
	}
	return 0;
}

static int pi_ring_request_doorbell(struct pi_ring_bank *bank)
{
	int err;

	bank->doorbell = gpiod_to_irq(bank->pins.peer);
	if (bank->doorbell < 0)
		return dev_err_probe(bank->dev, bank->doorbell,
				     "the peer's strobe has no interrupt\n");
	/* a lazily disabled interrupt would be delivered once more */
	irq_set_status_flags(bank->doorbell, IRQ_DISABLE_UNLAZY);
	err = devm_request_irq(bank->dev, bank->doorbell, pi_ring_doorbell,
			       IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING |
			       IRQF_NO_AUTOEN | IRQF_NO_THREAD, bank->name, bank);
	if (!err)
		return 0;
	irq_clear_status_flags(bank->doorbell, IRQ_DISABLE_UNLAZY);
	return dev_err_probe(bank->dev, err, "cannot request the peer's strobe's interrupt\n");
}

int pi_ring_thread_start(struct pi_ring_bank *bank)
{
	struct task_struct *thread;
	int err;

	err = pi_ring_request_doorbell(bank);
	if (err)
		return err;
	thread = kthread_create(pi_ring_thread, bank, "%s", bank->name);
	if (IS_ERR(thread))
		return dev_err_probe(bank->dev, PTR_ERR(thread), "cannot start a thread\n");
	bank->thread = get_task_struct(thread);
	wake_up_process(thread);
	return 0;
}

/* The task is kept until the last file is closed: users may still wake it. */
void pi_ring_thread_stop(struct pi_ring_bank *bank)
{
	int err;

	if (bank->stopped)
		return;
	bank->stopped = true;
	kthread_stop(bank->thread);
	pi_ring_arm(bank, false);
	synchronize_irq(bank->doorbell);
	irq_clear_status_flags(bank->doorbell, IRQ_DISABLE_UNLAZY);
	err = pr_link_stop(&bank->link);
	if (!err)
		err = pi_ring_gpiod_let_go(&bank->pins);
	if (err)
		dev_err(bank->dev, "cannot release the lines: %d\n", err);
}
