# Changes to a kernel's source before it is built, each for a fault of that kernel.
# shellcheck shell=bash

patch_source() {
  widen_um_registers "$1"
  reset_irq_classes "$1"
}

# User Mode Linux 6.12 reserves 2696 bytes for a process's registers, and dies on its
# first process where the host's processor has more (11008 bytes with AMX). The host
# writes only as much as it has. Copies stand on the kernel's stack, hence
# KERNEL_STACK_ORDER in the configuration.
widen_um_registers() {
  sed -i 's/\(HOST_FP_SIZE, \)2696)/\112288)/' "$1/arch/x86/um/user-offsets.c"
}

# User Mode Linux keeps its interrupts in a table, and 6.12 leaves in a freed entry the
# lockdep class that a gpio chip's module gave it. When that module has been unloaded,
# the class is freed memory, and the next user of the entry reads it.
reset_irq_classes() {
  local file=$1/kernel/irq/irqdesc.c
  grep -q freed_request_class "$file" || sed -i \
    -e '/^static struct lock_class_key irq_desc_lock_class/a static struct lock_class_key freed_request_class;' \
    -e '/^static void free_desc/,/^}/{
      /raw_spin_unlock_irqrestore/a\
  lockdep_set_class(\&desc->lock, \&irq_desc_lock_class);\
  lockdep_set_class(\&desc->request_mutex, \&freed_request_class);
    }' "$file"
}
