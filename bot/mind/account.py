"""Why a reply was what it was, in words for the person who got it: the reason, the memories with their quotes, the judge."""

from collections.abc import Mapping, Sequence

from bot.mind.events import Decision, Memory, Source

NO_LONGER_KNOWN = "I no longer know why I said that: too old, or what it rested on was deleted."
NOTHING_USED = "I used no memory for it."


def account(decision: Decision, used: Sequence[tuple[Memory, Sequence[Source]]]) -> tuple[str, ...]:
    """Lines, the most telling first. ``used`` are the memories that came to the reply, with the words they rest on."""
    lines = [f"Why: {decision.reason}."]
    for memory, sources in used:
        lines.append(f"I used memory #{memory.id}: {memory.gist}")
        lines += [f"   you said: “{said}”" for said in _said(memory, sources)]
        lines += ["   and corrected it yourself"] if memory.corrected else []
    if not used:
        lines.append(NOTHING_USED)
    return (*lines, *_how(decision.detail))


def _said(memory: Memory, sources: Sequence[Source]) -> list[str]:
    return list(dict.fromkeys(source.words for source in sources)) or [memory.quote]


def _how(detail: Mapping[str, str]) -> list[str]:
    lines = []
    if detail.get("concept"):
        lines.append(f"How I took it: {detail['concept']}")
    if detail.get("strategy"):
        lines.append(f"What I set out to do: {detail['strategy']}.")
    if detail.get("drafts"):
        faults = detail.get("faults")
        verdict = f"what is left to find fault with: {faults}" if faults else "nothing to find fault with"
        lines.append(f"My judge on draft {detail['drafts']}: {verdict}.")
    if detail.get("persona"):
        lines.append(f"Said as {detail['persona']}.")
    return lines
