"""The characters of the stories, with their names and homes."""

# There are few names, because a small model finds it hardest to keep a name through a
# story.
GIRLS = "Mia Lily Rosa Nora Emma Lucy Ella Molly Daisy Luna Anna Maya".split()
BOYS = "Tom Max Finn Leo Sam Ben Pip Oscar Hugo Milo Jack Otto".split()

# kind: (its look, its home)
ANIMALS = {
    "mouse": ("[tiny|gray|little brown]", "in a hole [under the old oak tree|behind the kitchen stove]"),
    "hedgehog": ("[little|round|prickly little]", "under a [pile of leaves|big bramble bush]"),
    "rabbit": ("[white|little gray|soft brown]", "in a burrow [under the hill|at the edge of the field]"),
    "squirrel": ("[red|little|quick little]", "high up in [an old pine tree|a tall oak tree]"),
    "mole": ("[little|small black|soft gray]", "in a cozy tunnel under the meadow"),
    "frog": ("[green|little green|small spotted]", "beside a quiet pond"),
    "duckling": ("[yellow|little|fluffy yellow]", "among the reeds [by the river|of the pond]"),
    "fox": ("[young|little red|small orange]", "in a den [at the edge of the forest|under the roots of a tree]"),
    "bear": ("[young|little brown|small round]", "in a warm cave [in the hills|deep in the forest]"),
    "otter": ("[playful|little|sleek brown]", "on the bank of a [clear|winding] river"),
    "badger": ("[young|stripy|little gray]", "in a tidy home under the hill"),
    "turtle": ("[small|little green|slow little]", "beside a [blue lake|quiet pond]"),
    "lamb": ("[white|little|woolly white]", "on a farm [in the green valley|near the hills]"),
    "kitten": ("[gray|little black|striped]", "in a [small white|yellow] house with a red roof"),
    "puppy": ("[brown|little spotted|fluffy white]", "on a farm [by the river|beside the forest]"),
    "owl": ("[young|little gray|small brown]", "in a hollow tree [in the woods|near the meadow]"),
    "piglet": ("[pink|little|round pink]", "on a farm [in the green valley|at the end of the lane]"),
    "penguin": ("[little|small|round little]", "on a snowy shore by the sea"),
    "deer": ("[young|little spotted|gentle]", "in a quiet part of the forest"),
    "beaver": ("[young|little|busy little]", "in a wooden house on the river"),
}
FLYING = ["crow", "owl", "sparrow", "robin", "swallow"]
BIG = ["bear", "horse", "cow", "moose", "donkey"]

CHILD_HOMES = [
    "in a small village by the sea",
    "in a little house at the edge of the forest",
    "in a white house on top of a hill",
    "on a farm with [three cows and a pony|many hens and one proud rooster]",
    "in a tall, narrow house beside the river",
    "in a town with [red roofs|crooked streets|an old clock tower]",
]

NATURES = ["kind", "curious", "cheerful", "shy", "gentle", "clever", "brave", "merry", "quiet", "lively"]

PRONOUNS = {
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
}


class Character:
    def __init__(self, name, pronoun, kind, look, home):
        self.name = name
        self.pronoun = pronoun
        self.kind = kind
        self.look = look
        self.home = home

    def slots(self, prefix=""):
        """Slots such as {he} and {him} for the hero, and {fhe} and {fhim} for the friend."""
        words = {prefix + key: word for key, word in PRONOUNS[self.pronoun].items()}
        words[prefix + "kind"] = self.kind
        words[prefix + "look"] = self.look
        words[prefix + "home"] = self.home
        return words


def draw(random, kinds=None, not_like=None):
    """Returns a character of one of the kinds. It has another name than `not_like` and
    mostly another pronoun, so that "she" is clear."""
    if not_like and random.random() < 0.85:
        pronoun = "he" if not_like.pronoun == "she" else "she"
    else:
        pronoun = random.choice(["he", "she"])
    names = GIRLS if pronoun == "she" else BOYS
    name = random.choice([n for n in names if not not_like or n != not_like.name])
    options = [k for k in kinds or ANIMALS if not not_like or k != not_like.kind]
    kind = random.choice(options)
    if kind == "child":
        kind = "girl" if pronoun == "she" else "boy"
        return Character(name, pronoun, kind, "little", random.choice(CHILD_HOMES))
    look, home = ANIMALS.get(kind, ("[young|small|friendly]", "nearby"))
    return Character(name, pronoun, kind, look, home)
