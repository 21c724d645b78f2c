"""Exercises in remembering names: two characters, and sentences in any order that name
one of them or both. Names are one token of 25 in stories, and a model learns late to
look back for them. A text that has thirty names teaches it sooner."""

import random

from . import cast
from .grammar import Expander

OPENINGS = [
    "Once there lived {a kind} named {hero}, and {a fkind} named {friend}.",
    "This is the story of {hero}, {a kind}, and of {friend}, {a fkind}.",
    "There was {a nature} {kind} called {hero}. One day {hero} met {a fkind} named {friend}.",
]
OF_ONE = [
    "{hero} smiled.",
    "{hero} laughed.",
    '"Yes," said {hero}.',
    '"Hello," said {hero}.',
    '"Look," said {hero}, and {he} pointed at the {thing}.',
    "{hero} ran home.",
    "{hero} was very happy.",
    "{hero} looked at the {thing}, for {he} liked it.",
    '"Oh no," whispered {hero}.',
    "Nobody was as {nature} as {hero}.",
    "{hero} had {a thing}, and {he} kept it.",
    "Then {hero} had an idea.",
    "{hero} thought for a while.",
    '"I will help you," called {hero}.',
    '"Here is your {thing}," said {hero}.',
    "So {hero} went to bed, and soon {he} slept.",
]
OF_TWO = [
    "{hero} and {friend} went home.",
    "{hero} looked at {friend}.",
    '"Where is {hero}?" asked {friend}.',
    '"Good night, {hero}," said {friend}.',
    '"Thank you, {hero}," said {friend}, and {fhe} meant it.',
    "{hero} gave the {thing} to {friend}.",
    "{hero} told {friend} everything.",
    "{hero} waited for {friend}, but {fhe} did not come.",
    '"Wait for me, {hero}!" called {friend}.',
    "{hero} and {friend} were friends.",
    "{hero} put an arm around {friend}.",
]
THINGS = (
    "cup pear kite boat lantern map drum hat blanket basket key bell apple cake flower feather stone book"
).split()
SENTENCES = range(14, 26)


class PracticeWriter:
    """Writes one exercise after the other. The same seed gives the same exercises."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def write(self):
        hero = cast.draw(self.random)
        friend = cast.draw(self.random, not_like=hero)
        things = {"thing": self.random.choice(THINGS), "nature": self.random.choice(cast.NATURES)}
        # Each character may be the hero of a sentence.
        expanders = [
            Expander(self.random, things | a.slots() | b.slots("f") | {"hero": a.name, "friend": b.name})
            for a, b in ((hero, friend), (friend, hero))
        ]
        sentences = [expanders[0].expand(self.random.choice(OPENINGS))]
        for _ in range(self.random.choice(SENTENCES)):
            kind = self.random.choice((OF_ONE, OF_TWO))
            sentences.append(self.random.choice(expanders).expand(self.random.choice(kind)))
        return " ".join(sentences)
