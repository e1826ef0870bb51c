"""From the messages of a chat to the prompt's tokens, by the template that comes with the model."""

import re

from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from bot.edges.llama.native import Native
from bot.edges.llama.protocol import Chat

_CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{{ '<|im_start|>assistant\n' }}"
)


class Template:
    """Renders and tokenizes chats for one model. May be used from any thread."""

    def __init__(self, native: Native) -> None:
        self._native = native
        self._bos = self._name_of("tokenizer.ggml.bos_token_id")
        self._adds_bos = native.meta("tokenizer.ggml.add_bos_token") == "true"
        template = native.meta("tokenizer.chat_template") or _CHATML
        self._format = Jinja2ChatFormatter(
            template, eos_token=self._name_of("tokenizer.ggml.eos_token_id"), bos_token=self._bos
        )
        words = sorted(filter(None, native.control_words()), key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, words)) or "(?!)")

    def tokens(self, chat: Chat, opening: str = "") -> list[int]:
        """The prompt, up to where the answer begins, and the words that it is to begin with."""
        prompt = self.render(chat) + self._plain(opening)
        bos = self._adds_bos and not (self._bos and prompt.startswith(self._bos))
        return self._native.tokenize(prompt, special=True, bos=bos)

    def render(self, chat: Chat) -> str:
        chat = tuple((role, self._plain(content)) for role, content in chat)
        try:
            return self._apply(chat)
        except ValueError:  # the template refuses system messages or two of one speaker in a row: fold them
            return self._apply(_alternating(chat))

    def _apply(self, chat: Chat) -> str:
        messages = [{"role": role, "content": content} for role, content in chat]
        # Models that can think aloud are told not to: the person waits, and a companion does not talk to itself.
        return self._format(messages=messages, enable_thinking=False).prompt  # type: ignore[arg-type]  # plain dicts are fine

    def _plain(self, content: str) -> str:
        """What people write never becomes a control token: the name of one is broken by a space."""
        return self._control.sub(lambda found: f"{found[0][0]} {found[0][1:]}", content)

    def _name_of(self, key: str) -> str:
        number = self._native.meta(key)
        return self._native.piece(int(number), special=True).decode(errors="ignore") if number else ""


def _alternating(chat: Chat) -> Chat:
    """User and assistant in turn: system text goes to the user, and neighbours of one role are joined."""
    joined: list[tuple[str, str]] = []
    for role, content in chat:
        role = "user" if role == "system" else role
        if joined and joined[-1][0] == role:
            joined[-1] = (role, f"{joined[-1][1]}\n\n{content}")
        else:
            joined.append((role, content))
    return tuple(joined)
