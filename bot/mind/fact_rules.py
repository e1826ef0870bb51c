"""The wordings by which people state a fact of which they have one at a time, as patterns by slot.

Made of parts: who, how it is said (that it is so, that it became so, that it changed), the verbs and nouns of the slot, and what the value
may look like. Values of closed classes (languages, instruments, diets, makes of cars; drugs by the stems of their international names, WHO,
"The use of stems in the selection of international nonproprietary names", 2018) are told from other words by lists.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.mind.words import words

KIN = (
    r"(?:(?:step|half[- ]?|grand)?(?:mother|father|sister|brother|son|daughter|mom|mum|dad|ma|pa|child)(?:[- ]in[- ]law)?|parents|aunt|uncle|cousin|niece|nephew|"
    r"(?:best )?friend|flatmate|roommate|neighbou?r|colleague|boss|ex|wife|husband|girlfriend|boyfriend|partner|fiancee?)"
)
PETS = r"(?:dog|cat|puppy|kitten|rabbit|bunny|hamster|parrot|budgie|horse|pony|tortoise|turtle|goldfish|fish|ferret|snake|lizard|gecko|guinea pig|rat|bird)"
LOVE = r"(?:wife|husband|girlfriend|boyfriend|partner|fiancee?|fiancé|fiancée|bf|gf)"
DIETS = r"(?:vegan|vegetarian|pescatarian|keto|paleo|gluten[- ]free|omnivore|flexitarian|carnivore|halal|kosher|low[- ]carb|raw vegan)"
NAMED = r"(?:boss|line manager|manager|supervisor|landlord|landlady|doctor|gp|dentist|therapist|roommate|flatmate|coach|trainer)"
LABEL = r"(?:nickname|name|shoe size|email(?: address)?|address|postcode|zip code|time ?zone|star sign|bedtime)"
CARS = (
    r"(?:alfa romeo|aston martin|audi|bentley|bmw|buick|byd|cadillac|chevrolet|chevy|chrysler|citro[eë]n|cupra|dacia|dodge|ferrari|fiat|ford|genesis|honda|hyundai|infiniti|jaguar|jeep|kia|"
    r"lada|land rover|range rover|lexus|lincoln|mazda|mercedes|mg|mini|mitsubishi|nissan|opel|peugeot|polestar|porsche|renault|rolls royce|saab|seat|[sš]koda|smart|subaru|suzuki|tesla|toyota|vauxhall|volvo|volkswagen|vw)"
)
LANGUAGES = (
    r"(?:afrikaans|albanian|arabic|armenian|basque|bengali|bulgarian|cantonese|catalan|chinese|croatian|czech|danish|dutch|english|esperanto|estonian|farsi|finnish|flemish|french|gaelic|georgian|german|greek|"
    r"hebrew|hindi|hungarian|icelandic|indonesian|irish|italian|japanese|korean|latin|latvian|lithuanian|malay|mandarin|mongolian|nepali|norwegian|persian|polish|portuguese|punjabi|romanian|russian|serbian|"
    r"sign language|slovak|slovenian|somali|spanish|swahili|swedish|tagalog|tamil|thai|tibetan|turkish|ukrainian|urdu|vietnamese|welsh|yiddish|zulu)"
)
INSTRUMENTS = (
    r"(?:accordion|bagpipes|banjo|bass(?: guitar)?|bassoon|cello|clarinet|cornet|double bass|drums|flute|guitar|harmonica|harp|horn|keyboard|lute|mandolin|oboe|organ|piano|recorder|sax|saxophone|sitar|trombone|"
    r"trumpet|tuba|ukulele|vibraphone|viola|violin|xylophone)"
)
SUBJECTS = (
    r"(?:[a-z]+ics|[a-z]+logy|[a-z]+graphy|[a-z]+nomy|[a-z]*chemistry|geometry|philosophy|history|law|medicine|nursing|architecture|art|arts|fine arts|design|music|theology|literature|english|maths|mathematics|"
    r"marketing|business|management|accounting|finance|journalism|education|agriculture|pharmacy|dentistry|(?:\w+ )?engineering|(?:\w+ )?(?:science|studies))"
)
DRUGS = (
    r"(?:[a-z]+(?:profen|pril|statin|oxetine|traline|formin|roxen|thyroxine|prazole|olol|azepam|azolam|cillin|mycin|sartan|tidine|codone|acetamol|aminophen|dipine|gabalin|pentin|triptan|ipramine|triptyline|"
    r"lukast|gliptin|glutide|tadine|rizine|apine|idone|piprazole|faxine|phenidate|parin|oxaban|semide|thiazide|sone|solone|terol)|citalopram|escitalopram|aspirin|insulin|warfarin|lithium|melatonin|morphine|lyrica|adderall|ritalin|"
    r"prozac|zoloft|antidepressants|antibiotics|beta blockers|blood thinners|the pill)"
)
_TITLES = """accountant|actor|actress|actuary|administrator|aid worker|ambassador|anaesthetist|apprentice|archaeologist|architect|archivist|auditor|author|baker|banker|barber|barista|
    barmaid|barman|bartender|blacksmith|brewer|bricklayer|broker|builder|bus driver|butcher|buyer|carer|caretaker|carpenter|cashier|caterer|chauffeur|chemist|chiropractor|
    cleaner|coach|cobbler|composer|conductor|cooper|counsellor|counselor|courier|croupier|curator|decorator|dentist|deputy|designer|detective|developer|dietitian|diplomat|
    diver|docker|doctor|economist|editor|electrician|entrepreneur|estate agent|farmer|farrier|firefighter|fireman|fisherman|flight attendant|florist|foreman|forester|
    freelancer|gardener|glazier|grocer|groom|hairdresser|illustrator|interpreter|janitor|jeweler|jeweller|joiner|journalist|judge|juggler|labourer|lecturer|librarian|
    lifeguard|lumberjack|machinist|mailman|mason|mayor|mediator|medic|merchant|midwife|miller|miner|minister|model|mover|musician|nanny|navigator|notary|novelist|optician|
    optometrist|orderly|painter and decorator|paralegal|paramedic|pastor|pathologist|pharmacist|photographer|physio|physiotherapist|pilot|planner|plasterer|plumber|
    police officer|policeman|policewoman|porter|postman|potter|priest|producer|professor|programmer|psychiatrist|psychologist|publisher|ranger|receptionist|referee|registrar|
    reporter|researcher|rigger|roofer|sailor|salesman|salesperson|saleswoman|scientist|sculptor|seamstress|secretary|shepherd|shoemaker|sociologist|soldier|solicitor|
    sommelier|sous chef|stagehand|statistician|steward|stewardess|stylist|supervisor|surgeon|surveyor|tailor|tattooist|tax adviser|teller|tiler|trader|trainer|translator|
    treasurer|tutor|typist|undertaker|upholsterer|usher|vet|veterinarian|vicar|waiter|waitress|weaver|welder|window cleaner|winemaker|zookeeper""".replace("\n    ", "").split("|")
_TRADES = ("ologist", "ographer", "graphist", "ician", "smith", "keeper", "maker", "monger", "wright", "therapist", "dresser", "fitter", "builder", "layer",
    "minder", "herd", "hand", "sitter", "warden", "nurse", "chef", "clerk", "teacher", "engineer", "agent", "officer", "mechanic", "lawyer", "attendant", "operator", "inspector", "instructor", "consultant", "technician", "analyst", "worker", "assistant")
_OFTEN_PASTIMES = ("driver", "manager", "director", "cook", "singer", "writer", "painter", "dancer")
"""Jobs only with what sets them apart: "bus driver"."""

_JOBS = (
    rf"(?:[a-z]*(?:{'|'.join(_TRADES)})|(?:(?!(?:an?|the|my|our|good|bad|designated)\b)[\w-]+ )(?:{'|'.join(_OFTEN_PASTIMES)})|{'|'.join(_TITLES)})"
)
"""After the titles of ISCO-08, the International Standard Classification of Occupations. Words that as often tell what somebody likes to do
("cook", "writer", "singer", "runner") are not among them."""

_TEAMLESS = r"(?!(?:my|our|your|the|a|an|his|her|their|this|that|it|you|him|them|everyone|each)\b)"

NAME = r"(?P<value>(?-i:[A-Z])[\w'’-]+)"
_STOP = r"(?= *(?:$|[.,;:!?]| (?:now|and|by the way|these days|for now|at the moment|instead)\b))"
PLACE = (
    r"(?P<value>(?!(?:here|there|with|for|on|out|back|away|forward|ahead|the|a|an|my|our|his|her|their|your|another|different|bed|tears|home|nights?|weekends?|hours|days|free|me|myself|fear|peace|it|this|that|as|(?-i:new))\b)"
    r"[\w'’.-]+(?: (?!(?:with|now|and|for|because|last|this|but|since|again|after|to|these|at|by|next|where|which|so|from|as|until|till|on|today|yesterday|instead)\b)[\w'’.-]+){0,3})"
)
THING = r"(?P<value>(?!not\b)[^.,;!?]{1,60})"
_TRADE = r"(?P<value>(?!(?:not|at|with|for|in|on|by|to|over|back|out|off)\b)[^.,;!?]{1,60})"
_A = r"(?:an? |the |my |our )?"
_JOB = rf"(?:an? |the )(?P<value>(?!(?:\w+ )?(?:{KIN}|grand\w+|god\w+|parent|member|citizen|fan|supporter|follower|admirer|addict|expert|student|pupil|customer|subscriber|patient|homeowner|millionaire|tourist|stranger|hermit|riser|owl|person|owner|lover|runner|reader|believer|victim|regular|widow\w*|adult|(?:wo)?man|legend|bit|lot|little|burden|problem|habit|mess|{DIETS})\b)[^.,;!?]{{1,60}})"
_LIKE_A_JOB = r"an? (?P<value>(?:[\w-]+ )?[\w-]*(?:er|or|ist|ista|ian|nurse|chef|cook|clerk|pilot|vet|lawyer|guard|agent|guide|tutor|surgeon|smith|analyst|medic|attendant|officer|mechanic))"

_QUALITY = r"(?!(?:good|bad|great|terrible|decent|better|worse|lousy|awful|natural|born|amateur|hobby|would[- ]be|wannabe|former|ex|retired|bit|lot|role|kind|sort|son|daughter|friend|fan|super|fashion)\b)"
_JOB_NAMED = rf"(?P<value>{_QUALITY}(?:(?!(?:an?|not|no|never|of|to|for|and|or|the|with|by|than|my|your|his|her|like|from|who|in|on|at)\b)[\w-]+ ){{0,2}}?{_JOBS})\b(?! (?:at heart|in me|in the making|by nature|of (?:my|mine|life|people|the family)|friend|fan|joke|type|kind|appointment))"
_AND = r"(?:(?: (?!(?:i|we|he|she|they|you|who|if|it|him|her|my|think|say|know|says|said|heard|hear)\b)[\w'’]+){1,5},? and(?: now)?(?: i| we)?(?=['’ ]))?"
"""Something else that the same person did before: "I gave up and ..."."""

_NO_WORK = (
    rf"\bmy (?:\w+ )?{KIN}\b|" r"\b(?:dress\w*|play\w*|pos(?:e|ed|ing)|act\w*|disguis\w*|see[ns]?|saw|think|thought|know|knew|known|treat\w*|describ\w*|regard\w*|imagin\w*|pictur\w*|remember\w*|cast|appear\w*|mistak\w*|mistook|come across|came across|party|such|same|"
    r"well|soon|far|long|good|bad|much|hard|just|worked|was|were|had|wasn|he|she|they|his|her|him|who|friend|someone|somebody|it|but)\b"
)
"""Words after which "as a nurse" does not tell what somebody works as now."""

_WHO = rf"(?P<who>i|we|(?:my|our)(?: whole)? family|my (?:\w+ )?{KIN}(?: \w+)?|[a-z]+)"
_ME = r"(?P<who>i|we|(?:my|our)(?: whole)? family)"
_MY = r"(?P<who>my|our)(?: new| current| latest| present| main)?"
_AM = r"(?:['’]?m| am|['’]?re| are|['’]s| is)"
_HAVE = r"(?:['’]ve|['’]s| have| has|['’]d)?"
_NOW = r"(?:(?:now|just|recently|finally|actually|officially|currently|also|happily|still|only|already|all|totally|fully|back to being|mostly|basically|gladly|really|since \w+|been|even|properly|gone and|packed up and|upped and|went and|ended up|at last|lately|again|nowadays|full[- ]time|part[- ]time) )*"
_BEGUN = r"(?:started|begun|began|taken up|took up|switched to|gone back to|went back to|got into|ended up|turned to|decided on|signed up for|gone over to|moved on to|changed to)"
_CHANGED = r"(?:switched|changed|transferred|swapped|moved|converted|gone|went|crossed|traded|upgraded)(?: over| across| back)?"
_IS = r"(?:,? (?:these days|right now|now|at the moment|nowadays|currently|lately|at present))*(?: is| are|['’]s| will be| would be| has to be| must be| has become| became| has changed to| changed to| is going to be)(?: now| currently| officially| actually| going to be| gonna be)*"


def _so(base: str, third: str, doing: str, *, who: str = _ME) -> str:
    """It is so, or has come to be so: "I live", "I'm now living", "I've been living", "I started living", "I've begun to live"."""
    return rf"{who}{_AND}(?:{_AM} {_NOW}{doing}|{_HAVE} been {_NOW}{doing}|{_HAVE} {_NOW}{_BEGUN} (?:to {base}|{doing})| {_NOW}(?:{base}|{third})| {_NOW}(?:have|need) to {base})"


def _did(*done: str, who: str = _ME) -> str:
    """It came to be so: "I moved", "I've just moved", "I ended up moving"."""
    return rf"{who}{_AND}{_HAVE} {_NOW}(?:{'|'.join(done)})"


def _was(*done: str, who: str = _ME) -> str:
    """Somebody did it to them: "I was hired", "I've been hired", "they hired me"."""
    passive = rf"{who}(?:{_AM}| was| were| got|{_HAVE} been|{_HAVE} gotten|['’]ve got) {_NOW}(?:{'|'.join(done)})"
    return rf"(?:{passive}|(?:\w+ )?{_NOW}(?:{'|'.join(done)}) me)"


def _called(noun: str) -> tuple[str, ...]:
    """The wordings of "my boss is Ann" and "Ann is my boss"."""
    value = NAME + _STOP
    return (
        rf"{_MY} {noun}(?:['’]s name)?,?{_IS}(?: called| named)? {value}", rf"{NAME}(?: is|['’]s| became| has become| took over as| will be)(?: now)? {_MY} {noun}\b",
        rf"(?P<who>i|we)(?:['’]ve| have)?(?: just| finally)? (?:got|have|found|found myself|got myself) an? new {noun}[,:]?(?: called| named| whose name is|,? (?:it['’]s|he['’]s|she['’]s))? {value}",
        rf"(?P<who>i|we)(?:['’]ve| have)?(?: got| have)? an? {noun} (?:called|named) {value}", rf"{_MY} {noun},? {NAME}(?= (?:is|and|has|was|says|loves|makes|works)\b|,)",
    )


def _new(noun: str, value: str) -> tuple[str, ...]:
    """The wordings for whatever one has one of: "my new car is a Fiat", "I've got a new car, a Fiat", "I changed my car, it's a Fiat now", "a Fiat
    is my car now", "the car I drive is a Fiat"."""
    its = r"(?:(?:it|he|she)(?:['’]s| is) |(?:his|her|its|their) name(?: is|['’]s) |is |called |named )?(?:now )?(?:an? |the )?"
    return (
        rf"{_MY} (?:own |new |own new )?{noun}(?:['’]s(?: new)? name)?{_IS}(?: called| named)? (?:an? |the )?{value}", rf"(?P<who>i|we)(?:['’]ve| have)?(?: just| finally| now)? (?:got|have|found|picked|chose|bought|started|took) (?:me |myself |ourselves )?an? (?:new|different|better|other) {noun}(?: now)?[:,]? {its}{value}",
        rf"^(?:and |so |now )*(?:an? |my |the )?new {noun}[:,]? {its}{value}", rf"(?:changed|switched|swapped|replaced|traded) (?P<who>my|our|the)?(?: old)? ?{noun}s?(?: again| over)?(?: from [\w ]+?)?(?: to| for|,? (?:and )?(?:now )?it(?:['’]s| is)(?: now)?|,? now) (?:an? |the )?{value}",
        rf"{value}(?: is| are|['’]s| has become| became) (?:now )?{_MY} {noun}\b", rf"the {noun} (?:that |which )?(?P<who>i|we)(?:['’]\w+)?(?: [\w'’]+){{1,4}}? (?:is|are) (?:now )?(?:an? |the )?{value}",
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """``triggers`` is a pattern without which no wording of the slot occurs: a quick look before the slow ones. ``several``: one may have more
    of it at a time, so that only a word of change ends the one before."""

    name: str
    triggers: re.Pattern[str]
    begun: tuple[re.Pattern[str], ...]
    ended: tuple[re.Pattern[str], ...] = ()
    several: bool = False
    nouns: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    """Words, and ends of words, that are as good as a trigger: hundreds of them would make a slow pattern."""

    def near(self, sentence: str) -> bool:
        """Whether a wording of the slot may occur."""
        return self.triggers.search(sentence) is not None or bool(self.nouns) and any(w in self.nouns or w.endswith(self.endings) for w in words(sentence))


def _slot(name: str, triggers: str, begun: tuple[str, ...], ended: tuple[str, ...] = (), *, several: bool = False, nouns: Iterable[str] = (), endings: tuple[str, ...] = ()) -> Slot:
    def compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(rf"\b{pattern}", re.IGNORECASE) for pattern in patterns)

    return Slot(name, re.compile(rf"\b(?:{triggers})", re.IGNORECASE), compiled(begun), compiled(ended), several, frozenset(nouns), endings)


