"""Expands templates: [one|another] is a choice, {thing} a slot, {a thing} the
slot with its article. A slot that begins with a capital begins a sentence."""

import re

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([^{}]+)\}")
# Words whose sound decides against their first letter.
AN_IN_SPITE = ("hour", "honest")
A_IN_SPITE = ("use", "uni", "one", "once")


def article(phrase):
    """Gives "an owl" for "owl"."""
    begins = phrase.lower()
    vowel = begins[0] in "aeiou" and not begins.startswith(A_IN_SPITE)
    return ("an " if vowel or begins.startswith(AN_IN_SPITE) else "a ") + phrase


def capitalized(phrase):
    return phrase[0].upper() + phrase[1:]


class Teller:
    """Fills templates from one story's slots, by one random generator."""

    def __init__(self, random, slots):
        self.random = random
        self.slots = dict(slots)

    def choose(self, template):
        """Makes its choices, innermost first, and leaves its slots."""
        while match := CHOICE.search(template):
            chosen = self.random.choice(match.group(1).split("|"))
            template = template[: match.start()] + chosen + template[match.end() :]
        return template

    def tell(self, template):
        template = self.choose(template)
        while match := SLOT.search(template):
            value = self.fill(match.group(1))
            template = template[: match.start()] + value + template[match.end() :]
        return re.sub(" +", " ", template).strip()

    def fill(self, slot):
        name = slot.lower()
        if name.startswith("a "):
            value = article(self.tell(self.slots[name[2:]]))
        else:
            value = self.tell(self.slots[name])
        return capitalized(value) if slot[0].isupper() else value
