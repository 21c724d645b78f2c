"""Draws the piece: 24 rows of 80 columns. A row is a list of (text, style), and a style
is one of STYLES."""

import textwrap

from show.piece import RANKS

ROWS = 24
COLUMNS = 80
STYLES = ("plain", "faint", "strong", "good", "late", "bad")

TEXT_COLUMNS = 48
TEXT_ROWS = 11
NARRATION = 4
MARGIN = 2
BOX = 10
CABLE = 11
CORNER = 3  # columns from the edge of a box to the cable below it
# (what it is called, its name in the guest, its style when it is not 0)
COUNTERS = [
    ("frames carried", "frames", "plain"),
    ("bits flipped", "flips", "late"),
    ("frames damaged", "damaged", "late"),
    ("frames sent again", "repeats", "good"),
    ("streams broken", "breaks", "late"),
    ("outputs that fought", "fights", "bad"),
]


def draw(piece):
    rows = [title(piece), [], *ring(piece), []]
    rows += beside(text_rows(piece), counter_rows(piece))
    rows += [[], *narration(piece)]
    return (rows + [[]] * ROWS)[:ROWS]


def title(piece):
    name, about = "pi-ring", "four Pis in one kernel, on simulated wires"
    clock = f"{int(piece.now) // 60}:{int(piece.now) % 60:02d}"
    gap = COLUMNS - 2 * MARGIN - len(name) - 2 - len(about) - len(clock)
    return [pad(), (name, "strong"), ("  " + about + " " * gap + clock, "faint")]


def pad(columns=MARGIN):
    return (" " * columns, "plain")


def ring(piece):
    """Boxes of ranks, and cables between them; the last one leads back below."""
    top, middle, bottom = [pad()], [pad()], [pad()]
    for rank in range(RANKS):
        style = "bad" if rank in piece.dead else "strong" if rank == RANKS - 1 else "plain"
        top.append(("┌" + "─" * (BOX - 2) + "┐", style))
        middle.append(("│" + name_of(rank, piece).center(BOX - 2) + "│", style))
        corner = {0: "└──┬─────┘", RANKS - 1: "└─────┬──┘"}.get(rank, "└────────┘")
        bottom.append((corner, style))
        if rank < RANKS - 1:
            look, style = cable(rank, CABLE, piece)
            top.append((frames_of(rank, piece).center(CABLE), "faint"))
            middle.append((look, style))
            bottom.append(pad(CABLE))
    return [top, middle, bottom, last_cable(piece)]


def last_cable(piece):
    """From the head back to rank 0."""
    frames = frames_of(RANKS - 1, piece)
    look, style = cable(RANKS - 1, RANKS * BOX + (RANKS - 1) * CABLE - 2 * CORNER - 2, piece)
    left = (len(look) - len(frames)) // 2 - 1
    right = left + len(frames) + 2
    return [pad(MARGIN + CORNER), ("╰" + look[:left], style), (f" {frames} ", "faint"), (look[right:] + "╯", style)]


def name_of(rank, piece):
    if rank in piece.dead:
        return "killed"
    return "head" if rank == RANKS - 1 else f"rank {rank}"


def frames_of(link, piece):
    return f"{piece.frames[link]:,}"


def cable(link, columns, piece):
    """How a cable looks: whole, with noise, or pulled."""
    if link in piece.cut:
        half = (columns - 3) // 2
        return "═" * half + " " * (columns - 2 * half) + "═" * half, "bad"
    if piece.error_ppm >= 1000:
        return ("═≈≈" * columns)[:columns], "late"
    if piece.error_ppm:
        return ("══≈══" * columns)[:columns], "late"
    return "═" * columns, "good"


def text_rows(piece):
    """The end of the text, with the places marked where something broke."""
    rows, place = [], 0
    for line in textwrap.wrap(piece.text, TEXT_COLUMNS):
        rows.append(styled_line(line, place, piece.marks))
        place += len(line) + 1
    return rows[-TEXT_ROWS:]


def styled_line(line, place, marks):
    runs = []
    begin = 0
    for mark in sorted(marks):
        at = mark - place - 1
        if begin <= at < len(line):
            runs += [(line[begin:at], "plain"), (line[at], "bad")]
            begin = at + 1
    return runs + [(line[begin:], "plain")]


def counted(piece):
    """For each counter what it is called, its number, and its style."""
    numbers = {**piece.counters, "frames": sum(piece.frames)}
    for title, name, style in COUNTERS:
        number = numbers.get(name, 0)
        yield title, number, style if number else "plain"


def counter_rows(piece):
    return [[(f"{title:<19}", "faint"), (f"{number:>9,}", style)] for title, number, style in counted(piece)]


def beside(left, right):
    """Rows of text with rows of counters to their right."""
    rows = []
    for index in range(TEXT_ROWS):
        row = [pad(), *(left[index] if index < len(left) else [])]
        if index < len(right):
            row += [pad(MARGIN + TEXT_COLUMNS + 2 - width(row)), *right[index]]
        rows.append(row)
    return rows


def width(row):
    return sum(len(text) for text, _ in row)


def narration(piece):
    rows = []
    last = piece.narration[-NARRATION:]
    for index, (_, words) in enumerate(last):
        newest = index == len(last) - 1
        rows.append([("▸ " if newest else "  ", "good"), (words, style_of_newest(piece) if newest else "faint")])
    return rows


def style_of_newest(piece):
    if piece.same:
        return "good"
    return "bad" if piece.dead or piece.cut else "strong"
