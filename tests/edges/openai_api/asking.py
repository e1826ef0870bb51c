"""Short ways to ask."""

from bot.ports import Completion, LanguageModel, Message

SECRET = "my grandmother's name is Philomena"
"""What somebody said: it must never be in an error."""

CHAT = (Message("system", "You are Mika."), Message("user", SECRET), Message("system", "Note: be kind."))


def ask(**changes: object) -> Completion:
    return Completion(**({"messages": CHAT} | changes))  # type: ignore[arg-type]  # the fields are those of Completion


async def answer(model: LanguageModel, **changes: object) -> str:
    return "".join([piece async for piece in model.stream(ask(**changes))])
