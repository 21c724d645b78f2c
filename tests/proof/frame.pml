/* SPDX-License-Identifier: MIT */
/*
 * The streams of kmod/proto/PROTOCOL.md: what a reader sees is a prefix of what was
 * written, and a stream whose other end is gone is reported broken once, before
 * anything of another stream is seen.
 *
 * The handshake is reduced to the four things it can do to a frame: it arrives and
 * the sender knows; it arrives and the sender does not know (repeats, or gives up);
 * it does not arrive and the sender knows; it does not arrive and the sender takes
 * the falling strobe of a listener that gave up for an acceptance. Between frames
 * the lines may turn, and either side may lose the link, wait too long, or restart,
 * without limit. Numbers are counted modulo 4, and modulo 256 in the code, so here a
 * sender is misled twice in a row at most; in the code each time costs the listener
 * its patience, and after eight times its stream has ended.
 *
 *	NO_NUMBERS	a mistake: a frame received before is accepted again.
 *	NO_EPOCH	a mistake: HELLO never asks for a new epoch.
 */
#define EPOCHS	4	/* enough for one that neither side is in, nor proposed */
#define other	(1 - x)

byte epoch[2];		/* 0: none */
byte proposal;
bit joined[2];
bit lost[2];
bit owes_hello;
bit awaits_welcome;
bit owes_welcome;
byte tx[2];		/* sequence of the current frame */
byte rx[2];		/* sequence expected */
bit rewound[2];

/* The two buffers: which frame of the stream each holds. */
#define MODULO	4
#define EMPTY	MODULO
byte even[2];
byte odd[2];
#define content(x)	((tx[x] & 1) -> odd[x] : even[x])

/* The truth, which neither side knows. */
byte written[2];	/* frames taken from the writer, in this stream */
byte misled[2];		/* times in a row that DATA which did not arrive was taken for accepted */
byte delivered[2];	/* frames given to the reader, in this stream */
bit stale[2];		/* this side's stream has lost its other end */
bit holder;

inline fill(x, value)
{
	if
	:: tx[x] & 1 -> odd[x] = value
	:: else -> even[x] = value
	fi
}

inline break_stream(x)
{
	epoch[x] = 0; misled[x] = 0; rewound[x] = 0; even[x] = EMPTY; odd[x] = EMPTY;
	if
	:: joined[x] -> joined[x] = 0; stale[x] = 0; if :: joined[other] -> stale[other] = 1 :: else fi
	:: else
	fi
}

inline adopt(x, number)
{
	break_stream(x);
	epoch[x] = number; tx[x] = 0; rx[x] = 0; written[x] = 0; delivered[x] = 0
}

inline find(x)
{
	lost[x] = 0;
	joined[x] = 1
}

inline advance(x)
{
	tx[x] = (tx[x] + 1) % MODULO;
	if
	:: !rewound[x] -> fill(x, EMPTY)
	:: else
	fi;
	rewound[x] = 0
}

inline align(x, expected)
{
	if
	:: ((tx[x] + MODULO - expected) % MODULO) == 1 ->
		tx[x] = expected; rewound[x] = 1; misled[x] = 0
	:: ((tx[x] + MODULO - expected) % MODULO) == MODULO - 1 -> advance(x)
	:: tx[x] == expected
	:: else -> break_stream(x)
	fi
}

inline lose(x)
{
	lost[x] = 1;
	if
	:: x == 0 -> owes_hello = 0; awaits_welcome = 0
	:: else -> owes_welcome = 0
	fi
}

inline hear_hello()
{
	ok = 1;
	if
	:: epoch[1] && epoch[1] == epoch[0] -> align(1, rx[0])
	:: else
	fi;
	if
	:: epoch[1] && epoch[1] == epoch[0]
#ifdef NO_EPOCH
	:: epoch[1] != epoch[0] && epoch[1] -> epoch[0] = epoch[1]
	:: !epoch[1] && epoch[1] != epoch[0] -> epoch[1] = epoch[0]
	:: !epoch[1] && !epoch[0] -> adopt(1, proposal)
#else
	:: (!epoch[1] || epoch[1] != epoch[0]) && (epoch[1] != proposal || joined[1]) ->
		adopt(1, proposal)
	:: (!epoch[1] || epoch[1] != epoch[0]) && epoch[1] == proposal && !joined[1]
#endif
	fi;
	owes_welcome = 1
}

