"""Facts are weighed before they are told."""

from dataclasses import replace

from bot.flows.self_check import SelfCheck
from bot.mind.events import Turn, private_audience
from bot.mind.persona import Knowledge
from tests.fakes.model import FakeModel
from tests.fakes.personas import CARD
from tests.flows.household import ADA, Channel, Household

QUESTION = "who wrote Anna Karenina?"


async def test_a_sure_answer_is_told_a_doubtful_one_hedged_a_bad_one_not() -> None:
    sure, unsure = SelfCheck(FakeModel(prefer=lambda _, __: "Yes")), SelfCheck(FakeModel(prefer=lambda _, __: "No"))
    assert (await sure.told(QUESTION, "Tolstoy.", [-0.1], CARD, 0))[0] == "Tolstoy."
    assert (await unsure.told(QUESTION, "Gogol.", [-0.1], replace(CARD, knowledge=Knowledge(doubt=0.8)), 0))[0].endswith("Gogol.")
    text, why = await unsure.told(QUESTION, "Gogol.", [-2.0], replace(CARD, knowledge=Knowledge(decline=("No idea.",))), 0)
    assert text == "No idea." and why.startswith("doubt 0.9")


async def test_a_model_that_fails_leaves_it_open() -> None:
    model = FakeModel()
    await model.aclose()
    assert 0.2 < await SelfCheck(model).weigh(QUESTION, "Tolstoy.", [-0.2]) < 0.6


async def test_only_questions_about_the_world_are_weighed(home: Household) -> None:
    home.replies = lambda _: "Tolstoy did."
    persona = home.personas.get("mika")
    assert persona is not None

    async def say(text: str, number: int) -> str:
        turn = Turn(person=ADA, speaker="Ada", text=text, said_at=home.clock.now(), audience=private_audience(ADA), conversation="dm", id=number)
        return (await home.speak.reply(turn, text, {number}, (), persona, "UTC", Channel())).plan.reason

    assert "doubt" in await say(QUESTION, 1) and len(home.model.chosen) == 1
    assert "doubt" not in await say("the kettle is on", 2) and len(home.model.chosen) == 1
