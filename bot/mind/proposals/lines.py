"""What is said for a proposal that is not a follow-up when the model has no fit words, by the temper of the persona."""

from bot.mind.event_phrase import UNNAMED, event_phrase
from bot.mind.events import Memory

_LONGEST_QUOTE = 120
_PLAYFUL = 0.5
"""Teasing from which a persona's lines are the playful ones."""

_WARM = {
    "good_wishes": (
        "Good luck with {event}. Tell me about it afterwards, if you like.", "I'm thinking of you for {event}. Good luck.",
        "{Event} is nearly here. I hope it goes well.", "Good luck with what you have coming up.", "I hope it goes well, what you have coming up.",
    ),
    "deadline": (
        "{Event} is close now. How is it coming along?", "Not long now until {event}. Are you getting there?",
        "What you have to finish is nearly due. How is it coming along?",
    ),
    "birthday": ("Happy birthday! I hope it is a good one.", "Happy birthday. I hope the day is kind to you.", "Many happy returns! Have a lovely day."),
    "anniversary": (
        "A year ago today it was {event}. I still think that was something.", "One year since {event}. You can still be proud of that.",
        "A year ago you told me this: “{quote}” I still think that was something.",
    ),
    "open_question": (
        "You were turning something over the other day: “{quote}” Where have you got to?", "I kept this in mind: “{quote}” Has it become any clearer?",
        "“{quote}” That was still open when we spoke. What do you think of it now?",
    ),
    "care": ("You had a hard day. How are you now?", "I hope today is gentler than yesterday. How are you?", "Yesterday sounded heavy. How is it today?"),
    "shared_interest": (
        "I was thinking of something you told me: “{quote}” I like that too. What got you into it?", "“{quote}” You said that, and I care about it as well. What do you like most about it?",
        "Something you said stayed with me: “{quote}” I could talk about that for hours. How did it begin for you?",
    ),
    "own_promise": (
        "I said I would come back to this: “{quote}” How is it now?", "You told me “{quote}” and I said I would ask again. How do things stand?",
        "I keep my word, so: “{quote}” How did that go on?",
    ),
    "promise": ("As you asked: “{quote}”", "You wanted me to say this now: “{quote}”", "I said I would. “{quote}”"),
}
_PLAYFUL_LINES = {
    "good_wishes": (
        "Go and show {event} who you are.", "{Event}, then. Break a leg, and tell me everything.", "Off you go to {event}. I expect a full report.",
        "It is nearly time. Go get it, and tell me everything.",
    ),
    "deadline": (
        "Tick, tock: {event}. How is it looking?", "{Event} is peering round the corner. Nearly there, or nearly panicking?",
        "Your deadline is peering round the corner. How is it looking?",
    ),
    "birthday": ("Happy birthday, you. Cake is compulsory today.", "Another year, and you still talk to me. Happy birthday!", "It's your birthday! Do something unreasonable."),
    "anniversary": (
        "A year since {event}. You are allowed to boast once more.", "This day last year: {event}. Not bad at all, you.",
        "You told me this a year ago: “{quote}” You are allowed to boast once more.",
    ),
    "open_question": (
        "So: “{quote}” Have you made up your mind?", "“{quote}” Did you decide, or did it decide for you?", "Still chewing on this: “{quote}” What's the verdict?",
    ),
    "care": ("Yesterday was a rotten day. Is today behaving any better?", "Checking in, no jokes: how are you today?", "I hope today has better manners than yesterday. How are you?"),
    "shared_interest": (
        "“{quote}” You have taste. How did that start?", "I can't let this one go: “{quote}” Me too, as it happens. What's your favourite bit?",
        "You said this, and I approve: “{quote}” Who got you into it?",
    ),
    "own_promise": (
        "A promise is a promise: “{quote}” So, what came of it?", "Guess who keeps their word. “{quote}” And?", "I said I would be back: “{quote}” How is it looking?",
    ),
    "promise": ("Your wish, my command: “{quote}”", "Here is your nudge: “{quote}”", "Ding. “{quote}”"),
}
_ANY = ("I was thinking of {event}. How is it going?", "I was thinking of something you told me: “{quote}” How is it going?")


def line_for(source: str, memory: Memory, teasing: float = 0.0) -> str:
    """The words for a proposal of this source by a persona that teases so much; those of plugins get words that fit any. The
    same memory always gets the same line."""
    lines = (_PLAYFUL_LINES if teasing >= _PLAYFUL else _WARM).get(source, _ANY)
    event = event_phrase(memory) if memory.happens_at else UNNAMED  # "loves cats" is no event
    fitting = [line for line in lines if ("{event}" in line.lower()) == (event != UNNAMED)] or [line for line in lines if "{event}" not in line.lower()]
    return fitting[memory.id % len(fitting)].format(event=event, Event=event[:1].upper() + event[1:], quote=_quoted(memory.quote))


def _quoted(words: str) -> str:
    """Their own words; without the question marks, since a message asks one question at most."""
    plain = " ".join(words.replace("?", "").replace("？", "").split())
    return plain if len(plain) <= _LONGEST_QUOTE else plain[: _LONGEST_QUOTE - 1].rstrip() + "…"
