"""Expands templates: [one|another] is a choice, {thing} is a slot, and {a thing} is the
slot with its article. The value of a slot that begins with a capital begins with one."""

import re

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([^{}]+)\}")
# The sound of these words does not fit their first letter.
AN_EXCEPTIONS = ("hour", "honest")
A_EXCEPTIONS = ("use", "uni", "one", "once")


def article(phrase):
    """"an owl" for "owl"."""
    begins = phrase.lower()
    vowel = begins[0] in "aeiou" and not begins.startswith(A_EXCEPTIONS)
    return ("an " if vowel or begins.startswith(AN_EXCEPTIONS) else "a ") + phrase


def capitalized(phrase):
    return phrase[0].upper() + phrase[1:]


class Expander:
    """Expands templates with the slots of one story and one random generator."""

    def __init__(self, random, slots):
        self.random = random
        self.slots = dict(slots)

    def choose(self, template):
        """Makes the choices, innermost first, and leaves the slots."""
        while match := CHOICE.search(template):
            chosen = self.random.choice(match.group(1).split("|"))
            template = template[: match.start()] + chosen + template[match.end() :]
        return template

    def expand(self, template):
        template = self.choose(template)
        while match := SLOT.search(template):
            value = self.fill(match.group(1))
            template = template[: match.start()] + value + template[match.end() :]
        return re.sub(" +", " ", template).strip()

    def fill(self, slot):
        name = slot.lower()
        if name.startswith("a "):
            value = article(self.expand(self.slots[name[2:]]))
        else:
            value = self.expand(self.slots[name])
        return capitalized(value) if slot[0].isupper() else value
