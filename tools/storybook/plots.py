"""Reads plots from their text files.

A plot begins with "plot: NAME". Lines "slot: one; another" say what a slot may
be; "hero", "friend", "day", "end" and "intro" are known to story.py. A beat
begins with "*", other ways to tell it with "/". One that begins with "=" is told
in the same way as the one before, so that an answer fits its question."""

from pathlib import Path

FOLDER = Path(__file__).parent / "plots"


class Plot:
    def __init__(self, name):
        self.name = name
        self.slots = {}
        self.beats = []
        self.linked = []  # by beat: whether it goes with the one before

    def add_beat(self, way, linked):
        self.beats.append([way])
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
            raise ValueError(f"line {number} is no part of a plot: {line}")
    return plots


def read_all():
    plots = []
    for file in sorted(FOLDER.glob("*.txt")):
        plots += read(file.read_text())
    return plots
