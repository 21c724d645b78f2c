"""A whole story: an opening, a plot's beats, an ending."""

import random

from . import cast, openings, plots
from .grammar import Teller

LONGEST = 180  # words, so that a story fits into 256 tokens of the demo model's
KNOWN = ("hero", "friend", "day", "end", "intro")

# Heroes that only their own plots know.
SPECIAL = {
    "robot": ("[little|small tin|shiny]", "[in a workshop|in a house with many stairs]"),
    "dragon": ("[young|green|big, gentle]", "[in a cave on the mountain|behind the seven hills]"),
}


def kinds_of(plot, role):
    kinds = plot.slots.get(role, ["any"])
    return None if kinds == ["any"] else kinds


def draw_hero(random_, plot):
    kinds = kinds_of(plot, "hero")
    if kinds is None:
        # Children and animals, so that both kinds of tale are told.
        kinds = ["child"] if random_.random() < 0.3 else None
    hero = cast.draw(random_, kinds)
    if hero.kind in SPECIAL:
        hero.look, hero.home = SPECIAL[hero.kind]
    return hero


def draw_friend(random_, plot, hero):
    kinds = kinds_of(plot, "friend")
    if kinds is None:
        is_child = hero.kind in ("girl", "boy")
        kinds = ["child"] if is_child and random_.random() < 0.4 else None
    return cast.draw(random_, kinds, not_like=hero)


def slots_of(random_, plot):
    """Everything that the templates name, each drawn once."""
    hero = draw_hero(random_, plot)
    slots = hero.slots()
    slots["hero"] = hero.name
    slots["nature"] = random_.choice(cast.NATURES)
    if plot.option("friend", "any") != "none":
        friend = draw_friend(random_, plot, hero)
        slots |= friend.slots("f")
        slots["friend"] = friend.name
    for name, values in plot.slots.items():
        if name not in KNOWN:
            slots[name] = random_.choice(values)
    slots["day"] = openings.DAYS[plot.option("day", "any")]
    teller = Teller(random_, slots)
    return {name: teller.choose(value) for name, value in slots.items()}


def parts_of(random_, plot):
    yield random_.choice(openings.OPENINGS)
    if plot.option("intro", "habit") == "friend":
        yield random_.choice(openings.FRIENDS)
    elif random_.random() < 0.5:
        yield random_.choice(openings.HABITS)
    for beat in plot.beats:
        yield random_.choice(beat)
    ending = plot.option("end", "none")
    if ending == "together":
        yield random_.choice(openings.ENDINGS_TOGETHER)
    elif ending == "alone":
        yield random_.choice(openings.ENDINGS_ALONE)


class Storyteller:
    """Tells one story after the other; the same seed tells the same."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.plots = plots.read_all()

    def tell(self):
        plot = self.random.choice(self.plots)
        while True:  # till one is short enough
            teller = Teller(self.random, slots_of(self.random, plot))
            story = " ".join(filter(None, map(teller.tell, parts_of(self.random, plot))))
            if len(story.split()) <= LONGEST:
                return story
