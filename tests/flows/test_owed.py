"""What was not answered before the end."""

from dataclasses import replace

from bot.flows import owed
from bot.flows.inbox import Incoming
from bot.mind.permission import KEY
from tests.fakes.store import FakeStore
from tests.flows.test_inbox import message


def _said(person: str, number: str) -> Incoming:
    incoming = message("hello", person, f"discord:{person}")
    return replace(incoming, turn=replace(incoming.turn, message_id=number))


async def test_it_is_noted_of_those_who_are_remembered_and_taken_once() -> None:
    people = FakeStore().people
    await people.set_setting("a", KEY, "yes")
    await people.set_setting("b", KEY, "no")
    await owed.note(people, [_said("a", "1"), _said("b", "2"), _said("c", "3"), _said("a", "4"), _said("a", "")])
    assert await owed.take(people) == (("discord:a", "1"), ("discord:a", "4"))
    assert await owed.take(people) == ()
    await owed.note(people, [_said("c", "3")])
    assert await owed.take(people) == ()