inline hear_welcome()
{
	ok = 1;
	if
	:: epoch[1] == proposal && awaits_welcome && epoch[1] != epoch[0] -> adopt(0, proposal)
	:: else ->
		if
		:: epoch[1] == epoch[0] && epoch[0] ->
			align(0, rx[1]);
			ok = epoch[0] != 0
		:: else -> ok = 0
		fi
	fi;
	if
	:: ok -> awaits_welcome = 0; find(0)
	:: else
	fi
}

/* x receives the frame in its peer's current buffer. */
inline hear_data(x)
{
	ok = epoch[x] && epoch[x] == epoch[other] && !(x == 0 && awaits_welcome);
	if
	:: ok ->
		if
		:: x == 1 -> owes_welcome = 0
		:: else
		fi;
		find(x);
		if
#ifdef NO_NUMBERS
		:: true ->
#else
		:: tx[other] == rx[x] ->
#endif
			misled[other] = 0;
			assert(!stale[x]);
			assert(content(other) == delivered[x]);
			delivered[x] = (delivered[x] + 1) % MODULO;
			rx[x] = (rx[x] + 1) % MODULO
		:: ((rx[x] + MODULO - tx[other]) % MODULO) == 1	/* received before */
		:: ((rx[x] + MODULO - tx[other]) % MODULO) == MODULO - 1 -> ok = 0
		:: else -> break_stream(x); ok = 0
		fi
	:: else
	fi
}

inline said_welcome()
{
	owes_welcome = 0;
	find(1)
}

/* One frame from the holder, x being the listener. */
inline frame(x)
{
	if
	:: other == 0 && owes_hello -> kind = 1
	:: other == 1 && owes_welcome -> kind = 2
	:: !(other == 0 && (owes_hello || awaits_welcome)) && !(other == 1 && owes_welcome) &&
	   joined[other] && !lost[other] -> kind = 3
	:: else -> kind = 0
	fi;
	if
	:: kind == 3 && content(other) == EMPTY ->
		fill(other, written[other]);
		written[other] = (written[other] + 1) % MODULO
	:: else
	fi;
	ok = 0;
	if
	:: kind == 1 -> hear_hello()
	:: kind == 2 -> hear_welcome()
	:: kind == 3 -> hear_data(x)
	:: kind != 3	/* damaged, or an empty frame; DATA is below */
	:: kind == 3
	fi;
	/* Does the sender take it for accepted? */
	if
	:: true -> consent = ok
	:: true -> consent = 0
	:: (kind == 1 || kind == 2) && !ok -> consent = 1; lose(x)
	:: kind == 3 && !ok && misled[other] < 2 -> misled[other]++; consent = 1; lose(x)
	fi;
	if
	:: consent && kind == 1 && owes_hello -> owes_hello = 0; awaits_welcome = 1
	:: consent && kind == 2 && owes_welcome -> said_welcome()
	:: consent && kind == 3 && joined[other] -> advance(other)
	:: else
	fi;
	kind = 0; ok = 0; consent = 0
}

inline recover()
{
	lose(0);
	lose(1);
	if
	:: epoch[0] != 1 && epoch[1] != 1 -> proposal = 1
	:: epoch[0] != 2 && epoch[1] != 2 -> proposal = 2
	:: epoch[0] != 3 && epoch[1] != 3 -> proposal = 3
	:: epoch[0] != EPOCHS && epoch[1] != EPOCHS -> proposal = EPOCHS
	fi;
	owes_hello = 1;
	holder = 0
}

inline restart(x)
{
	lose(x);
	epoch[x] = 0; misled[x] = 0; joined[x] = 0; stale[x] = 0; rewound[x] = 0;
	even[x] = EMPTY; odd[x] = EMPTY;
	tx[x] = 0; rx[x] = 0; written[x] = 0; delivered[x] = 0;
	if :: joined[other] -> stale[other] = 1 :: else fi
}

init
{
	byte kind;
	bit ok;
	bit consent;

	atomic {
		even[0] = EMPTY; odd[0] = EMPTY; even[1] = EMPTY; odd[1] = EMPTY;
		lose(0); lose(1)
	}
	do
	:: atomic { holder == 0 -> frame(1) }
	:: atomic { holder == 1 -> frame(0) }
	:: atomic { holder = 1 - holder }
	:: atomic { recover() }
	:: atomic { lose(1) }
	:: atomic { lost[0] && epoch[0] -> break_stream(0) }
	:: atomic { lost[1] && epoch[1] -> break_stream(1) }
	:: atomic { restart(0); recover() }
	:: atomic { restart(1) }
	od
}
