"""The unmodified ``oldfriend run`` as a process of its own, with a real small model, against a Discord on loopback."""

import re
import signal
from pathlib import Path

import pytest

from tests.wire.lookalike import LookAlike
from tests.wire.process import PATIENCE, connected, oldfriend

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("tiny_model", "bge_folder")]


@pytest.mark.timeout(300)
async def test_it_talks_remembers_across_a_restart_and_ends_when_told(tmp_path: Path) -> None:
    async with LookAlike() as discord:
        ann = discord.world.add_user("ann")
        async with oldfriend(discord, tmp_path, discord.token) as running:
            await connected(discord, running, 1)
            await discord.say(ann, "Hello! My name is Ann and I live in Oslo.")
            answer, *_ = await discord.answers(1, within=PATIENCE)
            assert answer.content.strip()
            assert answer.sent["allowed_mentions"]["parse"] == []
            _, question = await discord.answers(2, within=PATIENCE)
            pressed = await discord.press(ann, question, "Yes, remember")
            assert pressed.callbacks == [6]
            # Once the next one is answered, this one and its answer are surely on record.
            await discord.say(ann, "Do you know Norway?")
            await discord.answers(3, within=PATIENCE)
            assert (await running.end(signal.SIGINT)).code == 130
        async with oldfriend(discord, tmp_path, discord.token) as running:
            await connected(discord, running, 2)
            asked = await discord.ask(ann, "memory forget-everything")
            assert asked.answer is not None
            question = asked.answer
            await discord.press(ann, question, "Forget everything")
            await discord.until(lambda: question.components == [])
            assert re.search("[34] messages", question.embeds[0]["description"])
            ended = await running.end(signal.SIGTERM)
    assert ended.code == 143
    assert "Oslo" not in ended.log
    assert discord.token not in ended.log
    assert "Traceback" not in ended.log


@pytest.mark.timeout(300)
async def test_a_wrong_token_ends_it_with_words(tmp_path: Path) -> None:
    async with LookAlike() as discord, oldfriend(discord, tmp_path, "wrong.token") as running:
        ended = await running.ended()
    assert ended.code == 2
    assert "does not accept this token" in ended.log
    assert "wrong.token" not in ended.log
    assert "Traceback" not in ended.log
