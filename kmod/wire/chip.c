// SPDX-License-Identifier: GPL-2.0-only
/*
 * A Pi's header as a GPIO chip. A line that is freed keeps driving: whoever
 * claimed it must let go of it.
 */
#include <linux/string.h>

#include "compat.h"
#include "wire.h"

static struct wire_pin *wire_pin_of(struct gpio_chip *gc, unsigned int offset)
{
	struct wire_chip *chip = gpiochip_get_data(gc);

	return &chip->pin[offset];
}

/* Caller holds wire_bench.lock. */
void wire_pin_drive(struct wire_pin *pin, bool output, bool value)
{
	pin->output = output;
	pin->value = value;
	if (pin->wire)
		wire_settle(pin->wire);
}

static void wire_pin_set(struct wire_pin *pin, bool output, bool value)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	wire_pin_drive(pin, output, value);
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
}

static int wire_get_direction(struct gpio_chip *gc, unsigned int offset)
{
	return wire_pin_of(gc, offset)->output ? GPIO_LINE_DIRECTION_OUT :
						 GPIO_LINE_DIRECTION_IN;
}

static int wire_direction_input(struct gpio_chip *gc, unsigned int offset)
{
	struct wire_pin *pin = wire_pin_of(gc, offset);

	wire_pin_set(pin, false, pin->value);
	return 0;
}

static int wire_direction_output(struct gpio_chip *gc, unsigned int offset, int value)
{
	wire_pin_set(wire_pin_of(gc, offset), true, value);
	return 0;
}

static int wire_get(struct gpio_chip *gc, unsigned int offset)
{
	return wire_pin_read(wire_pin_of(gc, offset));
}

static int wire_get_multiple(struct gpio_chip *gc, unsigned long *mask, unsigned long *bits)
{
	struct wire_chip *chip = gpiochip_get_data(gc);
	unsigned int offset;

	for_each_set_bit(offset, mask, gc->ngpio)
		__assign_bit(offset, bits, wire_pin_read(&chip->pin[offset]));
	return 0;
}

static WIRE_SETTER wire_set(struct gpio_chip *gc, unsigned int offset, int value)
{
	struct wire_pin *pin = wire_pin_of(gc, offset);

	wire_pin_set(pin, pin->output, value);
	return WIRE_SETTER_DONE;
}

static WIRE_SETTER wire_set_multiple(struct gpio_chip *gc, unsigned long *mask,
				     unsigned long *bits)
{
	struct wire_chip *chip = gpiochip_get_data(gc);
	unsigned long flags;
	unsigned int offset;

	raw_spin_lock_irqsave(&wire_bench.lock, flags);
	for_each_set_bit(offset, mask, gc->ngpio) {
		struct wire_pin *pin = &chip->pin[offset];
		bool value = test_bit(offset, bits);

		if (pin->value != value)
			wire_pin_drive(pin, pin->output, value);
	}
	raw_spin_unlock_irqrestore(&wire_bench.lock, flags);
	return WIRE_SETTER_DONE;
}

static int wire_set_config(struct gpio_chip *gc, unsigned int offset, unsigned long config)
{
	struct wire_pin *pin = wire_pin_of(gc, offset);

	switch (pinconf_to_config_param(config)) {
	case PIN_CONFIG_BIAS_PULL_UP:
		pin->pull = WIRE_PULL_UP;
		break;
	case PIN_CONFIG_BIAS_PULL_DOWN:
		pin->pull = WIRE_PULL_DOWN;
		break;
	case PIN_CONFIG_BIAS_DISABLE:
		pin->pull = WIRE_PULL_NONE;
		break;
	default:
		return -ENOTSUPP;
	}
	wire_pin_set(pin, pin->output, pin->value);
	return 0;
}

static void wire_pin_init(struct wire_chip *chip, unsigned int offset)
{
	struct wire_pin *pin = &chip->pin[offset];

	pin->chip = chip;
	pin->offset = offset;
	/* what a BCM2835 to BCM2711 pulls when it boots */
	pin->pull = offset <= 8 ? WIRE_PULL_UP : WIRE_PULL_DOWN;
	wire_interrupt_init(pin);
}

static void wire_gpio_init(struct gpio_chip *gc, struct device *parent)
{
	gc->parent = parent;
	gc->owner = THIS_MODULE;
	gc->base = -1;
	gc->ngpio = WIRE_LINES_PER_CHIP;
	gc->get_direction = wire_get_direction;
	gc->direction_input = wire_direction_input;
	gc->direction_output = wire_direction_output;
	gc->get = wire_get;
	gc->get_multiple = wire_get_multiple;
	gc->set = wire_set;
	gc->set_multiple = wire_set_multiple;
	gc->set_config = wire_set_config;
	wire_interrupts_add(&gc->irq);
}

int wire_chip_add(struct wire_chip *chip, struct device *parent, unsigned int index)
{
	unsigned int offset;

	snprintf(chip->label, sizeof(chip->label), "pi-ring-wire.%u", index);
	chip->gpio.label = chip->label;
	for (offset = 0; offset < WIRE_LINES_PER_CHIP; offset++)
		wire_pin_init(chip, offset);
	wire_gpio_init(&chip->gpio, parent);
	return gpiochip_add_data(&chip->gpio, chip);
}

void wire_chip_remove(struct wire_chip *chip)
{
	unsigned int offset;

	gpiochip_remove(&chip->gpio);
	for (offset = 0; offset < WIRE_LINES_PER_CHIP; offset++)
		hrtimer_cancel(&chip->pin[offset].timer);
}
