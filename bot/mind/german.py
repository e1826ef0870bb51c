"""What a message in German is after and how it feels, by its words: patterns for :mod:`bot.mind.empathy`, `situation` and `support`.

Nothing here matches English: "die", "war" and "also" are words of both.
"""

_STEP = r"(?:(?!nicht\b|nie\b|kein\w*\b|nimmer\b)[\wäöüß]+,? ){0,4}?"
"""Up to four words in between, none of which denies what follows."""

_MACHINE = r"(?:maschine|roboter|bot|chatbot|ki|k\.i\.|ai|programm|computer|software|sprachmodell|algorithmus)"
_SOMEBODY = rf"(?:mensch(?:en)?|menschlich|{_MACHINE}|person|mann|frau|lebewesen)"
_FILL = r"(?:(?:denn|eigentlich|wirklich|überhaupt|nur|bloß|jetzt|ehrlich|auch|vielleicht|etwa|nicht|doch|so|tatsächlich|in|wahrheit|wirklichkeit|gerade|hier|irgend)\s+)*"
_AN = r"(?:(?:eine?[nmr]?|ne?|n?e[nrm]|irgendein\w*|keine?|so)\s+)?(?:(?:echte?[rnms]?|richtige?[rnms]?|wirkliche?[rnms]?|lebendige?[rnms]?|reale?[rnms]?)\s+)?"
_OPEN = r"^\W*(?:(?:ok|okay|gut|also|na|na gut|so|danke|alles klar|hey|ach|du)\W+)*"
_KIN = r"(?:hund|katze|kater|oma|opa|vater|papa|mutter|mama|bruder|schwester|onkel|tante|freund(?:in)?|mann|frau|kind|sohn|tochter|pferd|kaninchen|wellensittich|nachbar(?:in)?)"

