"""Makes a whole story: an opening, the beats of a plot, and an ending."""

import random

from . import cast, openings, plots
from .grammar import Expander

LONGEST = 180  # words, so that a story fits into the 256 tokens of the demo model
KNOWN = ("hero", "friend", "day", "end", "intro")

# Heroes that only a few plots have.
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
        # Some stories are about children, the others about animals.
        kinds = ["child"] if random_.random() < 0.3 else None
    hero = cast.draw(random_, kinds)
    if hero.kind in SPECIAL:
        hero.look, hero.home = SPECIAL[hero.kind]
    return hero


def draw_friend(random_, plot, hero):
    return cast.draw(random_, kinds_of(plot, "friend"), not_like=hero)


def slots_of(random_, plot):
    """Returns a value for each slot of the templates."""
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
    expander = Expander(random_, slots)
    return {name: expander.choose(value) for name, value in slots.items()}


def beats_of(random_, plot):
    variant = 0
    for beat, linked in zip(plot.beats, plot.linked):
        if not linked:
            variant = random_.randrange(len(beat))
        yield beat[variant]


def parts_of(random_, plot, is_child):
    yield random_.choice(openings.OF_CHILDREN if is_child else openings.OPENINGS)
    intro = plot.option("intro", "habit")
    if intro == "friend":
        yield random_.choice(openings.FRIENDS)
    elif intro == "habit" and random_.random() < 0.5:
        yield random_.choice(openings.HABITS)
    yield from beats_of(random_, plot)
    ending = plot.option("end", "none")
    if ending == "together":
        yield random_.choice(openings.ENDINGS_TOGETHER)
    elif ending == "alone":
        yield random_.choice(openings.ENDINGS_ALONE)


class StoryWriter:
    """Writes one story after the other. The same seed gives the same stories."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.plots = plots.read_all()

    def write(self):
        plot = self.random.choice(self.plots)
        while True:  # until a story is short enough
            slots = slots_of(self.random, plot)
            parts = parts_of(self.random, plot, slots["kind"] in ("girl", "boy"))
            story = " ".join(filter(None, map(Expander(self.random, slots).expand, parts)))
            if len(story.split()) <= LONGEST:
                return story
