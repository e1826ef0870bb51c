"""What the emotion reader adds to a reply."""

from bot.flows.attend import Attend
from bot.flows.lore import Lore
from bot.flows.speak import Speak
from bot.mind.events import Turn, private_audience
from tests.fakes.emotions import FakeEmotionReader
from tests.flows.household import ADA, Channel, Household

TEXT = "nobody remembered my birthday"


async def strategy(home: Household, reader: FakeEmotionReader | None) -> str:
    persona = home.personas.get("mika")
    assert persona is not None
    turn = Turn(person=ADA, speaker="Ada", text=TEXT, said_at=home.clock.now(), audience=private_audience(ADA), conversation="dm", id=1)
    speak = Speak(home.model, home.recollect, home.clock, Lore(home.embedder))
    impression = await Attend(home.store.people, reader).hear(turn, TEXT)
    return (await speak.reply(turn, TEXT, {1}, (), persona, "UTC", Channel(), impression)).plan.strategy


async def test_what_words_do_not_show_is_read_and_comforted(home: Household) -> None:
    assert await strategy(home, FakeEmotionReader(sadness=0.9)) == "comfort"


async def test_without_a_reader_or_with_a_broken_one_the_words_decide(home: Household) -> None:
    broken = FakeEmotionReader(sadness=0.9)
    broken.broken = True
    assert await strategy(home, broken) == await strategy(home, None) != "comfort"
