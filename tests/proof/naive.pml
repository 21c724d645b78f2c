/* SPDX-License-Identifier: MIT */
/*
 * A mistake that the checker must find: to ask, a listener raises its strobe and takes
 * any change of the holder's strobe for consent. A byte that begins at that moment
 * changes the strobe too, and then both drive the lines.
 */
bit strobe[2];
bit drives[2];

#define peer	(1 - me)

proctype Side(bit me)
{
	bit seen;

	if
	:: me == 0 -> goto hold
	:: else -> goto listen
	fi;
hold:
	drives[me] = 1;
	assert(!(drives[0] && drives[1]));
	do
	:: strobe[peer] == 1 ->	/* asked: release the lines, and show it by a change */
		drives[me] = 0;
		strobe[me] = 1 - strobe[me];
		strobe[peer] == 0;
		strobe[me] = 0;
		goto listen
	:: strobe[peer] == 0 ->	/* a byte */
		strobe[me] = 1;
		strobe[peer] == 1;
		strobe[me] = 0;
		strobe[peer] == 0
	od;
listen:
	do
	:: strobe[peer] == 1 ->
		strobe[me] = 1;
		strobe[peer] == 0;
		strobe[me] = 0
	:: strobe[peer] == 0 ->
		seen = strobe[peer];
		strobe[me] = 1;
		strobe[peer] != seen;
		strobe[me] = 0;
		goto hold
	od
}

init
{
	atomic { run Side(0); run Side(1) }
}
