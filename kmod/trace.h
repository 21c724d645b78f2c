/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: the events of a link. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM pi_ring

#if !defined(PI_RING_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define PI_RING_TRACE_H

#include <linux/tracepoint.h>

#include "bank.h"

DECLARE_EVENT_CLASS(pi_ring_value,
	TP_PROTO(struct pi_ring_bank *bank, u32 value),
	TP_ARGS(bank, value),
	TP_STRUCT__entry(
		__array(char, name, sizeof_field(struct pi_ring_bank, name))
		__field(u32, value)
	),
	TP_fast_assign(
		memcpy(__entry->name, bank->name, sizeof(bank->name));
		__entry->value = value;
	),
	TP_printk("%s %u", __entry->name, __entry->value)
);

/* value: the stream's epoch */
DEFINE_EVENT(pi_ring_value, pi_ring_joined,
	TP_PROTO(struct pi_ring_bank *bank, u32 value),
	TP_ARGS(bank, value)
);

/* value: the offer that the peer accepted, see proto/codes.h */
DEFINE_EVENT(pi_ring_value, pi_ring_retry,
	TP_PROTO(struct pi_ring_bank *bank, u32 value),
	TP_ARGS(bank, value)
);

/* value: 1 if this end took the data lines, 0 if the peer did */
DEFINE_EVENT(pi_ring_value, pi_ring_turnaround,
	TP_PROTO(struct pi_ring_bank *bank, u32 value),
	TP_ARGS(bank, value)
);

TRACE_EVENT(pi_ring_broken,
	TP_PROTO(struct pi_ring_bank *bank),
	TP_ARGS(bank),
	TP_STRUCT__entry(
		__array(char, name, sizeof_field(struct pi_ring_bank, name))
	),
	TP_fast_assign(
		memcpy(__entry->name, bank->name, sizeof(bank->name));
	),
	TP_printk("%s", __entry->name)
);

TRACE_EVENT(pi_ring_frame,
	TP_PROTO(struct pi_ring_bank *bank, bool sent, u32 bytes),
	TP_ARGS(bank, sent, bytes),
	TP_STRUCT__entry(
		__array(char, name, sizeof_field(struct pi_ring_bank, name))
		__field(bool, sent)
		__field(u32, bytes)
	),
	TP_fast_assign(
		memcpy(__entry->name, bank->name, sizeof(bank->name));
		__entry->sent = sent;
		__entry->bytes = bytes;
	),
	TP_printk("%s %s %u bytes", __entry->name,
		  __entry->sent ? "sent" : "received", __entry->bytes)
);

TRACE_EVENT(pi_ring_timeout,
	TP_PROTO(struct pi_ring_bank *bank, u32 state, bool nonsense),
	TP_ARGS(bank, state, nonsense),
	TP_STRUCT__entry(
		__array(char, name, sizeof_field(struct pi_ring_bank, name))
		__field(u32, state)
		__field(bool, nonsense)
	),
	TP_fast_assign(
		memcpy(__entry->name, bank->name, sizeof(bank->name));
		__entry->state = state;
		__entry->nonsense = nonsense;
	),
	TP_printk("%s in state %u: %s", __entry->name, __entry->state,
		  __entry->nonsense ? "nonsense" : "no answer")
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