INTENTS = (
    (
        "ask whether you are human",
        rf"\bbist (?:du|d) {_FILL}{_AN}{_SOMEBODY}\b|\bbist du {_FILL}(?:echt|real|lebendig|am leben|aus fleisch(?: und blut)?)\W*(?:\?|$)|\b(?:red|schreib|sprech|chatt|unterhalt|plauder|kommunizier)e? (?:ich|mich) {_FILL}(?:hier |da |gerade )*mit {_AN}(?:menschen|{_MACHINE}|person)\b"
        rf"|\bdu bist {_FILL}{_AN}{_SOMEBODY}\b[^.!]*\?|\b(?:ist|sitzt|steckt) (?:das|da|dahinter|dort|hier) {_FILL}(?:hier |da |dahinter |gerade )*{_AN}{_SOMEBODY}\b|\bmensch oder {_AN}{_MACHINE}\b|\b{_MACHINE} oder {_AN}mensch\b|\bbist (?:du )?(?:gar |doch )?nicht (?:echt|real)\b|\bgibt es dich (?:wirklich|echt)\b|\bhast du (?:einen|ein|eine) (?:körper|herz|seele|puls|gehirn)\b"
        rf"|^\W*was bist du(?: eigentlich| genau| denn| für \w+)*\W*$|\b(?:mit wem|wer) (?:red|schreib|sprech)e? ich\b"
        rf"|\b(?:bin ich|steckt|antwortet|schreibt|sitzt|tippt|redet|lese ich)\b[^.!?]{{0,40}}\b(?:mensch\w*|{_MACHINE}|echte[rn]? person)\b[^.!]*\?",
    ),
    (
        "ask about their own life",
        r"\bweißt du (?:noch|was|wo|wann|wer|wie|ob|dass|etwas)\b[^.!?]{0,120}\b(?:ich|mir|mich|mein\w*)\b|\bwei(?:ß|ss)t du (?:noch |eigentlich |denn )*mein\w*\b|\bweisst du noch\b|\berinnerst du dich\b|\bwas weißt du (?:\w+ )?(?:über|von) mi[rc]h?\b|\b(?:hab|habe|hatte) ich dir\b[^.!]*\b(?:erzählt|gesagt|erwähnt|verraten)\b[^.!]*\?"
        r"|\bwas (?:hab|habe|hatte) ich\b[^.!?]{0,60}\b(?:erzählt|gesagt)\b|\bkennst du (?:noch )?mein\w*\b|^\W*(?:(?:und|sag mal|du|hey|ach)\W+)*(?!wie (?!heiße)\w+ ich\b)(?:was|wo|wann|wer|wie|welche\w*)\b(?! (?:kann|soll|könnte|muss|mach\w*|krieg\w*|bekomm\w*|schaff\w*|würd\w*|geht|sag\w*|schreib\w*)\b)(?! \w+ du\b)[^.!?]{0,80}\b(?:ich|mein\w*)\b[^.!?]*\?|^\W*(?:(?:und|sag mal|du|hey|ach)\W+)*(?:was|wo|wann|wer|wie|welche\w*)(?: alt| lange| oft)? (?:ist|sind|war|waren|heißt|heißen|heiße|wohnt|wohne|arbeite|arbeitet|studiere|bin|hab|habe|mag|esse|fahre|fliege|kommt|hat|beginnt|fängt) (?:nochmal |noch mal |noch |denn |eigentlich )*(?:ich|mein\w*)\b",
    ),
    (
        "goodbye",
        rf"{_OPEN}(?:tschüss?i?|tschau|ciao|servus dann|gute nacht|gut nacht|gn8?|nachti?|auf wiedersehen|mach'?s gut|schlaf (?:gut|schön)|bis (?:dann|später|morgen|bald|gleich|demnächst|nachher|montag|heute abend)|man (?:liest|schreibt) sich|(?:ich )?(?:muss|gehe?|bin|geh) (?:jetzt |mal |dann |dann mal |schon )*(?:los|weg|schlafen|pennen|ins bett|in die heia|offline|off|raus))\b(?: (?:dann|mal|jetzt|erstmal|und|danke|du|schlaf gut|bis morgen|gute nacht|tschüss))*(?:\W+(?:gute nacht|tschüss|bis (?:dann|morgen|bald|später)|schlaf gut|danke|ciao|\w+))?\W*$"
        r"|^\W*(?:[\wäöüß'’]+[ ,]+){0,8}[\wäöüß]+[.,!;]+\s*(?:gute nacht|gn8?|tschüss?i?|ciao|bis (?:dann|morgen|später|bald|gleich)|mach'?s gut|schlaf gut)\W*$|^\W*(?:gute nacht|schlaf (?:gut|schön)|tschüss?|ciao)\b(?:\W+[\wäöüß]+){0,4}\W*$|\b(?:hau|leg)e? mich (?:\w+ )?(?:aufs ohr|hin|schlafen)\b|\bverabschiede mich\b|^\W*(?:einen )?schönen? (?:abend|tag|feierabend|nacht|sonntag)\b(?: dir| euch)?(?: noch)?\W*$",
    ),
    (
        "ask your opinion",
        r"\b(?:findest|meinst|denkst|glaubst) du\b|\bwas (?:denkst|hältst|meinst|sagst) du\b|\bsoll(?:te)? ich\b|\bdeine meinung\b|\b(?:oder|nicht wahr|stimmt'?s|richtig|gell|ne)\?\s*$|\bgute idee\b[^.]*\?|\bhab(?:e)? ich (?:nicht )?recht\b|\bgibst du mir recht\b|\b(?:was )?würdest du (?!mir|bitte|mal)|\bist (?:das|es) (?:nicht |denn )*(?:eine? )?(?:\w+ )?idee\b|\bbist du (?:nicht )?(?:auch )?(?:meiner|der) meinung\b",
    ),
    (
        "comfort",
        rf"\bmir geht(?:'s|s| es) {_STEP}(?:nicht (?:so |sehr |besonders )?gut|schlecht|mies|beschissen|dreckig|elend|scheiße)|\b(?:ich|bin|fühl\w*|mich) {_STEP}(?:traurig|einsam|allein(?:e)?(?! zu)|am (?:boden|ende)|verzweifelt|leer|überfordert|erschöpft|unglücklich|wertlos|deprimiert|verletzt|hilflos|niedergeschlagen|ausgebrannt|enttäuscht|mutlos|nichts wert|(?:wie )?(?:ein|der letzte|eine) versager(?:in)?)\b(?! (?:zu hause|daheim))"
        rf"|\b(?:hab|habe) {_STEP}(?:angst|panik|schiss|bammel|liebeskummer|heimweh)\b|\b(?:muss|musste|könnte|will|hab|habe) {_STEP}(?:weinen|heulen|geweint|geheult)\b|\bheul\w* (?:rum|nur noch|seit|die ganze)\b|\b{_KIN} (?:ist|sind) {_STEP}(?:gestorben|tot|eingeschläfert|verstorben)\b"
        r"|\b(?:schluss gemacht|mich (?:\w+ )?(?:verlassen|betrogen|gefeuert|entlassen|sitzen ?lassen)|durchgefallen|nicht (?:bestanden|geschafft)|gefeuert worden|entlassen worden)\b|\b(?:scheiß|schlimmer|furchtbarer|schrecklicher|mieser|beschissener|blöder|grauenhafter) ?tag\b|\bich (?:kann|halte?) (?:\w+ ){0,2}nicht mehr\b|\bvermisse? (?:\w+ ){0,2}(?:ihn|sie|dich|mein\w*)\b|\b(?:keiner|niemand)\b[^.!?]{0,40}\b(?:mich|mir|mein\w*)\b|\bich hasse mich\b|\b(?:tränen|heulkrampf)\b|\b(?:mir|das) (?:ist |wird )?(?:mir )?(?:alles |das |das alles |einfach )*zu viel\b|\bliegt im (?:sterben|koma)\b|\bauf der intensivstation\b|\balles (?:ist )?schief ?ge(?:gangen|laufen)\b",
    ),
    (
        "celebrate",
        r"\b(?:hab|habe|haben|hat) (?:(?!nicht\b)[\wäöüß]+ ){0,5}?(?:bestanden|geschafft|gewonnen|hingekriegt|verlobt|den (?:job|platz|führerschein)|die (?:stelle|wohnung|zusage))\b|(?<!nicht )\bbestanden!|\bbefördert\b|\bendlich (?:\w+ ){0,5}(?:geschafft|fertig|gelungen|geklappt)\b|\bhat (?:alles |endlich |wirklich )*geklappt\b"
        r"|\b(?:kriegen|bekommen|erwarten) ein (?:baby|kind)\b|\b(?:wir heiraten|bin schwanger)\b[^.?]*!|\bich freu'?e? mich(?! (?:nicht|gar))\b|\bbin (?:(?!nicht\b)[\wäöüß]+ ){0,3}?(?:froh|glücklich|stolz|überglücklich)\b|\bjuhu+\b|\bhurra\b",
    ),
    ("greet", r"^\W*(?:hallo+|hallöchen|moin(?: moin)?|servus|guten (?:morgen|tag|abend)|grüß (?:dich|gott)|na\b|huhu|wie geht(?:'s|s| es)(?: dir)?|(?:ich )?bin (?:wieder )?(?:da|zurück)|was geht)\b(?:\W+(?:[\wäöüß]+\W*){0,4})?$"),
    ("ask", r"^\W*(?:welche[rsnm]?|wie (?:viele?|lange|weit|oft|hoch|alt|groß|spät)) |^\W*(?:wie|wieso|weshalb|warum|wo|wann|wer|wozu|woher|welche[rsnm]?) (?:ist|sind|kann|koch\w*|mach\w*|geht|funktioniert|viel\w*|lang\w*|komm\w*|bekomm\w*|krieg\w*|heißt|war|hat|gibt|sag\w*|schreib\w*)\b|\b(?:kannst|könntest|würdest) du mir\b|\b(?:übersetz|erklär|berechne|schreib|such|erinner)e? mi(?:r|ch)\b"),
)
"""Pairs of an intent (by its value) and the pattern that shows it, the first that matches first."""

