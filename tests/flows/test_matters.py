"""What matters to a person is learned from what they do, and for them alone."""

from tests.flows.household import ADA, BEN, NOTHING, Household

SPORT = ("i watched our football team lose the match", "i saw the tennis final", "i think the league is unfair to my team", "i scored a goal on sunday",
         "i bought tickets for the derby", "i hope my team wins the tournament")


def _noting(home: Household) -> None:
    """The model finds every message worth an entry."""
    def noted(request: object) -> str:
        said = request.messages[-1].content  # type: ignore[attr-defined]
        return f'{{"events": [{{"quote": "{said}", "kind": "experience", "gist": "They told this.", "emotion": "neutral", "importance": 3}}]}}'

    home.notes = noted


async def test_somebody_who_deletes_their_sport_and_pins_their_health(home: Household) -> None:
    _noting(home)
    for person in (ADA, BEN):
        for text in (*SPORT[:5], "my asthma is getting worse", "the doctor gave me new medication"):
            await home.hear(text, person=person)
    for memory in await home.memories():
        if "asthma" in memory.quote or "doctor" in memory.quote:
            await home.keep.pin(ADA, memory.id, True)
        else:
            await home.forget.memory(ADA, memory.id)
    for person in (ADA, BEN):
        for text in (SPORT[5], "i need a new inhaler for my asthma", "i cooked a curry"):
            await home.hear(text, person=person)
    hers = {m.quote: m.importance for m in await home.memories(ADA)}
    his = {m.quote: m.importance for m in await home.memories(BEN)}
    assert SPORT[5] not in hers and SPORT[5] in his
    assert hers["i need a new inhaler for my asthma"] > his["i need a new inhaler for my asthma"]
    told = "\n".join(await home.keep.learned(ADA))
    assert "sport: matters" in told and "less" in told and "health: matters" in told
    assert not any("less" in line for line in await home.keep.learned(BEN))
    await home.keep.unlearn(ADA)
    assert await home.keep.learned(ADA) == ()
    await home.hear("i watched a football match again", person=ADA)
    assert any("football match again" in m.quote for m in await home.memories(ADA))


async def test_a_memory_that_helped_a_reply_they_went_on_from_counts_a_little(home: Household) -> None:
    home.notes = NOTHING
    await home.hear("my name is Ada and i repair clocks")
    await home.hear("what do i repair?")
    assert await home.keep.learned(ADA) == ()
    await home.hear("yes, and i love it")
    assert any("matters a little more" in line for line in await home.keep.learned(ADA))


async def test_forgetting_everything_forgets_what_was_learned(home: Household) -> None:
    home.notes = NOTHING
    await home.hear("i live in Bergen")
    (memory,) = await home.memories()
    await home.keep.pin(ADA, memory.id, True)
    assert await home.keep.learned(ADA)
    await home.forget.everything(ADA)
    assert await home.keep.learned(ADA) == ()
