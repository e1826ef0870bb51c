"""What the model is told to do when it writes first, for each source; and whether it may ask."""

from dataclasses import dataclass
from typing import Literal

Asks = Literal["must", "may", "must not"]


@dataclass(frozen=True, slots=True)
class Task:
    """``do`` goes into the note for the model, ``why`` into the reasons kept."""

    do: str
    why: str
    asks: Asks = "must"


_TASKS = {
    "follow_up": Task("ask how that went, in one short question.", "you told me about it, and it is over"),
    "good_wishes": Task("wish them well for that, in one short sentence. Ask nothing.", "it is about to happen", "must not"),
    "deadline": Task("ask how that is coming along, in one short question.", "it is nearly due"),
    "birthday": Task("it is their birthday today: wish them a happy birthday, in one short sentence. Ask nothing.", "it is your birthday", "must not"),
    "anniversary": Task("that was a year ago today: say that it still counts, in one short sentence. Ask nothing.", "it was a year ago", "must not"),
    "open_question": Task("ask where they have got to with that, in one short question.", "it was left open"),
    "care": Task("ask gently how they are now, in one short question. No jokes, no advice.", "you had a bad day"),
    "shared_interest": Task("you care about that too: bring it up, and ask one short question about it.", "we both care about it"),
    "own_promise": Task("you said that you would come back to that: do so, in one short question.", "I said I would"),
    "promise": Task("they asked you to remind them of that: do so, in one short sentence.", "you asked me to", "may"),
}
_ANY = Task("bring that up, in one short sentence.", "it came to mind", "may")


def task_of(source: str) -> Task:
    """That of a plugin's source fits any."""
    return _TASKS.get(source, _ANY)


def fits(text: str, task: Task) -> bool:
    """Whether it asks where it must, and does not where it must not."""
    asked = text.rstrip("\"'”’ ").endswith(("?", "？"))
    return task.asks == "may" or (asked if task.asks == "must" else "?" not in text and "？" not in text)