_NO_TOWN = r"[\w'’ ]{0,30}\b(?:school|academy|college|class|team|desk|department|gym|bank|provider|version|level|group|table|seat|row|floor|shift|shifts|lessons)\b"
_DWELLING = r"(?:home|flat|apartment|house|place|studio|room|bungalow|cottage|condo|maisonette)"
_POST = r"(?:job|position|post|role|gig|place)"
_OUT_OF_WORK = (
    r"(?P<who>i)(?: just| have|['’]ve)? (?:quit(?: my job)?(?= *(?:$|[.,;!?]))|quit my job|lost my job|got fired|retired|am unemployed)", r"(?P<who>i)(?:['’]?m| am) (?:now )?(?:retired|unemployed|out of work)\b",
)

SLOTS: tuple[Slot, ...] = (
    _slot("home", rf"li(?:ve|ves|ving|fe)\b|resident|for good|to stay|new life|made the move|based|settl|mov(?:ed|ing)\b|relocat|emigrat|resid|home|keys|{_DWELLING}\b", (
        rf"{_so('(?:live|reside)', '(?:lives|resides)', '(?:living|residing)', who=_WHO)} (?:\w+ly )?(?:over |out |up |down )?(?:in|near) (?:the )?{PLACE}",
        rf"{_WHO}(?:{_AM}|{_HAVE}) {_NOW}(?:based|settled(?: down)?|staying for good|at home) (?:over )?in {PLACE}",
        rf"{_did('moved', 'relocated', 'emigrated', 'moving', 'relocating', who=_WHO)}(?: (?:house|home|out|over|back|down|up|away|across|sticks))*(?: from [\w'’ -]+?)? (?:to|into) (?!{_NO_TOWN}){PLACE}\b(?! as (?:my|an?)\b)",
        rf"^(?:and |so |well,? |just |finally |now |recently |only |currently |these days |still |again )*(?:(?:moved|relocated)(?: back| down| up| over| out| away| house,?)* to|living in) {PLACE}", rf"{_did('made the move', 'moved house,?', 'made a new start', 'started a new life', 'started anew', 'went to live', 'gone to live', 'gone off to live', 'went off to live')} (?:to|in) {PLACE}",
        rf"(?P<who>i|we){_HAVE} made (?P<value>(?-i:[A-Z])[\w'’-]+) (?:my|our) home", rf"{_ME}{_AM} {_NOW}an? (?:\w+ )?resident of {PLACE}", rf"{_did('traded', 'swapped', 'exchanged')} (?:[\w'’]+ ){{1,4}}for (?:life in )?(?P<value>(?-i:[A-Z])[\w'’-]+)(?= *$|[.,;!]| now\b)(?<!Tesla)",
        rf"{_WHO}{_HAVE} {_NOW}upped sticks(?: and (?:moved|relocated))?(?: over| out| away)? to {PLACE}", rf"{_did('settled', 'settling', who=_WHO)}(?: down)? in {PLACE}",
        rf"{_MY} (?:home|home town|home city|hometown|{_DWELLING}){_IS}(?: in)? {PLACE}", rf"\bhome (?:is|for me is)(?: now)?(?: in)? {PLACE} now\b",
        rf"{PLACE} is (?:now )?{_MY} (?:home|city|town)\b", rf"(?:keys to|lease (?:for|on)|moved into|renting|rent|have|bought|got|found) (?:my|our|an?)(?: new| little| small| nice| tiny| big)* {_DWELLING} in {PLACE}",
        rf"(?:swapped|traded|exchanged|gave up) [\w ]+? for an? (?:new |little |small |big )?{_DWELLING} in {PLACE}", rf"(?:my|our) new {_DWELLING} in {PLACE}",
        rf"{PLACE} is where (?P<who>i|we)(?: now| have|['’]ve)*(?: live| moved| settled| ended up| made (?:my|our) home| am living| are living)", rf"^(?:these days|now|nowadays|for now),? home (?:is|for me is)(?: in)? {PLACE}", rf"{_ME}{_AM} {_NOW}in {PLACE} (?:for good|to stay)\b",
        rf"{_ME}(?:{_AM}|{_HAVE}) {_NOW}settling(?: down)? in {PLACE}", rf"{_did('gone', 'went', 'moved')}(?: back| over| off| down| up)* to {PLACE} to live\b", rf"{_did('moved', 'brought', 'shifted')} (?:my|our) (?:whole |entire )?(?:life|lives|family|things|stuff|household)(?: over)? to {PLACE}", rf"find (?P<who>me) in {PLACE} now,? [^.!?]*\bmoved\b", rf"(?P<who>i|we)(?: now)? call {PLACE} (?:my |our )?home",
    ), (rf"{_WHO} (?:do not|don['’]?t|no longer|does not|doesn['’]?t) lives? in {PLACE}",)),
    _slot("profession", r"work|job|became|become|profession|occupation|living|money|keep as|bills|food on the table|ends meet|hired|trained|promoted|career|trade\b|employed|taken on|took me on|shifts|apprentice|position|post\b|role|title|qualified|freelanc", (
        rf"{_so('work', 'works', 'working', who=_WHO)} (?:(?!as\b|and\b|with\b)[\w'’]+ ){{0,4}}?as {_A}{_TRADE}",
        rf"{_was('hired', 'taken on', 'took on', 'employed', 'promoted', 'engaged', 'recruited', 'kept on')} (?:as|to(?: be)?) {_A}{_TRADE}", rf"(?:they|the \w+|[A-Z]\w+) (?:took|have taken|['’]ve taken) (?P<who>me) on as {_A}{_TRADE}",
        rf"{_was('made', 'appointed', 'named', 'elected')} (?:an? |the |their )?{_JOB_NAMED}",
        rf"{_did('retrained', 'requalified', 'trained', 'qualified', 'started', 'started out', 'started again', 'started over', 'started work', 'started working', 'signed on', 'signed up', 'ended up', 'freelance', 'freelancing', 'work freelance')} as {_A}{_TRADE}",
        rf"{_ME}{_AM} {_NOW}(?:self[- ]employed|freelancing|freelance|employed(?: full[- ]time| part[- ]time)?|in work|back at work|doing shifts|on contract) as {_A}{_TRADE}",
        rf"{_did('got', 'landed', 'found', 'took', 'taken', 'have', 'started', 'accepted', 'begun', 'began', 'gotten', 'got offered and took')} (?:(?:an? |the )(?:\w+ |part[- ]time |full[- ]time )?{_POST}|work|employment) as {_A}{_TRADE}",
        rf"{_did('became', 'become', 'been promoted to', 'got promoted to')} {_JOB}", rf"{_MY} (?:\w+ )?(?:job(?: title)?|profession|occupation|trade|line of work|calling|career){_IS} (?:being |that of |as )?{_A}(?<!not ){_TRADE}",
        rf"{_did('switched', 'changed', 'swapped')} (?:careers|jobs|professions|career|job)(?: to(?: being)?|,? and (?:i['’]m|became|am)(?: now)?| into|, (?:now )?i['’]m(?: now)?) {_A}{_TRADE}",
        rf"(?P<who>i) {_NOW}(?:do|sell|make|drive|fix|repair|build) {_TRADE} for (?:a living|work|my living)", rf"what (?P<who>i) do (?:for (?:work|a living)|all day)(?: now)? is {_TRADE}", rf"(?:make|earn|making|earning) (?P<who>my|an?|the) (?:\w+ )?(?:living|money|keep|bread) (?:as|being|by being) {_A}{_TRADE}",
        rf"(?P<who>i)(?:{_AM})? {_NOW}(?:pay(?:ing)? (?:the|my) (?:bills|rent)|put(?:ting)? food on the table|mak(?:e|ing) ends meet|get(?:ting)? by|mak(?:e|ing) do)(?: by working)? as {_A}{_TRADE}", rf"(?P<who>i)(?:['’]m|{_AM})? {_NOW}(?:get|got|getting|being) paid to be {_A}{_TRADE}",
        rf"(?P<who>i) {_NOW}(?:do|work|doing) (?:\w+ )?shifts as {_A}{_TRADE}", rf"(?P<who>i){_AM} {_NOW}{_LIKE_A_JOB} (?:now|these days|again|at last)\b", rf"(?P<who>i){_AM} {_NOW}an? (?P<value>[\w-]+(?: [\w-]+)?) (?:now )?by (?:trade|profession)",
        rf"{_ME}{_AND}(?:{_AM}|{_HAVE} been|{_HAVE} turned| turned|{_HAVE} become|{_HAVE} (?:gone|went) back to (?:being|work as)|{_HAVE} {_CHANGED} to being|{_HAVE} ended up(?: as)?)(?: back)?(?: to being| being)? {_NOW}(?:back to (?:being|working as) )?(?:an? |the new |their (?:new )?)?{_JOB_NAMED}",
        rf"{_ME}\b(?:(?!{_NO_WORK})[^.;!?]){{1,60}}? as an? {_JOB_NAMED}", rf"(?:gave|given|offered|got|found) (?P<who>me) (?:an? |the )(?:new )?(?:job|post|position|place|work|start)(?: \w+){{0,2}}? as {_A}{_TRADE}",
        rf"{_did('left', 'quit', 'gave up', 'given up', 'stopped', 'retrained')} (?:[\w'’]+ ){{1,4}}?to (?:be|become|work as|train as) an? {_JOB_NAMED}", rf"\b(?:an? |my )?(?:new|career|professional) (?:job|change|career|life|start|profession|work):? (?:i['’]m |as )?an? {_JOB_NAMED}", rf"^(?:an? |my |the )?new (?:job|career|profession)[:,]? {_TRADE}",
        rf"{_MY} work{_IS} (?:being |that of )an? {_JOB_NAMED}", rf"^what (?:am i|i am)[?:,]? an? {_JOB_NAMED}",
        rf"{_did('gone', 'went', 'switched', 'changed', 'turned', 'moved')} (?:from (?:\w+ ){{1,3}}?)?to (?:being |working as )?(?:an? )?{_JOB_NAMED}",
        rf"^(?:and |so |well,? |now |just |finally |officially |these days |currently |at last |back to being |back to work as |work-?wise )*an? {_JOB_NAMED}(?=[^.!?]*\b(?:now|as of|since|again|these days|from today|is what i am|that['’]?s what i am|that['’]?s me)\b)",
        rf"^(?:an? )?{_JOB_NAMED} (?:is|it is)(?: now)? (?P<who>my) (?:new |current )?(?:job|profession|trade|work|occupation)", rf"{_MY} (?:new |next )?(?:job|profession|career|role|work):? (?:an? )?{_JOB_NAMED}",
    ), _OUT_OF_WORK, nouns=(title.rpartition(" ")[2] for title in (*_TITLES, *_OFTEN_PASTIMES)), endings=_TRADES),
    _slot("employer", r"work|job|hired|employ|joined|signed|payroll|salary|wages|took me on|staff|contract|quit|resigned|company|firm|position|role|start", (
        rf"{_so('work', 'works', 'working', who=_WHO)} (?:over |down )?(?:at|for) (?:the )?{PLACE}", rf"{NAME} (?:pays (?P<who>my) (?:salary|wages?|rent)|(?:took|has taken) (?P<me>me) on\b)", *_new('(?:employer|company|firm|workplace)', NAME), rf"{_was('employed', 'hired', 'taken on', 'headhunted', 'recruited', who=_WHO)} (?:at|for|by|with) (?:the )?{PLACE}",
        rf"{_WHO}{_HAVE} {_NOW}(?:started|got|took|landed|found|accepted|begun|began) (?:work(?:ing)?|(?:an?|the) (?:new )?{_POST}) (?:at|with|for|by) (?:the )?{PLACE}",
        rf"{_ME}{_AM}?{_HAVE} {_NOW}(?:start|started|starting|begin|began|begun)(?: work| working)? (?:at|with) {NAME}\b(?![\w'’ ]{{0,30}}\b(?:school|academy|high|university|college|uni)\b)", rf"{NAME} is where (?P<who>i) work", rf"{_did('joined')} (?:the team at|the staff of|as an? \w+ at) {NAME}", rf"{_did('signed on', 'signed', 'signed up')} (?:with|at) {NAME}",
        rf"{_did('switched', 'changed', 'moved', 'swapped')} (?:jobs|employers|companies)(?: and (?:i['’]m|am|work|i work) (?:now )?(?:at|for|with)| to) {NAME}", rf"{_did('switched', 'changed', 'moved', 'went')}(?: over)? to {NAME} as (?:my|an?) (?:new )?employer",
        rf"{_did('left', 'quit')} (?:[\w ]+? )?for an? (?:new |better )?{_POST} (?:at|with) {NAME}", rf"{_did('signed')} (?:an?|my) (?:\w+ )?contract (?:with|at) {NAME}", rf"{_ME}{_AM} {_NOW}on the (?:payroll|staff|team) (?:of|at) {NAME}",
        rf"{_did('switched', 'changed', 'moved', 'swapped', 'left')} (?:my )?(?:old )?(?:jobs?|employers?|companies|company|firms?|work)\b[^.!?]{{0,20}}?,? (?:and|i['’]m|now)[^.!?]{{0,20}}?\b(?:at|for|with) {NAME}", rf"{_did('switched', 'changed', 'moved', 'went')}(?: over| across)? to {NAME} (?:for work|for a job|to work|,? i work there)",
        rf"(?:firm|company|place|people|shop|outfit) (?:that|who|which) employs? (?P<who>me)(?: now)? (?:is|are) (?:now )?(?:called )?{NAME}", rf"{_did('quit', 'left', 'resigned')} and (?:went|moved|switched) (?:over )?to {NAME}", rf"{_MY} (?:employer|company|firm){_IS} {PLACE}",
        rf"(?:company|firm|place|shop|outfit) (?:that )?(?P<who>i) work (?:for|at)(?: now)? is (?:now )?{PLACE}", rf"{NAME} (?:is|are) (?P<who>my) (?:new )?employer", rf"{NAME} (?:hired|employs|has hired|took on) (?P<who>me)\b",
    ), _OUT_OF_WORK),
    _slot("partner", rf"{LOVE}|dating|together|seeing|married|engaged|couple|relationship|fallen for|fell for|going (?:out|steady)|a thing|an item|in love|broke up|single|divorced|split|separated|dumped|are over", (
        *_called(LOVE),
        rf"{_ME}(?:{_AM}|{_HAVE}) {_NOW}(?:dating|going out with|going steady with|married to|engaged to|together with|in love with|in a relationship with|seeing(?= \w+(?: now)?\W*$)) (?:someone called |an? \w+ (?:called|named) )?{NAME}",
        rf"{_did('married', 'got married to', 'got engaged to', 'got together with', 'gotten together with', 'started dating', 'started seeing', 'started going out with', 'fallen for', 'fell for', 'fallen in love with', 'fell in love with', 'met someone,? (?:called )?')} ?{NAME}",
        rf"(?:we['’]re|we are|we became) (?:now )?(?:together|dating|a couple|an item|engaged|married)(?: now)?,? {NAME} and (?P<who>i|me)\b", rf"(?P<who>me) and {NAME} (?:are|have been|became|got) (?:now )?(?:together|dating|a couple|a thing|an item|engaged|married|seeing each other|going out)", rf"(?:have|['’]ve|got|met|found) an? (?:new )?{LOVE},? (?:and )?(?:her|his|their) name(?: is|['’]s) {NAME}",
        rf"{NAME} [^.!?]{{0,40}}?\b(?:and|so) (?:now )?(?:he|she)(?:['’]s| is) (?:now )?(?P<who>my) {LOVE}", rf"{NAME} and (?P<who>i) (?:got together|have got together|are (?:now )?(?:together|dating|a couple|a thing|an item|engaged|married|seeing each other|going out)|got engaged|got married|started dating|became a couple)",
    ), (
        r"(?P<who>i)(?:['’]?m| am) (?:now )?(?:single|divorced)(?: again| now)?\b", r"(?P<who>i|we)(?: just| have|['’]ve)? (?:broke up|split up|got divorced|got dumped|separated)(?: with| from)?\b",
        r"[A-Z][\w'’-]+ and (?P<who>i) (?:broke up|split up|got divorced|separated|are over)",
    )),
    _slot("diet", rf"{DIETS}|diet\b|meat|everything again", (
        rf"(?P<who>i|we)(?:{_AM}|{_HAVE}| have gone| do)? (?:(?:now|just|recently|finally|actually|been|back|fully|strictly|officially|currently|an?|on|the|strict|being|to|started|trying|tried|out|following|follow|doing|do|did|eat|eating|live|living|"
        rf"keep|keeping|stick|sticking|went|gone|go|going|turned|became|become|switched|switching|converted|changed|over|only|mostly|decided to be|decided to go|chose to be|went back|all|totally|completely) )*(?P<value>{DIETS}|eating meat again|meat again|meat now|everything again)\b(?! (?:restaurant|food|meal|place|caf|cake|burger|dish|recipe|dinner|cook|cheese|friend))",
        rf"{_ME}(?:{_AM})?{_HAVE} {_NOW}(?:switched|changed|stick|sticking|moved|gone|went|keep|keeping|swapped)(?: over| only)? to (?:only )?(?P<value>{DIETS}) (?:food|meals|cooking|eating|dishes)", rf"^(?:and |so |just |finally )*(?:gone|went|going|turned|now) (?:fully |strictly )?(?P<value>{DIETS})\b(?! (?:food|restaurant|burger|dish))", rf"^(?:and |so |now )*back to (?:being )?(?P<value>{DIETS})\b",
        rf"put (?P<who>me) on an? (?:strict )?(?P<value>{DIETS})\b", rf"{_MY} diet{_IS} {THING}",
    ), (rf"(?P<who>i)(?:['’]?m| am) (?:no longer|not) (?:an? )?(?:{DIETS})", rf"(?P<who>i) (?:stopped|quit|gave up) (?:being |eating )?(?:an? )?(?:{DIETS})")),
    _slot("age", r"\d", (
        rf"(?P<who>i){_AM} {_NOW}(?P<value>\d{{1,3}})(?= *(?:$|[.,;!?]| (?:years?|yrs?|y/o|now|today|since|and|already|but)\b))(?! (?:minutes|hours|days|weeks|km|kg))",
        rf"{_did('turned', 'turn', 'reached', 'hit', 'celebrated turning', 'become', 'became')} (?P<value>\d{{2}})(?= *(?:$|[.,;!?]| (?:yesterday|today|now|last|this|on|in|at|already|and|years)\b))", r"(?:celebrated|had|it['’]s|it was|today is|today was) (?P<who>my) (?P<value>\d{1,3})(?:st|nd|rd|th) birthday", r"(?P<who>my) age is (?:now )?(?P<value>\d{1,3})\b",
        r"(?P<value>\d{1,3}) years? old[^.!?]*\b(?:that['’]?s|this is) (?P<who>me)\b",
    )),
    _slot("phone number", r"\+?\d[\d ()/-]{5,}", (
        r"(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\byour )(?<!['’]s )(?<!\bhis)(?<!\bher)(?<!\btheir)(?<!\byour)(?<!['’]s)(?P<who>my|the|a)?(?: ?(?:own|new|phone|mobile|cell|cellphone|telephone)\b)* ?numbers?\b(?! of)[^.!?\d]{0,30}?(?P<value>\+?\d[\d ()/-]{4,}\d)", r"(?:reach|call|text|ring|phone|message|whatsapp) (?P<who>me) [^.!?\d]{0,20}(?P<value>\+?\d[\d ()/-]{4,}\d)",
        r"(?P<value>\+?\d[\d ()/-]{4,}\d) (?:is|as|for) (?P<who>my) (?:new |phone |mobile |cell )*number",
        r"(?P<who>my)(?: own| new| work| private)* (?:phone|mobile|cell|cellphone|telephone|landline|whatsapp)(?: is|['’]s|:| now:| now is| is now)+ (?P<value>\+?\d[\d ()/-]{4,}\d)",
    )),
    _slot("car", rf"car\b|drive|driving|{CARS}", (
        rf"{_so('(?:drive|own)', '(?:drives|owns)', '(?:driving|owning)')} (?:an? |the |my )?(?:[\w-]+ ){{0,2}}?(?P<value>{CARS}\b(?: [\w-]+)?)", rf"(?P<who>i) {_NOW}drive (?:an? |the )(?:\w+ )?{PLACE}{_STOP}",
        rf"{_did('bought', 'got', 'purchased', 'leased', 'picked up', 'ordered', 'acquired', 'have', 'have got', 'treated myself to', 'settled on', 'went for', 'gone for', f'{_CHANGED} (?:up )?to', 'upgraded to', 'traded up to')} (?:myself |ourselves |us )?(?:an?|my|our|the)(?: (?!(?:at|with|for|in|of|from|by|and|on|to)\b)[\w-]+){{0,2}}? (?P<value>{CARS}\b(?: [\w-]+)?)(?! on holiday)",
        *_new('(?:car|ride|vehicle|wheels)', rf"(?:\w+ ){{0,2}}?(?P<value>{CARS})"), rf"{_ME}{_AM} {_NOW}the (?:proud )?owner of an? (?:[\w-]+ ){{0,2}}?(?P<value>{CARS})\b", rf"{_MY} car{_IS} (?:an? (?:new |used |second[- ]hand |old )?)(?P<value>(?!lot|bit|mess|wreck|total|piece)[\w-]+)",
        rf"(?:replaced|traded|swapped|exchanged|traded in|changed) (?P<who>my|our|the)(?: old)? (?:car|{CARS})(?: in)? (?:with|for|against) an? (?:\w+ ){{0,2}}?(?P<value>(?:{CARS})\b)",
    ), (r"(?P<who>i|we)(?: just| have|['’]ve)? (?:sold|scrapped|got rid of|gave up) (?:my|our|the) car\b",)),
    _slot("studies", r"stud|field|reading|at uni|at college|undergrad|major|degree|enrol|subject|course|transferred|switched|changed", (
        rf"{_so('study', 'studies', 'studying')} (?!{LANGUAGES}\b(?! (?:at (?:uni|college)|literature|studies|philology))){PLACE}", rf"{_so('major', 'majors', 'majoring')} in {PLACE}", rf"{_did('enrolled', 'registered', 'signed up')} (?:in|on|for) (?:a (?:degree|course|master['’]?s) in )?(?P<value>{SUBJECTS})\b",
        rf"{_did('switched', 'changed')} my (?:major|degree|course|studies|subject)(?: from [\w ]+?)? to {PLACE}", rf"{_ME}{_HAVE} {_NOW}{_CHANGED} (?:from [\w ]+? )?to (?:studying |a degree in )?(?P<value>{SUBJECTS})\b",
        rf"{_did('started', 'begun', 'began')} (?:an? |my )(?:new )?(?:degree|course|bachelor['’]?s?|master['’]?s?|phd|ba|bsc|msc|ma) in {PLACE}", rf"{_so('(?:do|take|pursue)', '(?:does|takes)', '(?:doing|taking|pursuing)')} (?:an? |my )(?:\w+ )?(?:degree|bachelor['’]?s?|master['’]?s?|phd|ba|bsc|msc|ma) in {PLACE}",
        rf"{_so('(?:do|read|take)', '(?:does|reads|takes)', '(?:doing|reading|taking)')} (?P<value>{SUBJECTS}) at (?:uni|university|college)", rf"{_ME}{_AM} {_NOW}an? (?:\w+ )?student of (?P<value>{SUBJECTS})\b", rf"{_ME}{_AM} {_NOW}enrolled (?:in|for|on) (?:an? \w+ in )?(?P<value>{SUBJECTS})\b", *_new('(?:major|subject|field|field of study|degree|course)', rf"(?P<value>{SUBJECTS})"),
        rf"{_ME}{_AM} {_NOW}an? (?P<value>{SUBJECTS}) (?:student|major|undergrad|undergraduate)\b", rf"{_MY} (?:major|degree|subject|course)(?: at (?:uni|university|college))?{_IS}(?: in)? {PLACE}",
    ), (r"(?P<who>i)(?: just| have|['’]ve)? (?:dropped out of (?:uni|university|college)|quit (?:uni|university|college|my degree)|finished my degree)",)),
    _slot("school", r"school|academy|attend|high\b", (
        rf"{_ME}(?:{_AM}|{_HAVE})? {_NOW}(?:an? (?:pupil|student) at|enrolled at|been going|was transferred|were transferred|go|going|went over|started|start|enrolled|attend|attending|transferred|transfer|changed|moved|switched|at)(?: to| at| in)? (?:the )?(?P<value>(?-i:[A-Z])[\w'’.-]+(?: (?-i:[A-Z])[\w'’.-]+)*)(?= (?:high |primary |secondary |grammar )?(?:school|academy|high)\b)",
        rf"(?P<who>i) {_NOW}attend (?P<value>(?-i:[A-Z])[\w'’.-]+(?: (?-i:[A-Z])[\w'’.-]+)*)", rf"{_MY} school{_IS} (?:called )?(?P<value>(?-i:[A-Z])[\w'’.-]+(?: (?-i:[A-Z])[\w'’.-]+)*)",
        r"(?:changed|switched) schools,?(?: and)?(?: now)? (?P<who>i)(?:['’]m| am)? (?:now )?(?:go to|at|attend) (?P<value>(?-i:[A-Z])[\w'’.-]+(?: (?-i:[A-Z])[\w'’.-]+)*)",
    )),
    _slot("language", rf"{LANGUAGES}\b", (
        rf"{_so('(?:learn|study|practise|practice|teach myself)', '(?:learns|studies)', '(?:learning|studying|practising|practicing|picking up|teaching myself|having a go at|trying my hand at|getting into)')} (?P<value>{LANGUAGES})\b", rf"{_did('got into', 'gotten into', 'had a go at', 'dived into')} (?P<value>{LANGUAGES})\b(?! (?:food|music|films?|books?|cooking|wine|bar|place|restaurant))", rf"{_did('started', 'begun', 'began', 'booked', 'signed up for')} (?:an? |my )?(?P<value>{LANGUAGES}) (?:lessons|classes|class|course)",
        rf"{_so('do', 'does', 'doing')} (?P<value>{LANGUAGES}) (?:on|with|in) (?:an? |my |the )?(?:app|evenings?|tutor|duolingo|classes|night school)", rf"{_ME}{_AND}{_HAVE}(?:{_AM})? {_NOW}(?:learnt|taken up|took up|{_CHANGED}(?: on)?(?: from \w+)? to) (?:learning |studying )?(?P<value>{LANGUAGES})\b",
        rf"{_so('(?:take|have|do|attend)', '(?:takes|has)', '(?:taking|having|doing|attending)')} (?:an? )?(?P<value>{LANGUAGES}) (?:lessons|classes|class|course|evening class)", *_new('language', rf"(?P<value>{LANGUAGES})\b"),
    ), several=True),
    _slot("medication", rf"{DRUGS}\b|medication|meds|prescri", (
        rf"(?P<who>i){_AM} {_NOW}(?:on|taking|using) (?:my )?(?P<value>{DRUGS})\b", rf"{_so('(?:take|use)', '(?:takes|uses)', '(?:taking|using)')} (?:my )?(?P<value>{DRUGS})\b", rf"{_MY} (?:medication|medicine|meds|prescription|pills){_IS} (?P<value>{DRUGS}|\w+)\b",
        rf"(?:put|prescribed|gave|switched|moved|started) (?P<who>me) (?:on |to |onto )?(?P<value>{DRUGS})\b", rf"{_was('put', 'prescribed', 'switched', 'moved', 'started', 'given', 'changed')} (?:on |to |onto |over to )?(?P<value>{DRUGS})\b",
        rf"{_did(f'{_CHANGED} to', 'started on', 'started taking', 'went on', 'gone on', 'been started on')} (?P<value>{DRUGS})\b", *_new('(?:medication|medicine|prescription|tablet|pill)', rf"(?P<value>{DRUGS})\b"), rf"{_so('get', 'gets', 'getting')} (?P<value>{DRUGS})\b", rf"(?:changed|switched|moved|swapped) (?P<who>my) (?:medication|medicine|meds|prescription|pills|tablets)(?: over)? (?:to|for) (?P<value>{DRUGS})\b",
    ), (rf"(?P<who>i)(?: just| have|['’]ve)? (?:stopped taking|came off|come off|quit|am off) (?:my )?(?:{DRUGS}|medication|meds)\b",), several=True),
    _slot("team", r"support|root|fan\b|team|club|cheer|backing|back\b", (
        rf"{_so('(?:support|root for|cheer for|back|follow)', '(?:supports)', '(?:supporting|rooting for|cheering for|backing)')} {_TEAMLESS}{NAME}(?! (?:with|in|by|when|through)\b)", rf"{_ME}{_HAVE} {_NOW}{_CHANGED} to (?:supporting|being an?) {NAME}",
        rf"{_ME}(?:{_AM}|{_HAVE}) {_NOW}(?:become |turned into |been |became )?an? {NAME} (?:fan|supporter)", rf"{_MY} (?:favou?rite )?(?:team|club){_IS} {NAME}", rf"{NAME} (?:is|are|have become|has become) (?:now )?(?P<who>my) (?:new |favou?rite )?(?:team|club)\b", rf"{_ME}(?:{_AM}|{_HAVE}) {_NOW}(?:become )?an? (?:\w+ )?(?:fan|supporter) of {NAME}", rf"{_did('changed', 'switched', 'swapped')} (?:teams?|clubs?|sides),? (?:and )?(?:now )?(?:i )?(?:now )?(?:support|back|follow|cheer for|root for) {NAME}", *_new('(?:team|club)', NAME),
    )),
    _slot("instrument", rf"{INSTRUMENTS}\b", (
        rf"{_so('(?:play|learn|study|practise|practice)', 'plays', '(?:playing|learning|studying|practising|practicing)')} (?:the |an? )?(?P<value>{INSTRUMENTS})\b", rf"{_ME}{_HAVE} {_NOW}(?:taken up|took up|picked up|{_CHANGED}(?: on)? (?:from [\w ]+? )?to|(?:swapped|traded|exchanged|gave up|dropped) (?:the |my )?[\w ]+? for) (?:playing )?(?:the |an? )?(?P<value>{INSTRUMENTS})\b",
        rf"it(?:['’]s| is) (?:now )?the (?P<value>{INSTRUMENTS}) (?:that )?(?P<who>i) play\b", *_new('instrument', rf"(?P<value>{INSTRUMENTS})\b"), rf"{_MY} instrument{_IS} (?:the |an? )?(?P<value>{INSTRUMENTS})\b",
    ), several=True),
)

