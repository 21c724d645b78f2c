/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The wires of one link whose ends are in two kernels: a file that both map, and that a
 * program on their host reads too. All numbers are the host's.
 */
#ifndef PI_RING_SIM_SHARED_H
#define PI_RING_SIM_SHARED_H

#include <linux/types.h>

#define SIM_SHARED_MAGIC	0x70697731u
#define SIM_SHARED_WIRES	10	/* D0-D7, CLK, ACK */

/*
 * An end's word, for wire n. A word of 0 is an end without power, which drives nothing
 * and pulls nothing; with power, a line that is not pulled up is pulled down.
 */
#define SIM_SHARED_HIGH(n)	(1u << (n))
#define SIM_SHARED_OUTPUT(n)	(1u << (10 + (n)))
#define SIM_SHARED_PULL_UP(n)	(1u << (20 + (n)))
#define SIM_SHARED_POWER	0x80000000u
#define SIM_SHARED_OUTPUTS	(0x3ffu << 10)

enum sim_shared_writer { SIM_SHARED_DOWNSTREAM, SIM_SHARED_UPSTREAM, SIM_SHARED_HOST };

struct sim_shared {
	__u32 end[2];		/* each kernel writes its own; one aligned read has both */
	__u32 magic;
	__u32 fights[3];	/* seen by each sim_shared_writer */

	/* Faults, which the host alone writes. It counts changes up after each. */
	__u32 changes;
	__u32 open;		/* one bit a wire */
	__u32 delay_ns;
	__u32 skew_ns;
	__u32 bit_error_ppm;
	__u32 lose_masked;
};

#endif
