/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * The contract of /dev/pi-ring-down and /dev/pi-ring-up, and the one header
 * the driver shares with user space.
 *
 * Each device is one reliable, ordered byte stream a direction, to the Pi that
 * the bank leads to. Nothing written is lost, doubled, reordered or altered:
 * what a reader gets is a prefix of what the peer's writer wrote.
 *
 * open()	EBUSY while another holds the device open. A stream that broke
 *		before is forgotten; bytes of one that did not are still there.
 * write()	takes what fits and waits for room (O_NONBLOCK: EAGAIN). Bytes
 *		written while no peer answers are kept for it. EPIPE, once, when
 *		the stream has broken since: bytes written before may not have
 *		arrived, and the next write begins a fresh stream. A write of
 *		which a part was taken returns that, and the next one EPIPE.
 * read()	gives what is there, at least one byte, waiting for it
 *		(O_NONBLOCK: EAGAIN). There is no end of file. ECONNRESET, once,
 *		when the stream has broken: the next read is of a fresh stream.
 * fsync()	returns when the peer's driver has every byte written; EPIPE,
 *		once, if the stream broke first.
 * poll()	EPOLLIN where read() would not wait, EPOLLOUT where write() would not:
 *		so for a broken stream too, each until it has been told.
 * close()	ends nothing: bytes still to be sent are sent.
 *
 * A stream breaks when either side's driver starts anew, or the peer is lost for
 * more than two seconds. ENODEV: the device is gone, close it. A signal ends a
 * wait as it does on a pipe.
 */
#ifndef _UAPI_PI_RING_H
#define _UAPI_PI_RING_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* struct pi_ring_state.flags */
#define PI_RING_JOINED		0x1		/* the peer answers, bytes can move */
#define PI_RING_UPSTREAM	0x2		/* this bank leads to the previous Pi */

/* What poll() cannot say; all other figures are in sysfs. */
struct pi_ring_state {
	__u32 flags;		/* PI_RING_*; those not listed are 0 */
	__u32 epoch;		/* of the stream; it differs after each break */
	__u32 unread;		/* bytes read() would give now */
	__u32 unsent;		/* bytes written that the driver still keeps */
};

#define PI_RING_GET_STATE	_IOR('~', 0x50, struct pi_ring_state)

/*
 * Break the stream: bytes unread and unsent are dropped at both ends, the peer's
 * user gets EPIPE and ECONNRESET, the caller a fresh stream and no error. For a
 * program that starts where another was killed in the middle of a message.
 */
#define PI_RING_RESTART		_IO('~', 0x51)

#endif