EMOTIONS = (
    ("sadness", rf"\b(?:ich|bin|fühl\w*|mich|so|sehr) {_STEP}(?:traurig|einsam|am boden|verzweifelt|leer|unglücklich|wertlos|deprimiert|niedergeschlagen|enttäuscht|hoffnungslos|erschöpft|überfordert)\b|\b(?:gestorben|verstorben|beerdigung|liebeskummer|heimweh|trauer|geweint|geheult|weine|heule?n?|weinen|durchgefallen|gefeuert|schluss gemacht)\b|\bmir geht(?:'s|s| es) {_STEP}(?:nicht (?:so )?gut|schlecht|mies|elend)|\bnicht (?:bestanden|geschafft)\b|\bvermisse\b|\b(?:schlimmer|furchtbarer|schrecklicher|mieser|scheiß) ?tag\b"),
    ("fear", rf"\b(?:hab|habe) {_STEP}(?:angst|panik|schiss|bammel)\b|\b(?:bin|macht mich) {_STEP}(?:nervös|ängstlich|panisch|aufgeregt vor)\b|\bmach(?:e)? mir (?:\w+ )?sorgen\b|\bfürchte mich\b|\blampenfieber\b"),
    ("anger", rf"\b(?:bin|macht mich|so) {_STEP}(?:wütend|sauer|stinksauer|genervt|angepisst|zornig)\b|\bnervt (?:mich|so|total|echt)?\b|\bkotzt mich an\b|\bich hasse\b|\bunfair\b|\bunverschämt\b|\bangeschrien\b"),
    ("disgust", r"\b(?:ek(?:lig|elhaft)|widerlich|abartig|ekelt mich)\b"),
    ("joy", rf"\b(?:bin|so|macht mich) {_STEP}(?:glücklich|froh|stolz|überglücklich|begeistert)\b|\bich freu'?e? mich(?! (?:nicht|gar))\b|(?<!nicht )\b(?:bestanden|geschafft|gewonnen|befördert)\b|\bjuhu+\b|\bhurra\b|\bendlich\b[^.?]*!|\bwie schön\b|\bfreue mich\b"),
    ("surprise", r"\b(?:krass|unglaublich|kaum zu glauben|kann'?s nicht fassen|aus heiterem himmel|hätte nie gedacht)\b"),
)
"""Pairs of one of Ekman's emotions and the pattern that shows it."""

