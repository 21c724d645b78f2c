/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The protocol's few types and string calls, from the kernel or from the C library. */
#ifndef PR_PLATFORM_H
#define PR_PLATFORM_H

#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

#endif
