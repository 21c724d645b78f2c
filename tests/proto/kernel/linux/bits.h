// The part of the kernel's header that kmod/pins/registers.c uses.
#pragma once

#define BIT(number) (1U << (number))
