// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links between two kernels, which are guests of one host. Each kernel writes what its
 * own end drives into a file that both map (User Mode Linux's iomem=), and computes the
 * levels for itself: the far end's pins here follow the other kernel's word.
 *
 * The kernels run on processors of their own, hence virt_*(): the barriers of a kernel
 * for one processor are none.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#ifdef CONFIG_UML
#include <mem_user.h>
#endif

#include "compat.h"
#include "faults.h"
#include "remote.h"
#include "shared.h"

/*
 * How often to look for the other kernel's edges while an interrupt is unmasked: twice as
 * long after each look without one, as an idle guest should leave the host to others.
 */
#define SIM_LOOK_NS		(100 * NSEC_PER_USEC)
#define SIM_LOOK_MAX_NS		(5 * NSEC_PER_MSEC)

struct sim_remote {
	struct sim_shared *shared;
	struct sim_wire *wires;		/* ten */
	unsigned int near;		/* which end of each wire is this kernel's */
	u32 published;			/* this kernel's word */
	u32 seen;			/* the other's, as the pins here have followed it */
	u32 changes;
	u32 watched;			/* one bit a wire */
	u64 look_ns;
	struct hrtimer timer;
};

static struct sim_remote sim_remotes[2];

#ifdef CONFIG_UML
static struct sim_shared *sim_shared_find(char *name)
{
	unsigned long bytes;
	struct sim_shared *shared = (struct sim_shared *)find_iomem(name, &bytes);

	if (!shared || bytes < sizeof(*shared) || shared->magic != SIM_SHARED_MAGIC)
		return NULL;
	return shared;
}
#else
static struct sim_shared *sim_shared_find(char *name)
{
	return NULL;
}
#endif

static u32 sim_word_of(const struct sim_pin *pin)
{
	unsigned int n = pin->wire->number;

	return SIM_SHARED_POWER | (pin->value ? SIM_SHARED_HIGH(n) : 0) |
	       (pin->output ? SIM_SHARED_OUTPUT(n) : 0) |
	       (pin->pull == SIM_PULL_UP ? SIM_SHARED_PULL_UP(n) : 0);
}

static enum sim_pull sim_pull_of(u32 word, unsigned int n)
{
	if (!(word & SIM_SHARED_POWER))
		return SIM_PULL_NONE;
	return word & SIM_SHARED_PULL_UP(n) ? SIM_PULL_UP : SIM_PULL_DOWN;
}

static u32 sim_bits_of(unsigned int n)
{
	return SIM_SHARED_HIGH(n) | SIM_SHARED_OUTPUT(n) | SIM_SHARED_PULL_UP(n) |
	       SIM_SHARED_POWER;
}

/* The strobes come last, as the data must never be older than a strobe. */
static void sim_follow_word(struct sim_remote *remote, u32 word)
{
	u32 changed = word ^ remote->seen;
	unsigned int n;

	remote->seen = word;
	for (n = 0; n < SIM_WIRES_PER_LINK; n++) {
		struct sim_wire *wire = &remote->wires[n];
		struct sim_pin *pin = wire->end[!remote->near];

		if (!(changed & sim_bits_of(n)))
			continue;
		pin->output = word & SIM_SHARED_OUTPUT(n);
		pin->value = word & SIM_SHARED_HIGH(n);
		pin->pull = sim_pull_of(word, n);
		sim_settle(wire);
	}
}

/* All but the open wires hold for the whole kernel: the link that changed last decides. */
static void sim_follow_faults(struct sim_remote *remote, u32 changes)
{
	const struct sim_shared *shared = remote->shared;
	struct sim_faults *faults = &simulation.faults;
	unsigned int n;

	remote->changes = changes;
	faults->delay_ns = READ_ONCE(shared->delay_ns);
	faults->skew_ns = READ_ONCE(shared->skew_ns);
	faults->bit_error_ppm = READ_ONCE(shared->bit_error_ppm);
	faults->lose_masked = READ_ONCE(shared->lose_masked);
	for (n = 0; n < SIM_WIRES_PER_LINK; n++) {
		remote->wires[n].open = READ_ONCE(shared->open) & BIT(n);
		sim_settle(&remote->wires[n]);
	}
}

static void sim_remote_follow(struct sim_remote *remote)
{
	u32 changes, word;

	/* pairs with the host's release: the faults are those that it counted */
	changes = virt_load_acquire(&remote->shared->changes);
	/* pairs with the other kernel's release in sim_remote_publish() */
	word = virt_load_acquire(&remote->shared->end[!remote->near]);
	if (changes != remote->changes)
		sim_follow_faults(remote, changes);
	if (word != remote->seen)
		sim_follow_word(remote, word);
}

void sim_remote_look(struct sim_remote *remote)
{
	const struct sim_shared *shared = remote->shared;
	unsigned long flags;

	if (READ_ONCE(shared->end[!remote->near]) == READ_ONCE(remote->seen) &&
	    READ_ONCE(shared->changes) == READ_ONCE(remote->changes))
		return;
	raw_spin_lock_irqsave(&simulation.lock, flags);
	sim_remote_follow(remote);
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
}

/*
 * An end that begins to drive a wire looks at the other end after it has said so, and
 * before it counts fights. So when both begin at once, at least one sees the other.
 */
void sim_remote_publish(const struct sim_pin *pin)
{
	struct sim_remote *remote = pin->wire->remote;
	u32 word = (remote->published & ~sim_bits_of(pin->wire->number)) | sim_word_of(pin);
	u32 raised = word & ~remote->published;

	if (word == remote->published)
		return;
	remote->published = word;
	/* pairs with sim_remote_follow(): changes are seen in the order they were made */
	virt_store_release(&remote->shared->end[remote->near], word);
	if (raised & SIM_SHARED_OUTPUTS) {
		/* pairs with itself in the other kernel: one of two sees the other's word */
		virt_mb();
		sim_remote_follow(remote);
	}
}

static enum hrtimer_restart sim_remote_tick(struct hrtimer *timer)
{
	struct sim_remote *remote = container_of(timer, struct sim_remote, timer);
	bool watched;
	u32 seen;

	raw_spin_lock(&simulation.lock);
	seen = remote->seen;
	sim_remote_follow(remote);
	if (remote->seen != seen)
		remote->look_ns = SIM_LOOK_NS;
	else
		remote->look_ns = min_t(u64, 2 * remote->look_ns, SIM_LOOK_MAX_NS);
	watched = remote->watched;
	raw_spin_unlock(&simulation.lock);
	if (!watched)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(remote->look_ns));
	return HRTIMER_RESTART;
}