_EVENT = r"(?:wedding|(?:driving|theory) test|graduation|(?:knee |hip |back |eye |heart )?(?:surgery|operation)|move|moving day|due date|housewarming|court date|thesis defen[cs]e|(?:\w+ )?(?:exam|final|interview|appointment|audition|recital))"
_DATE = r"(?:the )?(?P<value>(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]{3,9}|(?:january|february|march|april|may|june|july|august|september|october|november|december)(?: \d{1,2}(?:st|nd|rd|th)?)?|(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|next (?:week|month|year)|\d{1,2}(?:st|nd|rd|th)))"
_PUT = r"(?:moved(?: forward| back| up)?|rebooked|rescheduled|postponed|put (?:back|off|forward)|pushed(?: back| forward| to)?|brought forward|delayed|shifted|changed|set|fixed|booked|scheduled)"

DATED = re.compile(rf"\b{_EVENT}\b", re.IGNORECASE)
DATES = tuple(re.compile(rf"\b{pattern}", re.IGNORECASE) for pattern in (
    rf"(?P<who>my|our|the) (?P<key>{_EVENT})(?: is| will be| got|['’]s| has been| was| is going to be| is gonna be| has to be)(?: now| going to be)*(?: (?P<put>{_PUT}))?(?: now)? (?:on|to|for|till|until|in) {_DATE}",
    rf"(?P<put>{_PUT}) (?P<who>my|our|the) (?P<key>{_EVENT}) (?:back |forward |on )?(?:to|for|on|till|until) {_DATE}",
    rf"(?:have|take|do|sit|having|taking|doing|got) (?:to (?:take|do|sit) )?(?P<who>my|our) (?P<key>{_EVENT}) on {_DATE}", rf"(?P<who>my|our) (?P<key>{_EVENT})(?: date)?(?: is|['’]s|:)(?: now)? (?=(?:the )?\d{{1,2}}(?:st|nd|rd|th)? |(?:the )?\d{{1,2}}(?:st|nd|rd|th)|\w+ \d){_DATE}",
    rf"(?P<who>my|our|the) (?P<key>{_EVENT}) (?:was|got|has been|['’]s been|is) (?P<put>cancell?ed|called off|moved|off),? (?:and|but|so|it['’]s)(?: is| it['’]s| now)* (?:on|for|to) {_DATE}",
    rf"(?:new )?date (?:of|for) (?P<who>my|our|the) (?P<key>{_EVENT})(?: is| will be|['’]s|:)(?: now)? (?:on )?{_DATE}", rf"{_DATE} (?:as|is) (?:now )?the (?:new )?date (?:of|for) (?P<who>my|our|the) (?P<key>{_EVENT})",
))
"""An event and its date: "my driving test was moved to 3 May"."""

