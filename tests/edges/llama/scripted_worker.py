"""A worker without a model, for tests: ``scripted_worker.py SCRIPT`` where the script says how it misbehaves."""

import sys

from bot.edges.llama.protocol import (
    Cancel,
    Count,
    Counted,
    Done,
    Generate,
    Ready,
    Reply,
    Request,
    Text,
    decode_request,
    encode,
)


def _say(reply: Reply) -> None:
    sys.stdout.buffer.write(encode(reply))
    sys.stdout.buffer.flush()


def main(script: str) -> None:
    if script == "dies loading":
        sys.exit(1)
    _say(Ready(name="scripted", context_tokens=100, architecture="none", experts=0))
    for line in sys.stdin.buffer:
        request = decode_request(line)
        match request:
            case Count():
                _say(Counted(id=request.id, tokens=1))
            case Cancel():
                pass
            case Generate() if request.chat[-1][1] == "die":
                _say(Text(id=request.id, piece="I"))
                sys.exit(1)
            case Generate() if request.chat[-1][1] == "babble":
                sys.stdout.write("this is not the protocol\n")
                sys.stdout.flush()
            case Generate() if request.chat[-1][1] == "hang":
                _say(Text(id=request.id, piece="I"))
            case _:
                _answer(request)


def _answer(request: Request) -> None:
    if not (isinstance(request, Generate) and request.chat[-1][1] == "nothing"):
        _say(Text(id=request.id, piece="fine"))
    _say(Done(id=request.id))


if __name__ == "__main__":
    main(sys.argv[1])
