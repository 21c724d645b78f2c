// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chips' interrupt controller: a timer delivers each edge's interrupt after a delay.
 * Edges while it is masked may be lost.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "compat.h"
#include "faults.h"
#include "interrupt.h"
#include "remote.h"

static struct sim_pin *sim_pin_of_irq(struct irq_data *data)
{
	struct sim_chip *chip = gpiochip_get_data(irq_data_get_irq_chip_data(data));

	return &chip->pin[irqd_to_hwirq(data)];
}

/* At least the pin's own delay: the handler must find the new level. */
static u64 sim_interrupt_delay_ns(const struct sim_pin *pin)
{
	const struct sim_faults *faults = &simulation.faults;
	u64 delay = (u64)READ_ONCE(faults->irq_delay_ns) + sim_pin_delay_ns(pin);
	u32 jitter = READ_ONCE(faults->irq_jitter_ns);

	return jitter ? delay + prandom_u32_state(&simulation.random) % jitter : delay;
}

void sim_pin_raise_interrupt(struct sim_pin *pin)
{
	if (pin->masked) {
		pin->pending = !simulation.faults.lose_masked;
		simulation.counters.lost_interrupts += !pin->pending;
		return;
	}
	if (!hrtimer_is_queued(&pin->timer))
		hrtimer_start(&pin->timer, ns_to_ktime(sim_interrupt_delay_ns(pin)),
			      HRTIMER_MODE_REL_HARD);
}

static enum hrtimer_restart sim_deliver_interrupt(struct hrtimer *timer)
{
	struct sim_pin *pin = container_of(timer, struct sim_pin, timer);
	bool deliver;

	raw_spin_lock(&simulation.lock);
	deliver = pin->trigger && !pin->masked;
	simulation.counters.interrupts += deliver;
	raw_spin_unlock(&simulation.lock);
	if (deliver)
		generic_handle_domain_irq(pin->chip->gpio.irq.domain, pin->offset);
	return HRTIMER_NORESTART;
}

static void sim_irq_ack(struct irq_data *data)
{
}

static void sim_irq_mask(struct irq_data *data)
{
	struct sim_pin *pin = sim_pin_of_irq(data);
	unsigned long flags;

	raw_spin_lock_irqsave(&simulation.lock, flags);
	pin->masked = true;
	if (pin->wire && pin->wire->remote)
		sim_remote_watch(pin, false);
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
	gpiochip_disable_irq(&pin->chip->gpio, pin->offset);
}

static void sim_irq_unmask(struct irq_data *data)
{
	struct sim_pin *pin = sim_pin_of_irq(data);
	unsigned long flags;

	gpiochip_enable_irq(&pin->chip->gpio, pin->offset);
	raw_spin_lock_irqsave(&simulation.lock, flags);
	pin->masked = false;
	if (pin->wire && pin->wire->remote)
		sim_remote_watch(pin, true);
	if (pin->pending)
		sim_pin_raise_interrupt(pin);
	pin->pending = false;
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
}

static int sim_irq_set_type(struct irq_data *data, unsigned int type)
{
	if (type & ~IRQ_TYPE_EDGE_BOTH)
		return -EINVAL;
	sim_pin_of_irq(data)->trigger = type;
	return 0;
}

static const struct irq_chip sim_irq_chip = {
	.name = "pi-ring-sim",
	.irq_ack = sim_irq_ack,
	.irq_mask = sim_irq_mask,
	.irq_unmask = sim_irq_unmask,
	.irq_set_type = sim_irq_set_type,
	.flags = IRQCHIP_IMMUTABLE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS,
};

void sim_interrupt_init(struct sim_pin *pin)
{
	pin->masked = true;
	sim_hrtimer_setup(&pin->timer, sim_deliver_interrupt);
}

void sim_interrupts_add(struct gpio_irq_chip *irq)
{
	gpio_irq_chip_set_chip(irq, &sim_irq_chip);
	irq->handler = handle_edge_irq;
	irq->default_type = IRQ_TYPE_NONE;
}
