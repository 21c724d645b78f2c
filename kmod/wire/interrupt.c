// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chips' interrupt controller: an edge becomes an interrupt when a timer
 * says so, early or late, and may be forgotten while it is masked.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "compat.h"
#include "wire.h"

static struct wire_pin *wire_pin_of_irq(struct irq_data *data)
{
	struct wire_chip *chip = gpiochip_get_data(irq_data_get_irq_chip_data(data));

	return &chip->pin[irqd_to_hwirq(data)];
}

/* Never before the level itself can be seen, or the doorbell would ring at a closed door. */
static u64 wire_interrupt_delay_ns(const struct wire_pin *pin)
{
	const struct wire_faults *faults = &wire_bench.faults;
	u64 delay = (u64)READ_ONCE(faults->irq_delay_ns) + wire_pin_delay_ns(pin);
	u32 jitter = READ_ONCE(faults->irq_jitter_ns);

	return jitter ? delay + prandom_u32_state(&wire_bench.random) % jitter : delay;
}

/* Caller holds wire_bench.lock. Edges closer than the delay become one, as they do on a Pi. */
void wire_pin_raise_interrupt(struct wire_pin *pin)
{
	if (pin->masked) {
		pin->pending = !wire_bench.faults.lose_masked;
		wire_bench.counters.lost_interrupts += !pin->pending;
		return;
	}
	if (!hrtimer_is_queued(&pin->timer))
		hrtimer_start(&pin->timer, ns_to_ktime(wire_interrupt_delay_ns(pin)),
			      HRTIMER_MODE_REL_HARD);
}

static enum hrtimer_restart wire_deliver_interrupt(struct hrtimer *timer)
{
	struct wire_pin *pin = container_of(timer, struct wire_pin, timer);
	bool deliver;

	raw_spin_lock(&wire_bench.lock);
	deliver = pin->trigger && !pin->masked;
	wire_bench.counters.interrupts += deliver;
	raw_spin_unlock(&wire_bench.lock);
	if (deliver)
		generic_handle_domain_irq(pin->chip->gpio.irq.domain, pin->offset);
	return HRTIMER_NORESTART;
}

static void wire_irq_ack(struct irq_data *data)
{
}

static void wire_irq_mask(struct irq_data *data)
{
	struct wire_pin *pin = wire_pin_of_irq(data);
	unsigned long flags;

	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	pin->masked = true;
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
	gpiochip_disable_irq(&pin->chip->gpio, pin->offset);
}

static void wire_irq_unmask(struct irq_data *data)
{
	struct wire_pin *pin = wire_pin_of_irq(data);
	unsigned long flags;

	gpiochip_enable_irq(&pin->chip->gpio, pin->offset);
	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	pin->masked = false;
	if (pin->pending)
		wire_pin_raise_interrupt(pin);
	pin->pending = false;
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
}

static int wire_irq_set_type(struct irq_data *data, unsigned int type)
{
	if (type & ~IRQ_TYPE_EDGE_BOTH)
		return -EINVAL;
	wire_pin_of_irq(data)->trigger = type;
	return 0;
}

static const struct irq_chip wire_irq_chip = {
	.name = "pi-ring-wire",
	.irq_ack = wire_irq_ack,
	.irq_mask = wire_irq_mask,
	.irq_unmask = wire_irq_unmask,
	.irq_set_type = wire_irq_set_type,
	.flags = IRQCHIP_IMMUTABLE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS,
};

void wire_interrupt_init(struct wire_pin *pin)
{
	pin->masked = true;
	wire_hrtimer_setup(&pin->timer, wire_deliver_interrupt);
}

void wire_interrupts_add(struct gpio_irq_chip *irq)
{
	gpio_irq_chip_set_chip(irq, &wire_irq_chip);
	irq->handler = handle_edge_irq;
	irq->default_type = IRQ_TYPE_NONE;
}
