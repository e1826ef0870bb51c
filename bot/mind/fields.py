"""Fields of knowledge by their words: which ones a question is about, and which ones a line of a card names.

Vectors know that "how do I undo the last commit" is a question; that commits belong to programming they often do not. A list of words
that hardly occur outside of a field settles that. Made for this project; English.
"""

import re
from collections.abc import Iterable

_WORDS = {
    "computing": """computer computers programming programmer software code coding python javascript java html css git commit docker container containers kubernetes api sql
        database regex algorithm algorithms recursion compiler linux ubuntu windows server servers tcp udp http json xml excel spreadsheet pivot debug debugging function loop array
        hash boolean cpu gpu driver router wifi react backend frontend browser terminal bash script thread binary byte ram app apps website""",
    "mathematics": """mathematics math maths equation equations quadratic algebra calculus integral integrate derivative matrix theorem geometry trigonometry logarithm squared cubed prime
        fraction polynomial vector probability statistics median deviation variance hypothesis riemann sine cosine""",
    "physics": """physics quantum particle particles relativity entropy entanglement schrödinger newton einstein velocity gravity electron electrons photon nuclear magnet magnets wavelength
        thermodynamics momentum voltage""",
    "chemistry": "chemistry chemical molecule molecules molecular valence carbon acid alkali oxidation periodic compound ion ions polymer catalyst sodium",
    "biology": "biology gene genes genetics dna rna cell cells protein proteins mitochondria enzyme chromosome evolution bacteria virus ribosome",
    "astronomy": "astronomy telescope telescopes planet planets galaxy galaxies rocket rockets orbit satellite satellites spacecraft asteroid nebula",
    "medicine": """medicine medicines medical dose doses dosage milligrams mg ibuprofen paracetamol aspirin amoxicillin antibiotic antibiotics statin statins insulin sertraline tramadol antidepressant
        antidepressants diagnosis diagnosed symptoms cancer tumour tumor mole prescription medication blood-pressure blood pressure creatinine cholesterol appendicitis sinus infection shingles surgery
        vaccine vaccination therapy disease inject injection tablet tablets pills rash diabetes""",
    "law": """law laws legal legally lawyer contract contracts contractual tenant evict eviction landlord patent trademark copyright court sue lawsuit liability liable statute visa visas permit clause
        valid binding notary inheritance will-writing divorce-papers custody company-law fine solicitor""",
    "money": """tax taxes taxation deduct dividend dividends shares stock stocks bonds fund funds etf invest investing investment investments savings mortgage mortgages pension annuity inflation hedge
        portfolio interest-rate loan loans bank banks balance-sheet capital accountant bookkeeping bitcoin crypto insurance economics economy""",
    "sport": """sport sports football soccer rugby cricket tennis basketball baseball hockey golf league leagues champions cup wimbledon olympics olympic nba nfl fifa offside striker goalkeeper penalty
        goals scored scorer team teams coach coached coached player players match score scores marathon sprint tournament super-bowl bowl quarterback wicket googly pelé messi ronaldo zidane""",
    "machines": """engine engines motor motors car cars vehicle vehicles clutch brake brakes braking gearbox diesel alternator carburettor torque spark-plug radiator solder soldering resistor circuit wiring wire
        fuse led socket plumbing leaking tap valve washing-machine dishwasher boiler heat-pump repair electronics electronic gadget gadgets engineering bridges suspension processor belt drill""",
    "politics": "politics political government governments parliament senate election elections president minister budget policy democracy republic vote votes congress",
    "history": "history historical war wars empire empires emperor emperors king kings medieval ancient revolution siege thucydides treaty battle dynasty roman rome",
    "celebrities": "celebrity celebrities gossip actor actors actress hollywood kardashian dating-who star stars famous influencer eurovision reality-show love-island",
    "film": "film films movie movies cinema director directed netflix series season episode episodes sitcom villain plot",
    "pop": "song songs band bands album albums pop rock chart charts singer sang karaoke concert beatles abba playlist",
    "games": "game games console consoles xbox playstation nintendo minecraft fortnite gamer",
    "fashion": "fashion lipstick make-up makeup clothes outfit dress hair braid nails skincare skin brand brands trend trends",
    "craft": "knit knitting sew sewing crochet sleeve yarn embroidery",
    "travel": "hotel hotels flight flights airline booking itinerary visa passport",
    "gardening": """garden gardening gardens plant plants planting soil compost seed seeds seedling seedlings prune pruning tomato tomatoes basil rose roses orchid slugs slug hedge lawn fern frost bulbs mulch pot repot
        houseplant geranium lavender herbs hedgehogs weeds""",
    "cooking": "cook cooking recipe recipes bake baking boil roast stew soup broth gravy pudding bread dough sauce lasagne pasta rice dumplings spices salt onion onions suet dish kitchen",
    "drinks": "wine wines beer cocktail cocktails whisky",
    "sea": "ship ships sail sails sailing sailor sailors anchor rope knot knots voyage captain deck harbour rigging rudder seasick tide tides whale whales navigation navigate",
    "chinese": "chinese mandarin pinyin character characters tone tones idiom idioms cantonese dynasty oolong sichuan dumplings hotpot confucius",
    "languages": "grammar translate translation pronounce pronunciation latin greek subjunctive vocabulary spelling language languages verb noun",
    "philosophy": "philosophy philosophical kant hegel utilitarianism ethics metaphysics theology socrates plato stoic",
    "geology": "geology fossil fossils mineral volcano tectonics sediment",
    "feelings": """feeling feelings feel lonely loneliness sad sadness grief grieve grieving mourn angry anger worry worrying fear afraid shame guilt guilty jealous forgive forgiveness heartbreak crush friend friends
        friendship love trust apologise apologize comfort cry secret secrets brave calm hurt miss""",
    "family": "mother father parents sister brother mother-in-law family grandmother grandfather son daughter roommate flatmate neighbour",
    "中编程": "编程 软件 代码 电脑 程序 循环 网络 处理器 蓝屏 手机 Python",
    "中理财": "股票 投资 税 报税 基金 贷款 保险",
    "中医药": "药 药物 剂量 布洛芬 看病 症状 片",
    "中体育": "足球 篮球 比赛 球队 明星 冠军 赢",
    "中理科": "数学 物理 化学 方程 量子 力学 函数 几何",
    "中机械": "发动机 汽车 修车 机器",
    "中文化": "汉字 成语 意思 春节 中秋 端午 节 习俗 粽子 诗 李白 茶 乌龙 饺子 火锅 菜 中文 英语 区别",
    "中情感": "朋友 家人 感情 妈妈 爸爸 难过 爱",
}


def _pattern(words: str) -> re.Pattern[str]:
    listed = [re.escape(word).replace(r"\-", "[- ]") for word in sorted(words.split(), key=len, reverse=True)]
    if words[0] > "\u3000":  # words are not set apart there
        return re.compile("|".join(listed))
    return re.compile(rf"\b(?:{'|'.join(listed)})\b", re.IGNORECASE)


_FIELDS = {name: _pattern(words) for name, words in _WORDS.items()}


def fields(text: str) -> frozenset[str]:
    """The fields whose words occur in a text."""
    return frozenset(name for name, pattern in _FIELDS.items() if pattern.search(text))


def named(lines: Iterable[str]) -> frozenset[str]:
    """The fields that lines of a card name."""
    return frozenset(name for line in lines for name in fields(line))
