# Compiles for a 64-bit Pi on another machine: Debian's cross-compiler, and Debian's own arm64
# packages in a folder that is PI_RING_SYSROOT. `tools/build arm64` does both.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

# CMake reads this file again for each of its own trials, and knows only these variables there.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PI_RING_SYSROOT)
if(NOT PI_RING_SYSROOT)
  message(FATAL_ERROR "PI_RING_SYSROOT names no folder: tools/cross/sysroot makes and prints one")
endif()
set(CMAKE_SYSROOT ${PI_RING_SYSROOT})

# What is linked is the Pi's, what runs meanwhile is this machine's.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
