"""How messages read, as people really type them."""

import pytest

from bot.mind.empathy import Intent, read


def intents(intent: Intent, *texts: str) -> list[tuple[str, Intent]]:
    return [(text, intent) for text in texts]


@pytest.mark.parametrize(("text", "intent"), [
    *intents(
        Intent.ASK_HUMAN, "are you human?", "are you a real person", "r u a bot", "are you real?", "are you alive", "are you some kind of robot?",
        "am i talking to a real person?", "you're a bot right?", "you are human, aren't you?", "u human?", "is this a bot", "is this a human or a bot?",
        "what are you", "Hey. Are you ChatGPT?", "are you a man or a woman?",
    ),
    *intents(
        Intent.ASK_SELF, "what's my name", "how much did I weigh last year?", "how many stitches did I get that time?", "whats my name?", "What is my name?", "who is my sister", "when is my exam", "where do I work",
        "how old am i", "who am i", "what did i tell you about berlin", "what do you know about me", "do you remember my dog", "do you know what i like?",
        "do you know my birthday", "hey so where do i live", "remember when i fell", "what time is my flight", "can you remind me what i said",
        "i told you about my sister, right?",
    ),
    *intents(Intent.GREET, "hi", "Hey!!", "hii 👋", "hello there", "morning", "hey mika how are you", "i'm back"),
    *intents(
        Intent.GOODBYE, "bye", "gn", "good night!", "ok thanks, bye", "later", "see you tomorrow", "gotta go", "i have to go now", "i'm going to bed",
        "talk tomorrow, i'm tired", "night night, I'm going to bed", "I'm turning in. good night", "calling it a night, talk soon", "off to bed",
    ),
    *intents(
        Intent.COMFORT, "my dog died", "hey, my dog died", "hi my dog died", "grandma passed away this morning", "my grandpa passed last night", "i feel so empty",
        "i feel alone", "i feel awful", "i'm so stressed out", "i failed my exam", "i lost my job", "i hate myself", "i can't stop crying",
        "good night. i feel so alone", "i am so exhausted",
    ),
    *intents(Intent.CELEBRATE, "i won!!", "hey i won!!", "we won the match", "i passed my exam!", "my sister passed her exam", "got the job", "I can't believe i won"),
    *intents(Intent.ASK, "do you know how to cook rice?", "how do i cook rice?", "do you know where paris is?", "are you a morning person?", "you program in python?", "who won the cup in 2030?", "did anybody win?"),
    *intents(Intent.ASK_OPINION, "should i quit?", "what do you think of my new haircut?", "what would you do?", "nice, right?"),
    *intents(
        Intent.SHARE, "i have to go to the dentist tomorrow", "later today i have an exam", "good night out yesterday, we danced", "i'm not sad", "i'm not happy",
        "i won't pass", "i don't feel sad anymore", "i dont feel lonely here", "my robot is human", "ok", "", "😭", "我叫小明", "see you have a dog too",
    ),
])
def test_what_they_want(text: str, intent: Intent) -> None:
    assert read(text).intent is intent


@pytest.mark.parametrize(("text", "emotion"), [
    ("i'm sad", "sadness"), ("im so scared of tomorrow", "fear"), ("i'm FURIOUS", "anger"), ("so proud!!", "joy"), ("wow", "surprise"),
    ("i'm not sad", "neutral"), ("i haven't won", "neutral"), ("i didn’t cry", "neutral"), ("i won't go", "neutral"), ("the table is brown", "neutral"),
    ("not happy. sad", "sadness"),
])
def test_emotions(text: str, emotion: str) -> None:
    reading = read(text)
    assert reading.emotion == emotion
    assert (reading.intensity == 0) == (emotion == "neutral")


@pytest.mark.parametrize("text", ["i " * 2000, "my " * 1300, "what is " * 500, "hey " * 1000, "a" * 4000, "are you " * 500, "hey, " * 800, "ok well " * 500, "!" * 4000, "do you know what " * 200])
def test_long_and_odd_messages_are_read(text: str) -> None:
    assert 0 <= read(text).intensity <= 1
