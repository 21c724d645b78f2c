/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The types and string calls that the protocol uses, from the kernel or from the C library. */
#ifndef PR_PLATFORM_H
#define PR_PLATFORM_H

#include <linux/types.h>

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
#endif

#endif