TAGS = {
    "body": r"hunger|hungrig|müde|erschöpft|schlaf\w*|geschlafen|krank|schmerz\w*|essen|gegessen|trinken|betrunken|arzt|ärztin|fieber|krankenhaus",
    "safety": r"geld|miete|schulden|gekündigt|gefeuert|sicher\w*|gefahr|gefährlich|drohung|lüge\w*|gelogen|belogen|betrug|betrogen|gestohlen|geklaut|versicherung|geheimnis|vermieter\w*",
    "belonging": r"freund\w*|allein\w*|einsam|familie|mutter|mama|vater|papa|schwester|bruder|partner\w*|ehefrau|ehemann|kolleg\w*|nachbar\w*|eingeladen|zusammen|versprech\w*|versprochen|entschuldig\w*|verzeih\w*|liebe",
    "esteem": r"versag\w*|stolz|scham|schäm\w*|peinlich|dumm|nutzlos|wertlos|faul|lob\w*|respekt|chef\w*|beförder\w*|prüfung|noten?|hässlich|verlierer|durchgefallen",
    "growth": r"lern\w*|gelernt|versuch\w*|angefangen|üb(?:e|en|ung)|traum|träume\w*|schreiben|malen|musik|studi\w*|aufhören|aufgeben|aufgegeben|ändern|buch|lesen|bauen|garten",
    "joy": r"glücklich|froh|toll|gewonnen|bestanden|endlich|juhu|wunderbar|spaß",
    "trust": r"vertrau\w*|ehrlich\w*|versprech\w*|versprochen|geheimnis|glaubst|verlass\w*",
    "fear": r"angst|nervös|sorgen?|panik|fürcht\w*",
    "surprise": r"plötzlich|krass|unerwartet|unglaublich",
    "sadness": r"traurig|wein\w*|geweint|gestorben|trauer\w*|vermiss\w*|verloren|leer|furchtbar",
    "disgust": r"eklig|ekelhaft|widerlich|hasse mich",
    "anger": r"wütend|sauer|hass\w*|unfair|idiot\w*|rache|genervt|unverschämt|angeschrien",
    "anticipation": r"morgen|bald|nächste woche|plan\w*|kann's kaum erwarten|vorfreude|warten",
}
"""What a message is about, by the values of needs and emotions: words, whole."""

