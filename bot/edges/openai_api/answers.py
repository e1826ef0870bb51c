"""What servers say, as far as it concerns us. Everything else they add is passed over; what is missing has a default."""

from collections.abc import AsyncGenerator, AsyncIterable

from pydantic import BaseModel


class _Delta(BaseModel):
    content: str | None = None


class _Piece(BaseModel):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class Chunk(BaseModel):
    """One event of a streamed answer; ``error`` when the server gave up in the middle."""

    choices: list[_Piece] = []
    error: object = None


class Chance(BaseModel):
    """A token that could have come, and how likely."""

    token: str
    logprob: float


class _Place(BaseModel):
    top_logprobs: list[Chance] = []


class _Chances(BaseModel):
    content: list[_Place] | None = None


class _Choice(BaseModel):
    message: _Delta = _Delta()
    logprobs: _Chances | None = None


class Whole(BaseModel):
    """An answer that was not streamed."""

    choices: list[_Choice]

    def text(self) -> str:
        return (self.choices[0].message.content or "") if self.choices else ""

    def first_chances(self) -> list[Chance]:
        """Of the tokens that could have come first; empty when the server does not say."""
        chances = self.choices[0].logprobs if self.choices else None
        return chances.content[0].top_logprobs if chances and chances.content else []


class _Meta(BaseModel):
    n_ctx: int | None = None


class _Listed(BaseModel):
    id: str
    max_model_len: int | None = None  # vLLM, SGLang
    meta: _Meta | None = None  # llama-server

    def context(self) -> int | None:
        return self.max_model_len or (self.meta.n_ctx if self.meta else None)


class Listing(BaseModel):
    """The models that a server has."""

    data: list[_Listed] = []


class Count(BaseModel):
    """How many tokens a prompt has: llama-server calls it one way, vLLM the other."""

    input_tokens: int | None = None
    count: int | None = None


class _Fault(BaseModel):
    message: str = ""


class Complaint(BaseModel):
    """Why a server refused, in one of the ways to say it."""

    error: _Fault | str = ""
    message: str = ""  # vLLM, earlier
    detail: object = ""  # what is made with FastAPI, for requests it cannot read

    def words(self) -> str:
        error = self.error if isinstance(self.error, str) else self.error.message
        return error or self.message or str(self.detail)


async def events(lines: AsyncIterable[bytes]) -> AsyncGenerator[str]:
    """The data of each server-sent event, comments left out. Raises ValueError for what is not UTF-8."""
    data: list[str] = []
    async for raw in lines:
        line = raw.decode("utf-8").rstrip("\r\n")
        if line.startswith("data:"):
            data.append(line.removeprefix("data:").removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data.clear()
    if data:  # some leave out the empty line behind the last one
        yield "\n".join(data)
