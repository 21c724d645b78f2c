"""Plays the piece of tools/lab --show, which calls this with what it has built."""

import argparse
import pathlib
import signal
import sys
import time

from show.guest import Guest
from show.piece import Piece
from show.recording import Recording
from show.screen import draw
from show.terminal import Lines, Terminal

TITLE = "A ring of four writes a story while things break"
ABOUT = ("A recording of tools/lab --show: four Pis in one kernel, joined by simulated wires. Bits flip on the wires, a rank "
         "is killed in the middle of a sentence and started again, a cable is pulled and put back. Counters show frames, "
         "damage and repeats; in the end the text is byte for byte that of shared memory.")


def play(guest, piece, screen, recording):
    begun = None
    for line in guest.lines():
        begun = begun or (time.monotonic() if line.startswith("SHOW") else None)
        if not piece.read(line, time.monotonic() - (begun or time.monotonic())):
            continue
        rows = draw(piece)
        screen.show(rows, piece)
        if recording:
            recording.keep(rows, piece.now)


def stop(*_):
    raise KeyboardInterrupt


def parse():
    parser = argparse.ArgumentParser(prog="show", description=__doc__)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--guest", required=True)
    parser.add_argument("--scratch", required=True, help="folder for the kernel's own files")
    parser.add_argument("--console", required=True, help="file for the kernel's console")
    parser.add_argument("--record", type=pathlib.Path, help="SVG to write")
    parser.add_argument("parameters", nargs="*", help="for the kernel's command line")
    return parser.parse_args()


def main():
    arguments = parse()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    piece, recording = Piece(), Recording() if arguments.record else None
    guest = Guest(arguments.kernel, arguments.guest, arguments.scratch, arguments.console, arguments.parameters)
    screen = Terminal() if sys.stdout.isatty() else Lines()
    try:
        play(guest, piece, screen, recording)
    except KeyboardInterrupt:
        return 130
    finally:
        guest.end()
        screen.close(piece)
    if not piece.passed():
        print(f"pi-ring: the piece failed: {piece.verdict}; the kernel's console is in {arguments.console}", file=sys.stderr)
        return 1
    if recording:
        arguments.record.write_text(recording.svg(TITLE, ABOUT))
    return 0


sys.exit(main())