void sim_remote_watch(const struct sim_pin *pin, bool watch)
{
	struct sim_remote *remote = pin->wire->remote;

	if (!watch) {
		remote->watched &= ~BIT(pin->wire->number);
		return;
	}
	remote->watched |= BIT(pin->wire->number);
	remote->look_ns = SIM_LOOK_NS;
	hrtimer_start(&remote->timer, ns_to_ktime(SIM_LOOK_NS), HRTIMER_MODE_REL_HARD);
}

void sim_remote_count_fight(struct sim_remote *remote)
{
	u32 *fights = &remote->shared->fights[remote->near];

	WRITE_ONCE(*fights, *fights + 1);
}

bool sim_remote_has(const struct sim_wire *wire, unsigned int end)
{
	return wire->remote && end != wire->remote->near;
}

static void sim_far_init(struct sim_chip *far)
{
	unsigned int offset;

	strscpy(far->label, "neighbour", sizeof(far->label));
	for (offset = 0; offset < SIM_LINES_PER_CHIP; offset++) {
		far->pin[offset].chip = far;
		far->pin[offset].offset = offset;
	}
}

struct sim_remote *sim_remote_find(bool downstream)
{
	struct sim_remote *remote = &sim_remotes[!downstream];

	remote->shared = sim_shared_find(downstream ? "pi-ring-down" : "pi-ring-up");
	remote->near = downstream ? SIM_SHARED_DOWNSTREAM : SIM_SHARED_UPSTREAM;
	sim_hrtimer_setup(&remote->timer, sim_remote_tick);
	return remote->shared ? remote : NULL;
}

/* The other end may run already, so its word is followed at once. */
void sim_remote_power_on(struct sim_remote *remote, struct sim_wire *wires, struct sim_chip *far)
{
	unsigned long flags;
	unsigned int n;

	sim_far_init(far);
	raw_spin_lock_irqsave(&simulation.lock, flags);
	remote->wires = wires;
	for (n = 0; n < SIM_WIRES_PER_LINK; n++) {
		wires[n].remote = remote;
		sim_remote_publish(wires[n].end[remote->near]);
	}
	sim_remote_follow(remote);
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
}

void sim_remote_remove_all(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sim_remotes); i++) {
		struct sim_remote *remote = &sim_remotes[i];

		if (!remote->shared)
			continue;
		hrtimer_cancel(&remote->timer);
		WRITE_ONCE(remote->shared->end[remote->near], 0);
		remote->shared = NULL;
	}
}
