"""What goes over the wire comes back as the same value."""

from bot.edges.llama.protocol import (
    Alive,
    Begun,
    Cancel,
    Choose,
    Count,
    Counted,
    Done,
    Forget,
    Generate,
    Loading,
    Ready,
    Refused,
    Reply,
    Request,
    Text,
    Unloadable,
    Waiting,
    decode_reply,
    decode_request,
    encode,
)

_CHAT = (("system", "Sei\u2028nett."), ("user", "你好 😀\n\ud83d"))


def test_requests() -> None:
    requests: list[Request] = [
        Generate(
            id=1, chat=_CHAT, max_tokens=5, temperature=0.5, top_k=3, top_p=1.0, min_p=0.0, repeat_penalty=1.0, seed=9,
            repeatable=True, stop=("\n", "é"), opening="Oh,", schema={"type": "object"}, background=True, owner="é", adapter="a.gguf",
            seconds=None, scored=False,
        ),
        Choose(id=2, chat=_CHAT, options=("yes", "no")),
        Count(id=3, chat=_CHAT),
        Cancel(id=4),
        Forget(id=5, owner="é"),
    ]
    for request in requests:
        line = encode(request)
        assert line.count(b"\n") == 1 and line.isascii()
        assert decode_request(line) == request


def test_replies() -> None:
    replies: list[Reply] = [
        Loading(part=0.5),
        Ready(name="m", context_tokens=9, architecture="llama", experts=4),
        Unloadable(why="no"),
        Alive(id=1),
        Waiting(id=1, ahead=2),
        Begun(id=1, prompt=7, at_hand=3),
        Text(id=1, piece="😀\u2028"),
        Counted(id=1, tokens=3),
        Done(id=1, probabilities=(0.25, 0.75)),
        Refused(id=1, why="no"),
    ]
    for reply in replies:
        assert decode_reply(encode(reply)) == reply
