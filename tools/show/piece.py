"""What has happened in the piece so far, from the lines that the guest prints."""

import base64
import codecs
import dataclasses

RANKS = 4
COUNTERS_S = 0.5  # numbers that change more often cannot be read


@dataclasses.dataclass
class Piece:
    now: float = 0.0
    text: str = ""
    marks: list = dataclasses.field(default_factory=list)  # places in the text where something broke
    narration: list = dataclasses.field(default_factory=list)  # (seconds, kind, words)
    frames: list = dataclasses.field(default_factory=lambda: [0] * RANKS)
    counters: dict = dataclasses.field(default_factory=dict)
    latest: str = ""  # what the guest counted last; frames and counters may be a little older
    counted_at: float = -COUNTERS_S
    error_ppm: int = 0
    dead: set = dataclasses.field(default_factory=set)
    cut: set = dataclasses.field(default_factory=set)
    killed_at: int | None = None
    same: bool = False
    decoder: object = dataclasses.field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")())
    verdict: str | None = None

    def read(self, line, now):
        """Takes a line of the guest's console; says whether anything changed."""
        self.now = now
        head, _, rest = line.partition(" ")
        if head == "LAB-RESULT":
            self.verdict = rest
            return True
        if head != "SHOW":
            return False
        what, _, rest = rest.partition(" ")
        getattr(self, "read_" + what)(rest)
        return True

    def passed(self):
        return self.same and (self.verdict or "").startswith("pass ")

    def read_say(self, words):
        self.narration.append((self.now, words))

    def read_text(self, encoded):
        self.text += self.decoder.decode(base64.b64decode(encoded))

    def read_counters(self, pairs):
        self.latest = pairs
        if self.now - self.counted_at >= COUNTERS_S:
            self.count()

    def count(self):
        self.counted_at = self.now
        counters = dict(pair.split("=") for pair in self.latest.split())
        self.frames = [int(number) for number in counters.pop("frames").split(",")]
        self.counters = {name: int(number) for name, number in counters.items()}

    def read_errors(self, ppm):
        self.error_ppm = int(ppm)

    def read_rank(self, words):
        rank, what, place = words.split()
        if what == "killed":
            self.dead.add(int(rank))
            self.killed_at = int(place)
            self.marks.append(int(place))
        else:
            self.dead.discard(int(rank))

    def read_cable(self, words):
        link, what = words.split()
        if what == "open":
            self.cut.add(int(link))
            self.marks.append(len(self.text))
        else:
            self.cut.discard(int(link))

    def read_same(self, _):
        self.count()
        self.same = True
