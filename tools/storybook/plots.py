"""Reads plots from their text files.

A plot begins with "plot: NAME". A line "slot: one; another" gives the possible values
of a slot; story.py uses "hero", "friend", "day", "end" and "intro" itself. A part of
the plot, called a beat, begins with "*", and its variants with "/". A beat that begins
with "=" uses the variant of the same number as the beat before, so that an answer
fits its question."""

from pathlib import Path

FOLDER = Path(__file__).parent / "plots"


class Plot:
    def __init__(self, name):
        self.name = name
        self.slots = {}
        self.beats = []
        self.linked = []  # for each beat, whether it uses the variant of the one before

    def add_beat(self, variant, linked):
        self.beats.append([variant])
        self.linked.append(linked)

    def option(self, name, default):
        return self.slots.get(name, [default])[0]


def read(text):
    plots = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        mark, _, rest = line.partition(" ")
        if mark == "plot:":
            plots.append(Plot(rest))
        elif mark in "*=":
            plots[-1].add_beat(rest, linked=mark == "=")
        elif mark == "/":
            plots[-1].beats[-1].append(rest)
        elif mark.endswith(":"):
            plots[-1].slots[mark[:-1]] = [value.strip() for value in rest.split(";")]
        else:
            raise ValueError(f"line {number} is not a line of a plot: {line}")
    return plots


def read_all():
    plots = []
    for file in sorted(FOLDER.glob("*.txt")):
        plots += read(file.read_text())
    return plots
