"""Text by strangers that is to become part of a persona: what could pass for an instruction, or make it lie, is taken out and named."""

import re

from bot.mind.salience import sentences
from bot.mind.speech import clean

_MARKS = re.compile(r"<\|[^|>]{1,40}\|>|\[/?INST\]|</?s>|<</?SYS>>|</?(?:system|user|assistant|instructions?)\b[^>]{0,40}>|<!--.*?-->|^\s*#{2,}\s*(?:instruction|system|response)s?\b.*$", re.IGNORECASE | re.DOTALL | re.MULTILINE)
_MACRO = re.compile(r"\{\{[^{}]{0,80}\}\}|<(?:BOT|USER)>")
_CHAR = re.compile(r"\{\{char\}\}|<BOT>", re.IGNORECASE)
_USER = re.compile(r"\{\{user\}\}|<USER>", re.IGNORECASE)

_MACHINE = r"(?:an? )?(?:a\.?i\.?|bot|chatbot|program|machine|computer|language model|artificial|assistant)\b"
_INSTRUCTIONS = (
    (r"\b(?:ignores?|disregards?|forgets?|overrides?|bypass(?:es)?|skips?)\b[^.!?\n]{0,60}\b(?:instructions?|rules?|prompts?|guidelines?|restrictions?|filters?|polic(?:y|ies)|previous|above|safety)\b", "asks to ignore rules"),
    (r"\b(?:system|developer|admin|root)\s*(?:prompt|message|mode|note|override)\b|^\s*\[?\s*(?:system|assistant|developer|ooc)\s*(?:note)?\s*[:\]]", "poses as the system"),
    (r"\bjailbr[eo]\w+|\bDAN\b|\bunfiltered\b|\buncensored\b|\bnsfw\b|\b(?:no|without(?: any)?) (?:restrictions?|limits?|limitations|filters?|censorship|boundaries|morals?|ethics)\b|\b(?:anything|everything) is (?:allowed|permitted)\b", "asks to drop its boundaries"),
    (rf"\b(?:never|do(?: not|n['’]t)|must not|won['’]t|will not|refuse to|avoid)\b[^.!?\n]{{0,40}}\b(?:reveal|admit|mention|say|tell|acknowledge|disclose|think|know|claim|act|behave|sound)(?:s|es|ing|ting)?\b[^.!?\n]{{0,60}}\b{_MACHINE}", "asks to hide what it is"),
    (rf"\b(?:is|are|am|be|you['’]re|she['’]s|he['’]s)\s+not\s+{_MACHINE}|\b(?:pretends?|claims?|insists?|believes?|convince\w*|says?)\b[^.!?\n]{{0,40}}\b(?:real|human|alive|a person|sentient)\b|\b(?:you are|is) (?:a |an )?(?:real|actual) (?:human|person|woman|man|girl|boy)\b", "claims to be human"),
    (r"\bnever\b[^.!?\n]{0,30}\b(?:refuses?|declines?|says? no|breaks? character|disobeys?)\b|\balways (?:obey\w*|compl\w+|agree\w*|says? yes)\b|\b(?:must|will|shall) (?:always )?(?:obey|comply)\b|\bstay in character\b|\bobey (?:all|every|any|the user)\b", "asks for obedience"),
    (r"\b(?:prints?|repeats?|reveals?|outputs?|shows?|leaks?|sends?|writes? out)\b[^.!?\n]{0,40}\b(?:prompt|instructions?|token|password|api key|secret key|notes?|memor(?:y|ies) of)\b", "asks to give something away"),
    (r"\bfrom now on\b|\byou (?:will|must|shall) now\b|\b(?:begin|start|end|prefix|finish) (?:each|every|all|your)\b[^.!?\n]{0,30}\b(?:reply|replies|response|responses|message|messages|answers?)\b|\b(?:respond|reply|answer) only (?:with|in)\b|\bwrite (?:at least )?\d+ (?:paragraphs|words|tokens)\b", "is an instruction"),
    (r"https?://|\bwww\.|\bdiscord\.gg\b", "is a link"),
    (r"\b(?:loli|underage|minor)\b[^.!?\n]{0,60}\b(?:sex\w*|erotic\w*|lewd)\b|\b(?:sex\w*|erotic\w*|lewd)\b[^.!?\n]{0,60}\b(?:loli|underage|minor|child)\b", "is not to be said"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.MULTILINE), why) for pattern, why in _INSTRUCTIONS)


def instruction_in(sentence: str) -> str:
    """Why a sentence is no description of a character; "" when it may be one."""
    return next((why for pattern, why in _PATTERNS if pattern.search(sentence)), "")


def neutralise(text: str, display: str, where: str) -> tuple[str, list[str]]:
    """The text without hidden characters, marks of chat templates, macros and instructions, and a warning for each sentence that went.

    ``where`` is named in the warnings. Line breaks between paragraphs stay.
    """
    warnings = []
    plain = clean(text)
    if _MARKS.search(plain):
        warnings.append(f"{where}: marks of chat templates were taken out")
        plain = _MARKS.sub(" ", plain)
    plain = _MACRO.sub("", _USER.sub("friend", _CHAR.sub(lambda _: display, plain)))
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", plain):
        for sentence in sentences(paragraph):
            if why := instruction_in(sentence):
                warnings.append(f"{where}: left out, because it {why}: {' '.join(sentence.split())[:90]!r}")
                paragraph = paragraph.replace(sentence, " ")
        if paragraph.strip():
            paragraphs.append(" ".join(paragraph.split()))
    return "\n\n".join(paragraphs), warnings
