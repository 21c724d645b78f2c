"""The beginnings of stories, and the endings of those whose plot has none."""

OPENINGS = [
    # The best known one is here twice.
    "Once upon a time, there was {a look} {kind} named {hero}.",
    "Once upon a time, there was {a look} {kind} named {hero}.",
    "Once upon a time, there was {a nature} {kind} named {hero} who lived {home}.",
    "Once upon a time, there lived {a look} {kind} named {hero}.",
    "Once upon a time, {a nature} {kind} named {hero} lived {home}.",
    "Once upon a time, {home}, there lived {a kind} named {hero}.",
    "There was once {a look} {kind} [named|called] {hero}.",
    "Once there was {a nature} {kind} named {hero} who lived {home}.",
    "{Hero} was {a look} {kind} who lived {home}.",
    "{Hero} the {kind} lived {home}.",
    "Far away, {home}, lived {a look} {kind} named {hero}.",
    "Long ago, {a nature} {kind} named {hero} lived {home}.",
    "Not so long ago, {home}, there lived {a nature} {kind} named {hero}.",
    "This is the story of {a look} {kind} named {hero}.",
    "{A look} {kind} named {hero} lived {home}.",
    "The {look} {kind} who lived {home} was called {hero}.",
    "Little {hero} the {kind} lived {home}.",
    "Do you know {hero}? {He} is {a look} {kind}, and this is what happened to {him}.",
]

# Nobody says "Tom the boy", so stories about children begin otherwise.
OF_CHILDREN = [text for text in OPENINGS if "ero} the {kind}" not in text]

# Second sentences that fit any plot.
HABITS = [
    "[Everyone|Everybody] liked {him}, because {he} was [so kind|always cheerful|so friendly].",
    "{He} [loved|liked] [to sing|to dance|to ask questions|to look at the clouds|to jump over puddles|to collect round stones|to listen to stories] [more than anything else|all day long|from morning to night].",
    "Every morning {he} [said hello to the sun|washed {his} face and went outside|ate a [big|small] breakfast and looked out at the world].",
    "{He} had [bright eyes|a big smile|a warm heart|a soft voice] and [many ideas|a good nose for adventures|a song for every day of the week].",
    "{He} was small, but {his} [heart was big|dreams were big|ideas were big].",
    "",
]

FRIENDS = [
    "{His} best friend was {a fkind} named {friend}.",
    "{He} had a good friend, {a flook} {fkind} named {friend}.",
    "{Hero} and {friend} the {fkind} were [best|good|old] friends.",
    "Next door lived {friend}, {a flook} {fkind}, and the two were always together.",
]

DAYS = {
    "sunny": "[One|One fine] [sunny|bright|warm] [morning|day|afternoon]",
    "windy": "One windy [morning|day|afternoon]",
    "rainy": "One [rainy|gray, rainy] [morning|day|afternoon]",
    "snowy": "One [cold|snowy|frosty] [morning|day]",
    "evening": "One [quiet|warm|clear] evening",
    "night": "One [dark|stormy|quiet] night",
    "plain": "One [day|morning|afternoon]",
    "any": "One [day|morning|afternoon|fine day]",
}

ENDINGS_TOGETHER = [
    "From that day on, {hero} and {friend} were the best of friends.",
    "And {hero} and {friend} laughed all the way home.",
    "That evening they sat side by side and watched the [sun go down|stars come out|moon rise].",
    "\"You are a good friend,\" said {friend}. \"So are you,\" said {hero}.",
    "And if you walk by on a quiet day, you can still hear {hero} and {friend} laughing.",
]

ENDINGS_ALONE = [
    "That night {hero} fell asleep with a smile.",
    "{Hero} went home [happy|tired and happy|with a song in {his} heart].",
    "And that night {he} had the sweetest dreams.",
    "It had been a very good day.",
    "{Hero} never forgot that day.",
]
