/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * The contract of /dev/pi-ring-down and /dev/pi-ring-up. This is the only header that
 * the driver shares with user space.
 *
 * Each device has one reliable, ordered byte stream in each direction, to and from the
 * Pi at the other end of the bank's wires. Nothing written is lost, doubled, reordered
 * or altered: what a reader gets is a prefix of what the peer's writer wrote.
 *
 * open()	EBUSY while it is open already. A break before the open is not
 *		reported; the bytes of a stream that did not break are kept.
 * write()	takes what fits and waits for room (O_NONBLOCK: EAGAIN). Bytes
 *		written while no peer answers are kept for it. EPIPE, once, when
 *		the stream has broken since: bytes written before may not have
 *		arrived, and the next write begins a fresh stream. A write
 *		that was taken in part returns that part; the next gives EPIPE.
 * read()	returns the bytes that are there, at least one, waiting for it
 *		(O_NONBLOCK: EAGAIN). There is no end of file. ECONNRESET, once,
 *		when the stream has broken: the next read is of a fresh stream.
 * fsync()	returns when the peer's driver has every byte written; EPIPE,
 *		once, if the stream broke first.
 * poll()	EPOLLIN where read() would not wait, EPOLLOUT where write() would not;
 *		for a broken stream both, each until its call has reported it.
 * close()	bytes still to be sent are sent.
 *
 * A stream breaks when the driver of either end restarts, or when the peer is lost for
 * more than two seconds. ENODEV: the device is gone, close it. A signal ends a wait
 * as it does on a pipe.
 */
#ifndef _UAPI_PI_RING_H
#define _UAPI_PI_RING_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* struct pi_ring_state.flags */
#define PI_RING_JOINED		0x1		/* the peer answers, bytes can move */
#define PI_RING_UPSTREAM	0x2		/* this bank leads to the previous Pi */

/* The state that poll() does not show; all other figures are in sysfs. */
struct pi_ring_state {
	__u32 flags;		/* PI_RING_*; those not listed are 0 */
	__u32 epoch;		/* of the stream; it differs after each break */
	__u32 unread;		/* bytes read() would give now */
	__u32 unsent;		/* bytes written that have not left the driver */
};

/*
 * The ioctls have type '~' and the numbers from 0x50 to 0x6f. A program that calls one on
 * another driver's device should get an error, so no other driver may have the same number.
 * The kernel's table of them, Documentation/userspace-api/ioctl/ioctl-number.rst, lists
 * nothing of type '~' in Linux 6.12, and asks for blocks of 32 or more. The block is not
 * registered there, as the driver is not part of the kernel.
 */
#define PI_RING_GET_STATE	_IOR('~', 0x50, struct pi_ring_state)

/*
 * Break the stream: bytes unread and unsent are dropped at both ends, the peer's
 * user gets EPIPE and ECONNRESET, the caller a fresh stream and no error. For a
 * program that starts where another was killed in the middle of a message.
 */
#define PI_RING_RESTART		_IO('~', 0x51)

#endif
