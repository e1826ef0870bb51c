"""Sentences as people type them to a friend: 5 to 20 English words, some of which come up all the time and most seldom."""

import random
from collections.abc import Callable
from itertools import accumulate

_WHO = (
    "my sister|my mum|my boss|Tom|my best friend|my brother|Ana|dad|my neighbour|Mia|the kids|my grandmother|Lukas|my flatmate|our teacher|Priya|my cousin Ben|the landlord|my aunt|"
    "Sofia|a colleague|my dentist|uncle Ray|the guy next door|Yuki|my therapist|the twins|Omar|our coach|my niece|Helga|the plumber|my old roommate|Diego|grandpa|the librarian"
).split("|")
_DID = (
    "met|called|talked to|had lunch with|argued with|visited|helped|cooked for|ran into|wrote to|drove to the lake with|went hiking with|watched a film with|played chess with|went shopping with|"
    "made up with|danced with|borrowed money from|baked bread with|planted tomatoes with|repaired a bike with|went swimming with|sang karaoke with|painted the kitchen with|studied with|"
    "built a shelf with|missed the train with|laughed about old photos with|shared a taxi with|adopted a kitten with|picked mushrooms with|went camping with|rehearsed the play with"
).split("|")
_WHERE = (
    "at home|at work|in the park|at the gym|in town|at the market|by the river|at the station|in the garden|at the cafe on the corner|at school|in the office|at the hospital|on the beach|at the library|"
    "in Lisbon|at the museum|in the mountains|at a wedding|at the airport|in the attic|at the harbour|in the cinema|at the pottery studio|in Krakow|at the allotment|at a funeral|in the laundromat|"
    "at the observatory|in a thunderstorm|at the vet|on the ferry to Bergen|at the flea market|in the stairwell|at the climbing hall"
).split("|")
_WHEN = (
    "yesterday|today|last week|on Sunday|this morning|on Friday evening|last month|in the spring|after work|on my birthday|last summer|before breakfast|at midnight|in October|during the holidays|"
    "two years ago|on New Year's Eve|after the storm|on a Tuesday|while it snowed"
).split("|")
_THING = (
    "coffee|the new job|music|the exam|the dog|dinner|a book|the car|the flat|the holiday|the guitar|running|the weather|the rent|the garden|a concert|the bus|the wedding|yoga|the cat|the old laptop|"
    "spicy food|the interview|photography|the move|a jigsaw puzzle|the allergy tests|beekeeping|the broken heater|the choir|sourdough|the tax return|crosswords|the marathon|a blue bicycle|the piano lessons|"
    "astronomy|the knitting circle|the leaking roof|oysters|the sailing course|the thesis|origami|the spare key|the telescope|a cactus|the parking ticket|the bakery|lavender tea|the antique clock"
).split("|")
_FELT = (
    "tired of|happy about|worried about|proud of|looking forward to|nervous about|fed up with|excited about|thinking about|grateful for|bored with|curious about|annoyed by|done with|crazy about|"
    "sad about|obsessed with|ashamed of|hopeful about|suspicious of"
).split("|")
_AND = (
    "and it was lovely|and I loved it|but it rained the whole time|and we laughed a lot|and I could not sleep afterwards|but nobody noticed|and now my back hurts|and it cost a fortune|"
    "and she told me she is pregnant|but I forgot my wallet|and we stayed until they closed|and I still think about it|but I left early|and the soup was terrible|and he cried a little|and I won twenty euros|"
    "but the trains were on strike|and I finally said sorry|and somebody stole my umbrella|and we saw a fox"
).split("|")


def _often(lists: list[str]) -> list[float]:
    """Weights by which the first come often and the last seldom, as words do (Zipf)."""
    return list(accumulate(1 / (rank + 5) for rank in range(len(lists))))


_WEIGHTS = {id(each): _often(each) for each in (_WHO, _DID, _WHERE, _WHEN, _THING, _FELT, _AND)}


class Talk:
    """Draws sentences; the same ``seed`` says the same."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._shapes: tuple[Callable[[], str], ...] = (
            lambda: f"I {self._one(_DID)} {self._one(_WHO)} {self._one(_WHERE)} {self._one(_WHEN)}",
            lambda: f"{self._one(_WHEN)} I {self._one(_DID)} {self._one(_WHO)} {self._one(_AND)}",
            lambda: f"I'm {self._one(_FELT)} {self._one(_THING)}",
            lambda: f"honestly I am {self._one(_FELT)} {self._one(_THING)} since I {self._one(_DID)} {self._one(_WHO)} {self._one(_WHEN)}",
            lambda: f"{self._one(_WHO)} says {self._one(_THING)} matters more than {self._one(_THING)}",
            lambda: f"we {self._one(_DID)} {self._one(_WHO)} {self._one(_WHERE)} because of {self._one(_THING)} {self._one(_AND)}",
        )

    def sentence(self) -> str:
        """Something told."""
        said = self._chance.choice(self._shapes)()
        return f"{said[0].upper()}{said[1:]}."

    def question(self) -> str:
        """Something asked."""
        return self._chance.choice((
            f"When was it that I {self._one(_DID)} {self._one(_WHO)} {self._one(_WHERE)}?", f"What did I say about {self._one(_THING)} {self._one(_WHEN)}?",
            f"Who was {self._one(_FELT)} {self._one(_THING)}?", f"Where did I meet {self._one(_WHO)} {self._one(_WHEN)}?",
        ))

    def _one(self, of: list[str]) -> str:
        return self._chance.choices(of, cum_weights=_WEIGHTS[id(of)])[0]
