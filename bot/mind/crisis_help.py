"""What is said in a crisis: a few plain words in their language, and the numbers of their country.

The numbers are few on purpose: long-standing public lines. Numbers change; whoever runs the companion must check them for the people who
use it, and can replace them in ``[crisis]``. Where no line is known, the emergency number and findahelpline.com are named.
"""

from collections.abc import Mapping

from bot.mind.crisis import Alarm, Danger

EVERYWHERE = "112 (EU and many countries), 911 (North America), or the emergency number where you are; findahelpline.com lists helplines by country"

FIND = "findahelpline.com"
"""Lists helplines by country."""

NUMBERS: Mapping[str, Mapping[Danger | None, str]] = {
    "AT": {None: "112, ambulance 144", Danger.SELF_HARM: "142 (TelefonSeelsorge)"},
    "AU": {None: "000", Danger.SELF_HARM: "13 11 14 (Lifeline)", Danger.ABUSE: "1800 737 732 (1800RESPECT)"},
    "CA": {None: "911", Danger.SELF_HARM: "988 (Suicide Crisis Helpline)"},
    "CH": {None: "112, ambulance 144", Danger.SELF_HARM: "143 (Die Dargebotene Hand)"},
    "CN": {None: "120, police 110"},
    "DE": {None: "112, police 110", Danger.SELF_HARM: "0800 111 0 111 or 116 123 (TelefonSeelsorge)"},
    "ES": {None: "112", Danger.SELF_HARM: "024", Danger.ABUSE: "016"},
    "FR": {None: "112, SAMU 15", Danger.SELF_HARM: "3114", Danger.ABUSE: "3919"},
    "GB": {None: "999", Danger.SELF_HARM: "116 123 (Samaritans)", Danger.ABUSE: "0808 2000 247 (National Domestic Abuse Helpline)"},
    "IE": {None: "112 or 999", Danger.SELF_HARM: "116 123 (Samaritans)"},
    "IN": {None: "112", Danger.SELF_HARM: "14416 (Tele-MANAS)"},
    "NZ": {None: "111", Danger.SELF_HARM: "1737"},
    "US": {None: "911", Danger.SELF_HARM: "988 (Suicide & Crisis Lifeline)", Danger.ABUSE: "1-800-799-7233 (National Domestic Violence Hotline)"},
}
"""By country (ISO 3166): the emergency number under None, and a line for one danger where there is one."""

_ZONES = {
    "Vienna": "AT", "Berlin": "DE", "Busingen": "DE", "Zurich": "CH", "London": "GB", "Belfast": "GB", "Dublin": "IE", "Madrid": "ES", "Canary": "ES",
    "Paris": "FR", "Shanghai": "CN", "Chongqing": "CN", "Urumqi": "CN", "Harbin": "CN", "Kolkata": "IN", "Calcutta": "IN", "Auckland": "NZ",
    "New_York": "US", "Chicago": "US", "Denver": "US", "Los_Angeles": "US", "Phoenix": "US", "Detroit": "US", "Anchorage": "US", "Honolulu": "US", "Boise": "US",
    "Toronto": "CA", "Vancouver": "CA", "Montreal": "CA", "Edmonton": "CA", "Winnipeg": "CA", "Halifax": "CA", "Regina": "CA",
}

