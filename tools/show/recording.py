"""Keeps the screens of a run with their times, and writes them as one SVG that moves.

Each row of the screen is a strip with one line for each version of the row, and a CSS
animation moves the strip so that the right version is in view. A reader that does not
animate, or a person who asked for less motion, sees the last screen."""

import html

from show.screen import COLUMNS, ROWS

CELL = 8.43  # the width of a character of 14 pixels
LINE = 17.0
BASE = 13.0  # from the top of a line to the foot of its letters
STEP = 25.0  # between versions of a row; in some fonts a box is taller than its line
PAD = 14.0
GAP_S = 0.6  # the longest time without a change: a busy machine may stop the guest for seconds
FINAL_S = 8.0  # the last screen stays this long before the piece begins again

STYLE = """
svg{--page:#fff;--edge:#d0d7de;--plain:#1f2328;--faint:#656d76;--good:#1a7f37;--late:#9a6700;--bad:#cf222e}
@media (prefers-color-scheme:dark){svg{--page:#0d1117;--edge:#30363d;--plain:#e6edf3;--faint:#8b949e;--good:#3fb950;--late:#d29922;--bad:#ff7b72}}
.page{fill:var(--page);stroke:var(--edge)}
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:var(--plain);white-space:pre}
.f{fill:var(--faint)}.s{font-weight:bold}.g{fill:var(--good)}.l{fill:var(--late)}.b{fill:var(--bad);font-weight:bold}
.r{animation:step-end infinite}
@media (prefers-reduced-motion:reduce){.r{animation:none!important}}
"""


class Recording:
    def __init__(self):
        self.strips = [[] for _ in range(ROWS)]  # for each row: (seconds, row), when it changed
        self.ends = 0.0  # seconds, without what is longer than a gap
        self.last = 0.0

    def keep(self, rows, now):
        changed = [(strip, row) for strip, row in zip(self.strips, rows) if not strip or strip[-1][1] != row]
        if changed:
            self.ends += min(now - self.last, GAP_S)
            self.last = now
        for strip, row in changed:
            strip.append((self.ends, row))

    def svg(self, title, about):
        lasts = self.ends + FINAL_S
        width, height = COLUMNS * CELL + 2 * PAD, ROWS * LINE + 2 * PAD
        frames, rows = [], []
        for number, strip in enumerate(self.strips):
            frames.append(keyframes(number, strip, lasts))
            rows.append(drawn_strip(number, strip, lasts))
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="title about">',
            f'<title id="title">{html.escape(title)}</title>',
            f'<desc id="about">{html.escape(about)}</desc>',
            f"<style>{STYLE}{''.join(frames)}</style>",
            f'<rect class="page" x=".5" y=".5" width="{width - 1:.0f}" height="{height - 1:.0f}" rx="8"/>',
            *rows, "</svg>", ""])


def keyframes(number, strip, lasts):
    """CSS that brings each version of a row into view at its time."""
    if len(strip) < 2:
        return ""
    steps = "".join(
        f"{percent(seconds if index else 0.0, lasts)}{{transform:translateY({-index * STEP:g}px)}}"
        for index, (seconds, _) in enumerate(strip))
    return f"@keyframes r{number}{{{steps}}}"


def percent(seconds, lasts):
    return f"{100 * seconds / lasts:.3f}".rstrip("0").rstrip(".") + "%"


def drawn_strip(number, strip, lasts):
    """A row's window, and in it the strip of its versions, at rest at the last one."""
    drawn = "".join(drawn_row(row, index) for index, (_, row) in enumerate(strip))
    if not drawn:
        return ""
    window = f'<svg x="{PAD:g}" y="{PAD + number * LINE:g}" width="{COLUMNS * CELL:.0f}" height="{LINE:g}">'
    rest = f'style="transform:translateY({-(len(strip) - 1) * STEP:g}px);animation-name:r{number};animation-duration:{lasts:.2f}s"'
    return f'{window}<g class="r" {rest}>{drawn}</g></svg>'


def drawn_row(row, index):
    """One line of text; the lengths keep the columns straight in every font."""
    runs, column = [], 0
    for text, style in row:
        if text.strip():
            left = len(text) - len(text.lstrip())
            body = html.escape(text.strip(), quote=False)
            shape = "" if style == "plain" else f' class="{style[0]}"'
            runs.append(f'<tspan x="{(column + left) * CELL:.4g}" textLength="{len(text.strip()) * CELL:.4g}"{shape}>{body}</tspan>')
        column += len(text)
    return f'<text y="{index * STEP + BASE:g}">{"".join(runs)}</text>' if runs else ""
