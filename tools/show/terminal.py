"""Shows the piece on a terminal, row by row, or as plain lines where there is none."""

import sys
import textwrap

from show.screen import counted

CODES = {"plain": "0", "faint": "0;2", "strong": "0;1", "good": "0;32", "late": "0;33", "bad": "0;1;31"}
ASCII = str.maketrans("┌┐└┘─│┬╰╯═≈▸", "++++-|++'=~>")


class Terminal:
    """The alternate screen, which is gone after close() as if nothing had been there."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.is_unicode = (out.encoding or "").lower().startswith("utf")
        self.rows = []
        self.out.write("\x1b[?1049h\x1b[?25l\x1b[2J")

    def show(self, rows, _):
        for number, row in enumerate(rows):
            if number >= len(self.rows) or row != self.rows[number]:
                self.out.write(f"\x1b[{number + 1};1H\x1b[0m\x1b[K{self.coded(row)}")
        self.rows = rows
        self.out.flush()

    def coded(self, row):
        text = "".join(f"\x1b[{CODES[style]}m{text}" for text, style in row)
        return text if self.is_unicode else text.translate(ASCII)

    def close(self, _):
        """Leaves the last screen below what stood there before."""
        self.out.write("\x1b[?25h\x1b[?1049l")
        for row in self.rows:
            self.out.write(self.coded(row) + "\x1b[0m\n")
        self.out.flush()


class Lines:
    """What is said, as it is said, and the text at its end."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.said = 0

    def show(self, _, piece):
        for seconds, words in piece.narration[self.said:]:
            self.out.write(f"{seconds:6.1f} s  {words}\n")
        self.said = len(piece.narration)
        self.out.flush()

    def close(self, piece):
        self.out.write(f"\n{textwrap.fill(piece.text, 80)}\n\n")
        for name, number, _ in counted(piece):
            self.out.write(f"{name:<20}{number:>8,}\n")
        self.out.flush()