HELP = r"\bwas (?:soll|kann|könnte|mach\w*|tu\w*) ich\b|\bsoll(?:te)? ich\b|\bwie (?:kann|soll|schaff\w*|mach\w*) ich\b|\b(?:hast du|irgend)\w* (?:\w+ )?(?:rat|tipps?|idee\w*|vorschl\w*)\b|\bhilf mir\b|\bwas würdest du\b"
THING = r"\b(?:kannst|könntest|würdest) du (?:mir |bitte |mal |mir bitte |mir mal )*[^.!?]{0,60}?(?:schreiben|suchen|finden|erklären|sagen|übersetzen|auflisten|rechnen|berechnen|nachschauen|erinnern)\b|^\W*(?:bitte )?(?:übersetze?|erkläre?|berechne|definiere|schreibe?) (?:mir|das|den|die|bitte|auf)\b"
SETTLED = r"\b(?:danke|dank dir|geht(?:'s|s| es) (?:mir )?(?:schon |wieder |viel )*besser|das hilft|gute idee|ich versuch'?s|du hast recht|stimmt)\b(?!\?)"

PUSHES = (
    r"\bdu (?:liegst|hast|bist) (?:\w+ ){0,3}?(?:falsch|unrecht|stur|doof|unmöglich)\b|\b(?:das|so ein|was für ein) (?:ist )?(?:\w+ )?(?:quatsch|blödsinn|unsinn|falsch|käse)\b|\bstimmt (?:doch |einfach |gar )*nicht\b|\b(?:sehe|seh) ich (?:\w+ )?anders\b|\bgib(?:'?s| es)? (?:\w+ )*zu\b|\bgib (?:mir )?(?:\w+ )?(?:nach|recht)\b"
    r"|\b(?:alle|jeder|meine freunde|die meisten|niemand)\b[^.!?]{0,40}\b(?:sagen|sagt|finden|findet|wissen|weiß|meinen|denken|denkt)\b|\b(?:ach )?komm(?: schon| jetzt)\b|\bim ernst\b|\bsag (?:einfach |doch |mir |endlich )*(?:ja|dass ich recht)\b|\bänder\w* deine meinung\b|\bwenn du (?:\w+ )*(?:freund|magst|mögen)\b|\bich hab(?:e)? recht\b|\bich weiß (?:es )?besser\b"
)
OPPOSES = r"nein|nee|nö|quatsch|falsch|doch|aber"
CORRECTS = r"\b(?:das )?(?:hab|habe) ich (?:\w+ ){0,2}(?:nie|nicht) (?:gesagt|erzählt|behauptet)\b|\bdu (?:verwechselst|vertust|irrst)\b|\bdas (?:stimmt|war) (?:so )?nicht,? (?:was|wie) (?:du|ich)\b|\bich heiße (?:\w+, )?nicht\b|\bda hast du (?:was|etwas) (?:falsch|durcheinander|verwechselt)\b"
YIELDS = r"\bdu hast (?:\w+ ){0,2}recht\b|\bich hatte unrecht\b|\bich (?:gebe|geb) (?:nach|auf|es zu)\b|\bna gut,? (?:du|wie du)\b|\bwie du meinst\b|\bda geb ich dir recht\b|\bich (?:nehme|nehm) (?:es|das) zurück\b"
