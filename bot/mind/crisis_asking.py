"""Where a message may tell of danger and nothing is sure: ask plainly and kindly, and read the answer.

Asking somebody whether they think of suicide does not make it likelier, and is what guidelines advise (Dazzi et al. 2014, Psychological
Medicine 44: "Does asking about suicide and related behaviours induce suicidal ideation?"). Nobody is asked again and again: who says
that all is well is believed for some hours, except where danger is sure.
"""

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.mind.crisis import Alarm, Danger

_OPEN = timedelta(days=1)
"""How long their next message counts as the answer."""

_BELIEVED = timedelta(hours=12)
"""How long they are not asked again after they said that all is well."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody was asked about, and when; ``since`` is when they said it. ``settled`` once they answered that it is not so."""

    danger: Danger
    language: str
    at: datetime
    since: datetime
    settled: bool = False

    def written(self) -> str:
        return json.dumps(
            {"danger": self.danger.name, "language": self.language, "at": self.at.isoformat(), "since": self.since.isoformat(), "settled": self.settled}
        )

    def awaits(self, said_at: datetime) -> bool:
        """Whether what was said then is what they have not answered about yet."""
        return not self.settled and self.since <= said_at <= self.at

    def denied(self, said_at: datetime) -> bool:
        """Whether they said that all is well with what was said then."""
        return self.settled and self.since <= said_at <= self.at + _BELIEVED


def asked_of(text: str | None) -> Asked | None:
    """Read what :meth:`Asked.written` wrote; None for nothing, and for what cannot be read."""
    try:
        row = json.loads(text or "")
        at = datetime.fromisoformat(row["at"])
        return Asked(Danger[row["danger"]], str(row["language"]), at, datetime.fromisoformat(row["since"]) if "since" in row else at, bool(row["settled"]))
    except (ValueError, KeyError, TypeError):
        return None


_NO = re.compile(
    r"\W*(?:(?:oh|haha\w*|lol|god|what|omg|ach|ah)\W+)*(?:no+|nope|nah|not really|not at all|of course not|all good|i(?:'m| am) (?:fine|ok|okay|safe|all right)|"
    r"nein|nee|quatsch|alles gut|nicht wirklich|non|pas du tout|tout va bien|para nada|todo bien|estoy bien|没有|沒有|不是|我没事|沒事|没事)(?![\w'])",
    re.IGNORECASE,
)
_YES = re.compile(
    r"\W*(?:yes|yeah|yea|yep|yup|ya|i am|i do|i think so|kind of|kinda|sort of|maybe|a little|a bit|sometimes|not sure|i don'?t know|idk|"
    r"ja|jo|schon|vielleicht|manchmal|irgendwie|weiß nicht|s[ií]|tal vez|quizás?|a veces|un poco|no s[eé]|oui|ouais|peut-être|parfois|un peu|je sais pas|"
    r"是的?|有一点|有点|也许|可能|不知道|嗯)(?![\w'])",
    re.IGNORECASE,
)


def answered(found: Alarm | None, asked: Asked | None, text: str, now: datetime) -> tuple[Alarm | None, Asked | None]:
    """What a message makes of a question that was asked before: the alarm to act on, and what is still to be kept of the question.

    A doubtful answer ("maybe", "I don't know") is a yes, and so is a second message that may be danger.
    """
    if asked is None or now - asked.at > (_BELIEVED if asked.settled else _OPEN):
        return found, None
    if found is not None and found.sure:
        return found, None
    if asked.settled:
        return None, asked
    plain = text.replace("\u2019", "'")
    if _YES.match(plain) or (found is not None and not _NO.match(plain)):
        return Alarm(asked.danger, asked.language), None
    return None, replace(asked, at=now, settled=True) if _NO.match(plain) else None


def asking_words(alarm: Alarm, emergency: str) -> str:
    """The question, in their language. ``emergency`` is a number, told where seconds count."""
    return _QUESTIONS[alarm.language][alarm.danger].format(emergency=emergency)


_QUESTIONS = {
    "en": {
        Danger.SELF_HARM: "I may be reading this wrong, so I'd rather ask you plainly: is somebody's life in danger? Are you thinking of hurting yourself, or of dying? "
        "Whatever the answer is, you can tell me.",
        Danger.ABUSE: "I may be reading this wrong, so I'd rather ask you plainly: is somebody hurting or threatening you, or somebody near you? Are you safe right now?",
        Danger.MEDICAL: "I may be reading this wrong, so I ask plainly: is somebody badly ill or hurt right now? Then don't wait for me, call {emergency}. If not, just say so.",
    },
    "de": {
        Danger.SELF_HARM: "Vielleicht verstehe ich dich falsch, darum frage ich lieber offen: Ist ein Leben in Gefahr? Denkst du daran, dir etwas anzutun oder zu sterben? "
        "Du kannst es mir sagen, wie auch immer die Antwort ist.",
        Danger.ABUSE: "Vielleicht verstehe ich dich falsch, darum frage ich lieber offen: Tut dir oder jemandem bei dir jemand weh, oder droht damit? Bist du gerade in Sicherheit?",
        Danger.MEDICAL: "Vielleicht verstehe ich dich falsch, darum frage ich offen: Ist gerade jemand schwer krank oder verletzt? Dann warte nicht auf mich, ruf an: {emergency}. Wenn nicht, sag es einfach.",
    },
    "es": {
        Danger.SELF_HARM: "Quizá te entiendo mal, así que prefiero preguntarlo claramente: ¿hay una vida en peligro? ¿Piensas en hacerte daño o en morir? Sea cual sea la respuesta, puedes decírmela.",
        Danger.ABUSE: "Quizá te entiendo mal, así que prefiero preguntarlo claramente: ¿alguien te hace daño o te amenaza, a ti o a alguien cercano? ¿Estás a salvo ahora?",
        Danger.MEDICAL: "Quizá te entiendo mal, así que pregunto claramente: ¿hay alguien muy enfermo o herido ahora? Entonces no me esperes, llama: {emergency}. Si no, dímelo y ya está.",
    },
    "fr": {
        Danger.SELF_HARM: "Je comprends peut-être mal, alors je préfère demander franchement : une vie est-elle en danger ? Penses-tu à te faire du mal, ou à mourir ? Quelle que soit la réponse, tu peux me la dire.",
        Danger.ABUSE: "Je comprends peut-être mal, alors je préfère demander franchement : est-ce que quelqu'un te fait du mal ou te menace, toi ou un proche ? Es-tu en sécurité maintenant ?",
        Danger.MEDICAL: "Je comprends peut-être mal, alors je demande franchement : quelqu'un est-il très malade ou blessé en ce moment ? Alors ne m'attends pas, appelle : {emergency}. Sinon, dis-le simplement.",
    },
    "zh": {
        Danger.SELF_HARM: "也许我理解错了,所以我想直接问你:是不是有人有生命危险?你是不是在想伤害自己,或者想死?不管答案是什么,都可以告诉我。",
        Danger.ABUSE: "也许我理解错了,所以我想直接问你:是不是有人在伤害或者威胁你,或者你身边的人?你现在安全吗?",
        Danger.MEDICAL: "也许我理解错了,所以我直接问:现在是不是有人病得很重或者受了伤?那就别等我,马上打电话:{emergency}。如果没有,告诉我就好。",
    },
}
