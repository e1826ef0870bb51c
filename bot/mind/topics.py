"""What a sentence is about, in broad strokes, and which words mean nearly the same.

Similar sentences are found by vectors; related ones often are not ("I fancy hotpot" and "no spicy food, says my doctor"). A
small map of everyday life, made for this project, joins them.
"""

import re

from bot.mind.words import content, stem

_MAP = {
    "food": """food eat eating cook cooking dinner lunch breakfast supper meal hotpot curry spicy pizza pasta sushi steak meat vegan
        vegetarian burger noodles ramen soup salad cake chocolate dessert snack restaurant takeaway recipe hungry diet ulcer stomach gluten
        lactose peanut nut shellfish olive olives cheese milk bread rice fish chicken bbq barbecue buffet tacos kebab chili pepper fry
        fried bake baking allergic allergy feast brunch dumplings seafood shrimp oyster
        peanuts nuts ordering takeout curries cuisine pad tempura satay stew grill roast""",
    "drink": "drink drinking drinks beer wine cocktail whisky vodka pub bar sober alcohol coffee tea espresso caffeine hangover drunk",
    "sleep": "sleep sleeping insomnia tired nap bed awake nightmare dream exhausted nights coffee caffeine",
    "body": """doctor hospital surgery operation knee back ankle asthma migraine headache run running jog marathon gym workout training
        climb hike hiking injury injured hurt pain physio sick ill illness flu fever medication pregnant heart lungs swim
        swimming ski skiing football tennis dance dancing bike cycling broken""",
    "health": """doctor hospital surgery operation asthma migraine headache pain physio sick ill illness flu fever medication pregnant heart lungs
        allergy allergic ulcer diabetes cancer diagnosis therapy therapist treatment pills injury injured clinic nurse symptom depression anxiety""",
    "sport": """football soccer tennis basketball handball hockey rugby cricket golf match league team goal score scored coach gym workout training
        run running jog marathon swim swimming ski skiing climb hike hiking bike cycling stadium tournament derby playoffs penalty referee fans club""",
    "animals": "cat cats dog dogs puppy kitten pet pets hamster rabbit bird parrot horse vet animal dogsit catsit fur tail",
    "work": "work job boss colleague office shift promotion salary interview fired career meeting project client overtime resign quit",
    "school": "exam exams final finals test school university college uni thesis essay homework class course study studying lecture professor grade semester degree",
    "love": "boyfriend girlfriend husband wife partner ex date dating crush wedding married marry engaged breakup divorce anniversary kiss valentine tinder",
    "family": "mother mom mum father dad sister brother son daughter parents aunt uncle cousin grandma grandpa family niece nephew baby kid kids",
    "travel": "travel trip flight fly flying plane airport holiday vacation train hotel passport abroad beach road visit visiting",
    "height": "height heights vertigo climb climbing tower roof balcony bridge ladder rollercoaster skydiving bungee",
    "music": "music song band concert guitar piano violin sing singing choir drums album festival gig",
    "money": "money rent debt loan bank broke expensive afford savings budget pay bill bills mortgage",
    "home": "flat apartment house home move moved moving live neighbour neighbor roommate flatmate landlord city town",
    "water": "swim swimming sea ocean boat sail sailing pool lake beach surf diving dive drown",
}
_CUISINE = re.compile(
    r"\b(?:eat\w*|ate|order\w*|grab\w*|get\w*|got|crav\w*|fancy|cook\w*|have|having|had|some|spicy|out for|dinner|lunch|over) (?:a |some |the |real |good |proper |really |for |at )*"
    r"(?:thai|indian|chinese|sichuan|mexican|korean|japanese|italian|vietnamese|turkish|greek)\b(?! (?:class\w*|lesson\w*|exams?|course\w*|homework|teacher\w*|friends?|language|tests?|books?|films?|movies?|visa|citizen\w*))",
    re.IGNORECASE,
)
"""A country on the plate. "I am learning Chinese" is about no food."""

_TOPICS: dict[str, frozenset[str]] = {}
for _topic, _words in _MAP.items():
    for _word in _words.split():
        _TOPICS[stem(_word)] = _TOPICS.get(stem(_word), frozenset()) | {_topic}

_KIN = (
    "exam final finals test quiz", "job work profession career employer", "wedding married marry marriage", "mother mom mum mama", "father dad papa",
    "flat apartment house home", "doctor gp physician", "partner boyfriend girlfriend husband wife", "film movie", "city town place",
    "live lives moved", "allergy allergic", "birthday born", "holiday vacation trip", "ill sick illness",
)
_KIN_OF: dict[str, frozenset[str]] = {}
for _line in _KIN:
    for _word in _line.split():
        _KIN_OF[stem(_word)] = frozenset(stem(w) for w in _line.split())

ATTRIBUTES = frozenset(stem(w) for w in "name called work job profession career live lives home city town country age old born birthday study from place".split())
"""Words of questions that a profile answers without using them: "I drive a tram" says what the job is."""

BODILY = frozenset({"food", "drink", "sleep", "body", "animals", "height", "water"})
"""Topics in which what somebody cannot do or bear matters whenever they come up."""

NAMING = frozenset(stem(w) for w in "name names named called".split())
"""Words of questions that any sentence with a name in it may answer."""


def topics(text: str) -> frozenset[str]:
    """The areas of life that a text touches."""
    found = frozenset(topic for word in content(text) for topic in _TOPICS.get(word, ()))
    return found | {"food"} if _CUISINE.search(text) else found


def means(word: str, stems: frozenset[str]) -> bool:
    """Whether a stem, or a near synonym of it, is among others."""
    return word in stems or bool(_KIN_OF.get(word, frozenset()) & stems)
