// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines through gpiod: claimed by name, turned between input and output, and, where
 * registers.c does not know the controller, read and written.
 */
#include <linux/bitmap.h>
#include <linux/dev_printk.h>
#include <linux/err.h>

#include "gpiod.h"

/* The strobe first, so that the data are never older than it. */
static u32 pi_ring_gpiod_sample(void *ctx)
{
	struct pi_ring_pins *pins = ctx;
	unsigned long data = 0;
	u32 strobe;

	strobe = gpiod_get_value(pins->peer) > 0 ? PR_SAMPLE_STROBE : 0;
	gpiod_get_array_value(PI_RING_DATA_LINES, pins->data->desc, pins->data->info, &data);
	return strobe | (data & PR_SAMPLE_DATA);
}

static void pi_ring_gpiod_put(void *ctx, u8 data)
{
	struct pi_ring_pins *pins = ctx;
	unsigned long values = data;

	gpiod_set_array_value(PI_RING_DATA_LINES, pins->data->desc, pins->data->info, &values);
}

/* As in registers.c, a read makes sure that the data have reached the lines. */
static void pi_ring_gpiod_strobe(void *ctx, bool high)
{
	struct pi_ring_pins *pins = ctx;

	gpiod_get_value(pins->strobe);
	gpiod_set_value(pins->strobe, high);
}

int pi_ring_gpiod_release(void *ctx)
{
	struct pi_ring_pins *pins = ctx;
	int i, err, first_err = 0;

	for (i = 0; i < PI_RING_DATA_LINES; i++) {
		err = gpiod_direction_input(pins->data->desc[i]);
		if (err && !first_err)
			first_err = err;
	}
	return first_err;
}

int pi_ring_gpiod_take(void *ctx, u8 data)
{
	struct pi_ring_pins *pins = ctx;
	int i, err;

	for (i = 0; i < PI_RING_DATA_LINES; i++) {
		err = gpiod_direction_output(pins->data->desc[i], data >> i & 1);
		if (err) {
			pi_ring_gpiod_release(pins);
			return err;
		}
	}
	return 0;
}

const struct pr_lines pi_ring_gpiod_lines = {
	.sample = pi_ring_gpiod_sample,
	.put = pi_ring_gpiod_put,
	.strobe = pi_ring_gpiod_strobe,
	.take = pi_ring_gpiod_take,
	.release = pi_ring_gpiod_release,
};

int pi_ring_gpiod_let_go(struct pi_ring_pins *pins)
{
	int err = pi_ring_gpiod_release(pins);

	return err ? err : gpiod_direction_input(pins->strobe);
}

static bool pi_ring_gpiod_can_sleep(const struct pi_ring_pins *pins)
{
	int i;

	for (i = 0; i < PI_RING_DATA_LINES; i++)
		if (gpiod_cansleep(pins->data->desc[i]))
			return true;
	return gpiod_cansleep(pins->strobe) || gpiod_cansleep(pins->peer);
}

int pi_ring_gpiod_claim(struct device *dev, enum pr_role role, struct pi_ring_pins *pins)
{
	bool downstream = role == PR_DOWNSTREAM;

	pins->data = devm_gpiod_get_array(dev, "data", GPIOD_IN);
	if (IS_ERR(pins->data))
		return dev_err_probe(dev, PTR_ERR(pins->data), "cannot claim data-gpios\n");
	if (pins->data->ndescs != PI_RING_DATA_LINES)
		return dev_err_probe(dev, -EINVAL, "data-gpios has %u lines, not %d\n",
				     pins->data->ndescs, PI_RING_DATA_LINES);
	pins->peer = devm_gpiod_get(dev, downstream ? "ack" : "clk", GPIOD_IN);
	if (IS_ERR(pins->peer))
		return dev_err_probe(dev, PTR_ERR(pins->peer), "cannot claim %s-gpios\n",
				     downstream ? "ack" : "clk");
	pins->strobe = devm_gpiod_get(dev, downstream ? "clk" : "ack", GPIOD_OUT_LOW);
	if (IS_ERR(pins->strobe))
		return dev_err_probe(dev, PTR_ERR(pins->strobe), "cannot claim %s-gpios\n",
				     downstream ? "clk" : "ack");
	if (pi_ring_gpiod_can_sleep(pins))
		return dev_err_probe(dev, -EINVAL, "a line's controller is behind a slow bus\n");
	pins->lines = pi_ring_gpiod_lines;
	pins->lines_ctx = pins;
	pins->access = "gpiod";
	return 0;
}