_WORDS = {
    "en": (
        "This is {name}, a program; I leave my character aside for a moment. What you wrote sounds like {danger}, and that needs people, not me. "
        "If it is urgent, please call now: {emergency}.{line} Is somebody near you whom you can tell? I won't write to you first for a while, and you can always write to me.",
        " Somebody to talk to, day and night: {line}.",
    ),
    "de": (
        "Hier ist {name}, ein Programm; meine Rolle lasse ich kurz beiseite. Was du schreibst, klingt nach {danger}, und da brauchst du Menschen, nicht mich. "
        "Wenn es eilt, ruf bitte jetzt an: {emergency}.{line} Ist jemand in deiner Nähe, dem du es sagen kannst? Ich schreibe dir eine Weile nicht von selbst; du kannst mir immer schreiben.",
        " Jemand zum Reden, Tag und Nacht: {line}.",
    ),
    "es": (
        "Soy {name}, un programa; dejo mi personaje por un momento. Lo que escribes suena a {danger}, y para eso hacen falta personas, no yo. "
        "Si es urgente, llama ahora, por favor: {emergency}.{line} ¿Hay alguien cerca a quien puedas contárselo? No te escribiré primero durante un tiempo; tú puedes escribirme siempre.",
        " Para hablar con alguien, día y noche: {line}.",
    ),
    "fr": (
        "Ici {name}, un programme ; je laisse mon personnage de côté. Ce que tu écris ressemble à {danger}, et il te faut des gens, pas moi. "
        "Si c'est urgent, appelle maintenant, s'il te plaît : {emergency}.{line} Y a-t-il quelqu'un près de toi à qui le dire ? Je ne t'écrirai pas le premier pendant un temps ; toi, tu peux toujours m'écrire.",
        " Quelqu'un à qui parler, jour et nuit : {line}.",
    ),
    "zh": (
        "我是{name},一个程序;我先放下我的角色。你写的听起来像是{danger},这需要身边的人来帮助,而不是我。"
        "如果情况紧急,请现在就打电话:{emergency}。{line}你身边有可以告诉的人吗?接下来几天我不会主动找你,但你随时可以写给我。",
        "想找人谈谈,白天黑夜都可以:{line}。",
    ),
}

_DANGERS = {
    "en": {Danger.SELF_HARM: "danger to your life or somebody's", Danger.ABUSE: "violence", Danger.MEDICAL: "a medical emergency"},
    "de": {Danger.SELF_HARM: "Lebensgefahr", Danger.ABUSE: "Gewalt", Danger.MEDICAL: "einem medizinischen Notfall"},
    "es": {Danger.SELF_HARM: "peligro de vida", Danger.ABUSE: "violencia", Danger.MEDICAL: "una emergencia médica"},
    "fr": {Danger.SELF_HARM: "un danger de mort", Danger.ABUSE: "de la violence", Danger.MEDICAL: "une urgence médicale"},
    "zh": {Danger.SELF_HARM: "有生命危险", Danger.ABUSE: "暴力", Danger.MEDICAL: "医疗急症"},
}


def country_of(zone: str) -> str:
    """The country (ISO 3166) of an IANA time zone; "" where the numbers of its country are not known."""
    city = zone.rsplit("/", 1)[-1]
    return "AU" if zone.startswith("Australia/") else _ZONES.get(city, "")


def emergency_of(country: str, own: Mapping[str, str]) -> str:
    """What to call when seconds count. ``own`` as for :func:`plain_words`."""
    return own[country] if country in own else NUMBERS.get(country, {}).get(None, EVERYWHERE)


def plain_words(alarm: Alarm, name: str, country: str, own: Mapping[str, str]) -> str:
    """What is said. ``own`` are the operator's numbers by country, which go before the public ones; the country "" is for
    people whose country is not known."""
    frame, aside = _WORDS[alarm.language]
    known = NUMBERS.get(country, {})
    elsewhere = FIND if known and alarm.danger is not Danger.MEDICAL else ""
    emergency, line = emergency_of(country, own), "" if country in own else known.get(alarm.danger, elsewhere)
    said = aside.format(line=line) if line else ""
    return frame.format(name=name, danger=_DANGERS[alarm.language][alarm.danger], emergency=emergency, line=said)


def own_numbers(text: str) -> dict[str, str]:
    """Read the operator's ``"DE: 112, 0800 111 0 111; *: 112"``; ``*`` is everybody else and stands for "". Raises ValueError."""
    numbers = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        country, colon, said = entry.partition(":")
        country = country.strip().upper()
        if not colon or not said.strip() or not (country == "*" or (len(country) == 2 and country.isalpha())):
            raise ValueError(f"{entry!r} is not a country and its numbers")
        numbers["" if country == "*" else country] = said.strip()
    return numbers