KEYED = tuple(re.compile(rf"\b{pattern}", re.IGNORECASE) for pattern in (
    rf"my (?:new |current |all[- ]time |absolute |very )*(?P<key>favou?rite [a-z]+(?: (?!(?:now|is|has|changed|became|turned|right|these|would|will|must)\b)[a-z]+)?|{LABEL})(?: of all time)?(?:{_IS}|:) {THING}", rf"nothing (?:beats|tops|comes close to|compares to) {THING}, (?:it['’]s )?my (?P<key>favou?rite [a-z]+)",
    rf"(?:changed|switched) my (?P<key>favou?rite [a-z]+)(?: from \w+)? to {THING}", rf"the (?P<favourite>[a-z]+) (?:that )?i (?:like|love|prefer) (?:the )?(?:best|most) (?:is|are) (?:now )?{THING}",
    rf"of all (?:the |my )?(?P<favourite>[a-z]+),? i (?:now )?(?:like|love|prefer) {THING} (?:the )?(?:best|most)",
    rf"(?:i have|i['’]ve got|i got|i found|got) a new (?P<key>favou?rite [a-z]+)(?:[:,]| and) ?(?:it['’]s )?{THING}",
    rf"{THING}(?: is|['’]s) (?:now )?my (?:new |current )?(?P<key>favou?rite [a-z]+(?: (?!now\b)[a-z]+)?)(?: now)?(?= *(?:$|[.,;!?]))",
    rf"(?:no|no other) (?P<favourite>[a-z]+) (?:beats|comes close to|tops) {THING}", r"i (?:like|love|prefer) (?P<value>[\w ]{1,40}?) (?:the )?(?:best|most) of all (?P<favourite>[a-z]+)",
    r"(?:as for|when it comes to) (?P<favourite>[a-z]+), (?P<value>[^.,;!?]{1,60}?)(?: is|['’]s|,)(?: now)? my (?:new |current )?favou?rite",
    *(pattern.replace("(?P<who>my|our)", "(?:my|our)").replace("(?P<who>i|we)", "(?:i|we)").replace("@", f"(?P<key>{NAMED})") for pattern in _called("@")),
    rf"(?:have|['’]ve got|got) an? (?:new|different) (?P<key>{NAMED})(?: now)?,? (?:(?:his|her|their) name(?: is|['’]s) |it['’]s |called |named )?{NAME}", rf"{NAME} is (?:now )?the (?:new )?(?P<key>boss|manager)(?: now)?\b", rf"i (?:now |currently )?(?P<key>report) to {NAME}", rf"i (?:now |currently )?work (?P<key>under) {NAME}", rf"the new (?P<key>{NAMED}) is (?:called )?{NAME}",
    rf"(?:my|our|the) (?P<key>{PETS})(?:['’]s name)?{_IS}(?: called| named)? {NAME}(?= *(?:$|[.,;!?]| (?:now|and|by the way)\b))",
    rf"(?:have|['’]ve got|got|own|adopted) an? (?:\w+ )?(?P<key>{PETS}),? (?:called|named|whose name is|(?:its|his|her) name is) {NAME}", rf"(?:my|our|the) (?P<key>{PETS})['’]s new name{_IS} {NAME}", rf"gave (?:my|our|the) (?P<key>{PETS}) the (?:new )?name {NAME}", rf"{NAME} is what (?:i|we)(?: now)? call (?:my|our|the) (?P<key>{PETS})",
    rf"(?:went with|chose|picked|decided on|settled on) {NAME} for (?:my|our|the) (?P<key>{PETS})\b", rf"(?:changed|switched) (?:my|our|the) (?P<key>{PETS})['’]s name (?:from \w+ )?to {NAME}",
    rf"(?:rename|renamed|renaming|call|called|calling|name|named|naming) (?:my|our|the) (?P<key>{PETS}) {NAME}", rf"{NAME} as (?:the|a) name (?:for|of) (?:my|our|the) (?P<key>{PETS})",
    rf"(?:my|our|the) (?P<key>{PETS}) (?:now )?(?:goes by|answers to|listens to|responds to|got renamed to|was renamed(?: to)?|has been renamed(?: to)?)(?: the name)?(?: of)? {NAME}",
    rf"(?P<key>call) me {NAME}(?= *(?:$|[.,;!?]| (?:now|from now on|please)\b))",
))
"""Facts whose slot stands in the sentence itself: "my favourite colour is green"."""

KEY_HINT = re.compile(rf"\b(?:favou?rite|{LABEL}|{NAMED}|{PETS}|call me|report to|work under|of all|nothing beats|nothing tops|like best|love best|like most|love most|like the|best of all|most of all|beats|tops|comes close)", re.IGNORECASE)

ALIASES: Mapping[str, str] = {"manager": "boss", "line manager": "boss", "supervisor": "boss", "report": "boss", "under": "boss", "favorite team": "team", "favorite club": "team"}
