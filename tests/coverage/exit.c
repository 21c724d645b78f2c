// What a build with PI_RING_COVERAGE calls in place of _exit. Ranks, and
// children that tests fork, end by _exit, which writes no counters.
#include <gcov.h>

void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

void __wrap__exit(int status) {
  __gcov_dump();
  __real__exit(status);
}
