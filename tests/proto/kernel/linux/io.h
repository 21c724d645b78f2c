// The part of the kernel's header that kmod/pins/registers.c uses: accesses go
// to a simulated register file.
#pragma once

#include "kmod/proto/platform.h"

#define __iomem

u32 readl_relaxed(const void* address);
void writel_relaxed(u32 value, void* address);
