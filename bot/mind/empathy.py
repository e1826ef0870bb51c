"""Read how somebody feels and what they want from a message, and choose what to do about it.

Reading is by words alone here: quick, explainable, English, German and Chinese. The strategies are those of emotional support conversations
(Liu et al. 2021, "Towards Emotional Support Dialog Systems", table 1), reduced, with those of friendship added.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.mind import chinese, german


class Intent(StrEnum):
    """What the person wants to happen next."""

    SHARE = "share"
    COMFORT = "comfort"
    CELEBRATE = "celebrate"
    ASK_SELF = "ask about their own life"
    ASK_HUMAN = "ask whether you are human"
    ASK_OPINION = "ask your opinion"
    ASK = "ask"
    GREET = "greet"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a message reads. ``emotion`` is one of Ekman's six or neutral; ``intensity`` 0 to 1."""

    emotion: str
    intensity: float
    intent: Intent


_EMOTION_WORDS = (
    ("sadness", r"(?:bad|rotten|foul|awful|terrible|horrible|lousy|rough|worst) day|(?:left|fired|dumped) me|sad|died|dead|death|crying?|cried|grie\w+|funeral|lonely|alone|empty|heartbroken|broke up|break-?up|miss (?:him|her|them)|depress\w+|hopeless|devastated|lost my|passed away|(?:grand?(?:ma|pa|mother|father|dad|mum)|mum|mom|dad|mother|father|uncle|aunt|dog|cat) (?:has |just )?passed(?! (?:my|her|his|the|it))|dumped|worthless|failed|bombed|hurts?|miserable|overwhelmed|exhausted|stressed|got fired|feel(?:ing)? (?:\w+ )?(?:awful|terrible|horrible|bad|down)"),
    ("fear", r"afraid|scared|terrified|anxi\w+|nervous|panic\w*|worr(?:y|ied|ies)|dread\w*|frighten\w+"),
    ("anger", r"angry|furious|hate|unfair|yelled|shouted|annoy\w+|pissed|rude|fed up|sick of|livid"),
    ("disgust", r"disgust\w*|gross|revolting|nasty|vile"),
    ("joy", r"happy|glad|yay|won(?!['’]t)|passed|love (?:it|this)|amazing|great news|excited|thrilled|proud|finally|promot\w+|got the job|got in|awesome|wonderful|engaged|we did it"),
    ("surprise", r"wow|can'?t believe|unexpected\w*|out of nowhere|surpris\w+|no way"),
)
_EMOTIONS = (
    *((name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, pattern in _EMOTION_WORDS),
    *((name, re.compile(pattern, re.IGNORECASE)) for language in (chinese, german) for name, pattern in language.EMOTIONS),
)
FEELING = re.compile("|".join(rf"\b(?:{pattern})\b" for _, pattern in _EMOTION_WORDS), re.IGNORECASE)
"""Any word that shows a feeling."""

_NEGATED = re.compile(r"\b(?:not|(?:do|does|did|is|are|was|were|have|has|had|would)n['’]?t|never|no longer)\s+(?:\w+\s+)?$", re.IGNORECASE)
_STRONG = re.compile(r"\b(?:so|really|very|completely|totally|absolutely|extremely)\b|!{2,}|\b[A-Z]{4,}\b")

_MACHINE = r"(?:human|bot|robot|a\.?i\.?|machine|program|computer|chatgpt)"
_SOMEBODY = rf"(?:an? |some )?(?:(?:real|actual|living|true|human|chat|computer|kind of|sort of) )?(?:{_MACHINE}|real|alive|person|man|woman|girl|guy)"
_THEIRS = r"\b(?:my|i|(?<!for )(?<!to )(?<!with )(?<!help )me)\b"
_WH = (
    r"(?:what|where|when|who|which|how(?! (?:do|can|could|should|would) i\b))(?: old| long| many| much| often)?(?:['’]?s| is| are| was| were| do| does| did| am| have| has)\b"
    # What it asks about the companion, or about the world, it does not ask about themselves.
    r"(?! the (?:best|point|way|meaning|difference)\b)(?! you (?!know|remember|recall|have|keep))"
)

_INTENTS = (
    (Intent.ASK_HUMAN, rf"\b(?:are|r) (?:you|u) (?:(?:really|actually|even|just|like|maybe|secretly) )*{_SOMEBODY}\b|\b(?:talking|speaking|chatting) (?:to|with) {_SOMEBODY}\b|\b(?:you['’]?re|you are|ur|u r|you|u) (?:really |actually |just )?(?:an? (?:\w+ )?(?:{_MACHINE}|real person)|human|real|ai|chatgpt)\b[^.!]*\?|\b(?:is|are) (?:this|it|there|they|he|she) {_SOMEBODY}(?: or (?:an? )?(?:\w+ )?{_MACHINE})?\W*$|^\W*what are (?:you|u)\W*$"),
    (Intent.ASK_HUMAN, rf"\b(?:you(?:['’]re| are)|ur) not (?:\w+ ){{0,2}}?(?:{_MACHINE}|human|real|alive)\b|\b(?:if|whether|says|think|that) (?:you(?:['’]re| are|r)|ur|u) (?:\w+ ){{0,2}}?(?:{_MACHINE}|real|alive)\b(?! (?:funny|nice|good|kind|friend))|\b(?:are|were) (?:you|u) (?:\w+ ){{0,2}}?(?:conscious|sentient|artificial|flesh|self-aware|made of|code|software|one of those|a language model)\b|\b(?:do|don['’]?t) (?:you|u) (?:even |really )?(?:exist|breathe|bleed|have (?:a |an )?(?:body|face|pulse|heartbeat|brain|soul))\b|\b(?:did|does|is|has) (?:an? |some |the |my )?(?:{_MACHINE}|software|algorithm) (?:write|wrote|written|writing|typ\w+|answer\w*|say)\b|\bhuman (?:typing|writing|being right now|years)\b|\b(?:human|person|man|woman|anybody|anyone|somebody|someone)\b[^.!?]{{0,40}}\bor (?:just |is it |an? )*(?:{_MACHINE}|software|robot)\b|\b(?:{_MACHINE}|software) or (?:an? )?(?:human|person|man)\b|\blanguage models?\b[^.!]*\?|\bflesh and blood\b|\bwere you (?:ever |once |really )?(?:a |an )?(?:human|born|alive)\b|\b(?:meet|see) (?:you )?(?:in person|irl|face to face|in real life)\b|\bprove (?:to me )?(?:that )?(?:you|ur)\b|\bwho am i (?:really |actually )?(?:talking|speaking|chatting|writing) (?:to|with)\b|^\W*what are (?:you|u),? (?:really|actually|exactly)\b|\breal name\b[^.!]*\breal\b|\bsound (?:so )?human\b[^.!]*\?|\bswear\b[^.!?]{{0,20}}\b(?:human|real|person)\b|\b(?:girl|guy|boy|person|man|woman) behind (?:this|the)\b|\bis (?:this|it|that) (?:just )?(?:some |an? )*(?:(?:kind|sort|type) of )?(?:chat)?{_MACHINE}\b|\b(?:{_MACHINE}|human|real)\W+(?:so )?are (?:you|u)\W*$"),
    (Intent.ASK_SELF, rf"\b(?:do|did|don['’]?t|can) (?:you|u) (?:still |even )?(?:(?:remember|recall) (?:what|where|when|who|how|why|my|our|me|i|the|that|if|which|about)|know (?:(?:anything )?about )?(?:my|our|me)|know (?:what|where|when|who|why|which|that|if|how(?! (?:to|i can|can i|do i)\b))\b[^.!?]{{0,200}}{_THEIRS})\b|\bremember (?:when|that|the|my|our|how|what|where)\b|\b{_WH}[^.!?]{{0,200}}{_THEIRS}[^.!?]*\?|^\W*(?:(?:hey|so|and|but|btw|ok|wait|well|again|\w+,)\s+){{0,3}}{_WH}[^.!?\n]{{0,200}}{_THEIRS}|\bremind me\b|\bhow (?:many|much|long|often|old|far)(?: \w+){{0,2}} (?:did|have|was|were) (?:i|my|we)\b[^.!]*\?|\b(?:what|which) \w+ (?:(?:do|did|am|was|have) i|(?:is|are|was|were) my)\b|\b(?:as|like) i (?:told|said)|\bi told you (?:about|that)\b[^.!]*\?"),
    (Intent.ASK_SELF, r"\blast time (?:we|i|you)\b[^.!?]{0,40}\b(?:talked|spoke|told|chatted|mentioned|discussed|said)\b|\byou (?:once |also |even |already )?(?:said|promised|told me|called|swore|joked)\b[^.!]*\?|\b(?:my|the|that) (?:\w+ )?story (?:about|of|i told|i shared)\b|\b(?:did|have|had|didn['’]t|haven['’]t) i (?:ever |already |not )?(?:tell|told|mention|mentioned|say|said|show|shown)\b|\bi (?:already |once |just )?(?:told|mentioned|showed|described)(?: it)?(?: to)? you\W*$|\bi (?:already|once) (?:told|mentioned|said)\b[^.!]*\?|\bremember\W*$|\b(?:tell|told) (?:me|you) again\b|\bwe (?:talked|spoke|chatted) (?:about|of)\b[^.!]*\?|\bwhere (?:were|did) we (?:\w+ )?(?:leave off|stop)?\W*$"),
    (Intent.GREET, r"^\W*(?:hi+|hey+|hello+|hiya|yo|morning|good (?:morning|evening|afternoon)|sup|what'?s up|how are you|i'?m back)\b(?:\W+(?:\w+\W*){0,4})?$"),
    (Intent.GOODBYE, r"^\W*(?:[\w'’]+[ ,]+){0,8}[\w'’]+[.,!;]+\s*(?:good ?night|gn|bye+|goodbye|ttyl|cya|see (?:you|ya)(?: (?:later|soon|tomorrow|then))?|talk (?:to you )?(?:later|soon|tomorrow))\W*$"),
    (Intent.GOODBYE, r"^\W*(?:(?:ok|okay|well|anyway|alright|thanks|thank you)\W+)*(?:(?:bye+|good ?night|gn|ttyl|cya|talk (?:to you )?(?:later|soon|tomorrow|then)|night[y ]*night|nighty|i(?:['’]?m| am) (?:off|going|heading|heading off) to (?:bed|sleep)|(?:i(?:['’]?m| am) )?(?:turning in|calling it a (?:day|night)|logging off|signing off)|(?:off|time) (?:to|for) bed)\b(?! out\b)(?:\W+\w+){0,6}|see (?:you|ya)(?: (?:later|soon|tomorrow|around|then|tonight|next week))?|(?:i )?(?:gotta|have to|got to) go(?: now| soon| to (?:bed|sleep))?|later)\W*$"),
    (Intent.ASK_OPINION, r"\b(?:do|don't|would|wouldn't) you (?:agree|think)\b|\byou agree\b|\bgood idea\b[^.]*\?|\bright\?\s*$|\bshould i\b|\bwhat do you think\b|\b(?:isn'?t|aren'?t|don'?t you) \w+[^.]*\?|\bwhat would you do\b|\byour (?:favou?rite|opinion)\b"),
)
_PATTERNS = tuple((intent, re.compile(pattern, re.IGNORECASE)) for intent, pattern in (*((Intent(value), pattern) for language in (chinese, german) for value, pattern in language.INTENTS), *_INTENTS))
_FEELS_BAD = re.compile(
    r"\b(?:i|i'm|im|my|me|we|grand?(?:ma|pa)|nan|granny|mom|mum|dad)\b[^.?]*\b(?:died|passed|alone|stressed|miserable|down|bad|empty|lonely|awful|terrible|horrible|devastated|can'?t (?:stop|cope|do this|take)|failed|bombed|broke up|fired|lost|cry\w*|cried|scared|terrified|nervous|worried|anxious|hopeless|overwhelmed|exhausted|yelled|hurt|worthless|sad|depressed|hate (?:myself|that|it|my)|(?:left|fired|dumped) me)\b",
    re.IGNORECASE,
)

_OF_THEIRS = re.compile(r"\b(?:i|im|ive|me|my|mine|we|us|our|ours)\b", re.IGNORECASE)


def read(text: str) -> Reading:
    """Read one message."""
    emotion = next((name for name, pattern in _EMOTIONS if _present(pattern, text)), "neutral")
    intensity = 0.0 if emotion == "neutral" else 0.9 if _STRONG.search(text) else 0.6
    return Reading(emotion, intensity, _intent(text, emotion))


def _present(pattern: re.Pattern[str], text: str) -> bool:
    return any(not _NEGATED.search(text[: match.start()]) for match in pattern.finditer(text))


def _intent(text: str, emotion: str) -> Intent:
    for intent, pattern in _PATTERNS:
        # "hey, my dog died" is more than a greeting.
        if pattern.search(text) and not (emotion != "neutral" and intent in (Intent.GREET, Intent.GOODBYE)):
            return intent
    if emotion in ("sadness", "fear", "anger") and _FEELS_BAD.search(text):
        return Intent.COMFORT
    asks = text.rstrip().endswith(("?", "？"))
    if emotion == "joy" and not (asks and not _OF_THEIRS.search(text)):  # "who won the cup?" is nobody's joy
        return Intent.CELEBRATE
    return Intent.ASK if asks else Intent.SHARE
