// SPDX-License-Identifier: GPL-2.0-only
/*
 * A Pi's header as a GPIO chip. A line that is freed keeps driving, so a driver must
 * make its lines inputs first.
 */
#include <linux/string.h>

#include "chip.h"
#include "compat.h"
#include "faults.h"
#include "interrupt.h"
#include "remote.h"

static struct sim_pin *sim_pin_of(struct gpio_chip *gc, unsigned int offset)
{
	struct sim_chip *chip = gpiochip_get_data(gc);

	return &chip->pin[offset];
}

void sim_pin_drive(struct sim_pin *pin, bool output, bool value)
{
	pin->output = output;
	pin->value = value;
	if (!pin->wire)
		return;
	if (pin->wire->remote)
		sim_remote_publish(pin);
	sim_settle(pin->wire);
}

static void sim_pin_set(struct sim_pin *pin, bool output, bool value)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&simulation.lock, flags);
	sim_pin_drive(pin, output, value);
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
}

static int sim_get_direction(struct gpio_chip *gc, unsigned int offset)
{
	return sim_pin_of(gc, offset)->output ? GPIO_LINE_DIRECTION_OUT :
						 GPIO_LINE_DIRECTION_IN;
}

static int sim_direction_input(struct gpio_chip *gc, unsigned int offset)
{
	struct sim_pin *pin = sim_pin_of(gc, offset);

	sim_pin_set(pin, false, pin->value);
	return 0;
}

static int sim_direction_output(struct gpio_chip *gc, unsigned int offset, int value)
{
	sim_pin_set(sim_pin_of(gc, offset), true, value);
	return 0;
}

static int sim_get(struct gpio_chip *gc, unsigned int offset)
{
	return sim_pin_read(sim_pin_of(gc, offset));
}

static int sim_get_multiple(struct gpio_chip *gc, unsigned long *mask, unsigned long *bits)
{
	struct sim_chip *chip = gpiochip_get_data(gc);
	unsigned int offset;

	for_each_set_bit(offset, mask, gc->ngpio)
		__assign_bit(offset, bits, sim_pin_read(&chip->pin[offset]));
	return 0;
}

static SIM_SETTER sim_set(struct gpio_chip *gc, unsigned int offset, int value)
{
	struct sim_pin *pin = sim_pin_of(gc, offset);

	sim_pin_set(pin, pin->output, value);
	return SIM_SETTER_DONE;
}

static SIM_SETTER sim_set_multiple(struct gpio_chip *gc, unsigned long *mask,
				   unsigned long *bits)
{
	struct sim_chip *chip = gpiochip_get_data(gc);
	unsigned long flags;
	unsigned int offset;

	raw_spin_lock_irqsave(&simulation.lock, flags);
	for_each_set_bit(offset, mask, gc->ngpio) {
		struct sim_pin *pin = &chip->pin[offset];
		bool value = test_bit(offset, bits);

		if (pin->value != value)
			sim_pin_drive(pin, pin->output, value);
	}
	raw_spin_unlock_irqrestore(&simulation.lock, flags);
	return SIM_SETTER_DONE;
}

static int sim_set_config(struct gpio_chip *gc, unsigned int offset, unsigned long config)
{
	struct sim_pin *pin = sim_pin_of(gc, offset);

	switch (pinconf_to_config_param(config)) {
	case PIN_CONFIG_BIAS_PULL_UP:
		pin->pull = SIM_PULL_UP;
		break;
	case PIN_CONFIG_BIAS_PULL_DOWN:
		pin->pull = SIM_PULL_DOWN;
		break;
	case PIN_CONFIG_BIAS_DISABLE:
		pin->pull = SIM_PULL_NONE;
		break;
	default:
		return -ENOTSUPP;
	}
	sim_pin_set(pin, pin->output, pin->value);
	return 0;
}

static void sim_pin_init(struct sim_chip *chip, unsigned int offset)
{
	struct sim_pin *pin = &chip->pin[offset];

	pin->chip = chip;
	pin->offset = offset;
	/* the pulls of a BCM2835 to BCM2711 after boot */
	pin->pull = offset <= 8 ? SIM_PULL_UP : SIM_PULL_DOWN;
	sim_interrupt_init(pin);
}

static void sim_gpio_init(struct gpio_chip *gc, struct device *parent)
{
	gc->parent = parent;
	gc->owner = THIS_MODULE;
	gc->base = -1;
	gc->ngpio = SIM_LINES_PER_CHIP;
	gc->get_direction = sim_get_direction;
	gc->direction_input = sim_direction_input;
	gc->direction_output = sim_direction_output;
	gc->get = sim_get;
	gc->get_multiple = sim_get_multiple;
	gc->set = sim_set;
	gc->set_multiple = sim_set_multiple;
	gc->set_config = sim_set_config;
	sim_interrupts_add(&gc->irq);
}

int sim_chip_add(struct sim_chip *chip, struct device *parent, unsigned int index)
{
	unsigned int offset;

	snprintf(chip->label, sizeof(chip->label), "pi-ring-sim.%u", index);
	chip->gpio.label = chip->label;
	for (offset = 0; offset < SIM_LINES_PER_CHIP; offset++)
		sim_pin_init(chip, offset);
	sim_gpio_init(&chip->gpio, parent);
	return gpiochip_add_data(&chip->gpio, chip);
}

void sim_chip_remove(struct sim_chip *chip)
{
	unsigned int offset;

	gpiochip_remove(&chip->gpio);
	for (offset = 0; offset < SIM_LINES_PER_CHIP; offset++)
		hrtimer_cancel(&chip->pin[offset].timer);
}
