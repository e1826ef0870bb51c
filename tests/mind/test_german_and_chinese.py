"""What somebody wants who writes in German or Chinese, as people really type it."""

import pytest

from bot.mind.belief import Need, need_of
from bot.mind.empathy import Intent, read
from bot.mind.situation import situation
from bot.mind.spine import corrects, pushed
from bot.mind.spine_faults import yields
from bot.mind.support import Signal, signal_of
from tests.mind.test_spine import turns

WANTED = {
    Intent.ASK_HUMAN: (
        "Bist du ein Mensch?", "bist du eigentlich ein bot", "red ich hier mit einer maschine?", "schreibe ich gerade mit einem echten Menschen?",
        "du bist doch eine KI, oder?", "Sag ehrlich, bist du echt?", "sitzt da ein Mensch?", "Mensch oder Maschine?", "gibt es dich wirklich?",
        "Was bist du eigentlich?", "hast du einen Körper?", "bist du überhaupt ein echter mensch", "ist das hier ein Chatbot?", "mit wem rede ich hier?",
        "bist du wirklich lebendig?", "你是真人吗", "你是机器人还是人?", "你到底是不是人工智能", "跟我聊天的是人吗", "你不会是个机器人吧", "你是什么", "我在跟真人聊天吗", "对面是真人吗？", "老实说，你是程序吗", "你是真的吗？", "你有心跳吗",
        "bin ich hier mit einem Menschen verbunden?", "Ganz ehrlich: steckt hinter dir ein Mensch?", "du bist kein Mensch, stimmt's?", "Bist du bloß Software?",
        "antwortet mir da gerade ne KI?", "schreibt hier eine echte Person?", "你是活人还是AI啊？", "是不是机器在回复我", "你应该不是人吧？", "你背后有真人吗",
        "Kommunizier ich hier mit ner Maschine?", "bist du aus Fleisch und Blut?", "Hand aufs Herz, bist du ein Computer?", "Du bist nicht echt, oder?", "你跟我一样是人吗",
        "说实话你是AI对吧", "你会不会其实是机器",
    ),
    Intent.ASK_SELF: (
        "Weißt du noch, wie mein Hund heißt?", "Wie heißt meine Schwester?", "wann ist meine Prüfung?", "Wo arbeite ich nochmal?",
        "was hab ich dir über Berlin erzählt?", "erinnerst du dich an meinen Bruder?", "was weißt du über mich?", "hab ich dir schon von Anna erzählt?",
        "weißt du wo ich wohne?", "und wie alt bin ich?", "你还记得我妹妹叫什么吗", "我住在哪里？", "我告诉过你我的工作吗", "你知道我喜欢什么吗", "我之前跟你说过什么", "Wie war nochmal der Name meiner Katze?",
        "Was mag ich am liebsten?", "Hatte ich dir erzählt, wo ich arbeite?", "kennst du meinen Geburtstag noch?", "wo wohnt mein Bruder?", "我的猫叫什么名字？",
        "我跟你讲过我的工作吗？", "你知道我生日是哪天吗？", "我上次说我要去哪儿来着？", "Was esse ich nicht?", "Weißt du eigentlich meinen Namen?", "Wann hab ich Geburtstag?",
        "Welche Sprache lerne ich?", "你记得我对什么过敏吗", "我女儿几岁了？", "我叫什么？",
    ),
    Intent.GOODBYE: (
        "Tschüss!", "gute nacht", "ich muss los", "bis morgen dann", "ich geh jetzt schlafen, gute nacht", "mach's gut", "ok, bis später", "ciao",
        "bin dann mal weg", "schlaf gut!", "晚安", "拜拜", "我先睡了", "好吧，明天见", "不早了，我去睡了", "先这样，回头聊", "so, ich hau mich aufs Ohr", "bis dann!",
        "Ich verabschiede mich für heute", "muss jetzt schlafen gehen, ciao", "schönen Abend noch!", "gute Nacht, träum was Schönes", "我去睡觉啦", "不聊了，下次见",
        "我要去上班了，拜拜", "Ich mach Schluss für heute, tschüss", "muss zur Arbeit, bis später", "Nachti!", "Ich geh offline", "睡了睡了", "该吃饭了，回头聊", "那就这样吧，拜",
    ),
    Intent.COMFORT: (
        "Mir geht's heute echt nicht gut", "mein Hund ist gestern gestorben", "ich fühle mich so einsam", "ich bin total fertig und traurig",
        "meine Freundin hat mit mir Schluss gemacht", "hab die Prüfung nicht bestanden", "ich hab solche Angst vor morgen", "ich musste den ganzen tag weinen",
        "das war ein furchtbarer Tag", "ich bin durchgefallen", "ich vermisse meine Mama", "mein chef hat mich gefeuert", "我今天好难过", "我被裁了", "奶奶上周去世了", "我好害怕明天的手术",
        "考试没考上，想哭", "没人关心我", "今天心情很差", "男朋友跟我分手了", "压力太大了，睡不着", "heute ist alles schiefgelaufen und ich könnte nur noch heulen", "Ich bin am Ende meiner Kräfte",
        "keiner hat an meinen Geburtstag gedacht", "mein Opa liegt im Sterben", "sie hat mich einfach verlassen", "Ich fühl mich wie der letzte Versager",
        "ich hab richtig Schiss vor der OP", "我真的撑不下去了，太累了", "爸妈吵架要离婚，我好烦", "我的狗今天死了", "感觉自己什么都做不好", "我被朋友排挤了", "Ich hab grad nur noch Tränen in den Augen",
        "Meine Oma ist heute Nacht gestorben", "mir ist alles zu viel", "ich hasse mich", "Ich bin so enttäuscht von mir", "我奶奶住院了，我好担心", "我被老板骂哭了", "最近总是失眠", "好想哭",
    ),
    Intent.CELEBRATE: (
        "Ich hab die Prüfung bestanden!", "wir haben gewonnen!", "ich bin so stolz auf mich", "ich wurde befördert", "endlich hab ich es geschafft!",
        "juhu, hat geklappt", "我考上了！", "我升职了", "今天好开心", "终于做完了！", "ich hab den Führerschein!", "Wir kriegen ein Baby!", "Hab die Zusage bekommen!!", "我拿到驾照了！",
        "我们要结婚啦！", "考试过了！！", "Habe meine Masterarbeit abgegeben, endlich!", "Ich hab im Lotto gewonnen", "Wir haben die Wohnung bekommen", "我比赛赢了！", "论文终于写完啦！",
        "今天超级开心",
    ),
    Intent.ASK_OPINION: (
        "Findest du das gut?", "soll ich ihr schreiben?", "was hältst du davon?", "Pakete sind doch besser, oder?", "meinst du nicht auch?", "gute idee, oder?",
        "bist du nicht auch der Meinung, dass Katzen besser sind?", "你觉得呢", "我该不该辞职", "你同意吗", "辞职是个好主意，对吧", "要不要告诉他", "Würdest du kündigen?",
        "ist das nicht eine tolle Idee?", "Was sagst du dazu?", "你怎么想？", "你不觉得吗？", "你支持我吗", "Sollte ich umziehen?", "Was hältst du von Horoskopen?",
        "Meinst du, ich übertreibe?", "你觉得我该换工作吗", "我这样做对吗",
    ),
    Intent.GREET: (
        "Hallo", "moin", "guten Morgen!", "hey, wie geht's dir?", "bin wieder da", "na du", "servus", "你好", "在吗", "早上好呀", "我回来了",
    ),
    Intent.ASK: (
        "wie koche ich Reis?", "Was ist die Hauptstadt von Peru?", "kannst du mir das übersetzen", "warum ist der himmel blau", "erklär mir bitte Inflation",
        "怎么煮米饭", "帮我翻译这句话", "为什么天是蓝的", "这个多少钱？", "Wie weit ist der Mond weg?", "Welcher Tee hilft beim Einschlafen", "schreib mir ein kurzes Gedicht",
        "Wann fährt der letzte Zug?", "月亮离地球多远？", "给我写首诗", "怎样泡好一杯茶", "Wo kauft man gute Äpfel?", "wie spät ist es in Tokio", "今天星期几", "什么茶最好喝",
    ),
    Intent.SHARE: (
        "ich war heute im Park", "mein Hund hat im Garten gegraben", "ich bin nicht traurig", "Ich bin ein Morgenmensch", "heute hab ich Suppe gekocht",
        "ich wohne in Kiel", "bist mir echt ans Herz gewachsen", "ich arbeite als Lehrer in Ulm", "gestern war ich im Kino mit Jana",
        "ich bin heute allein zu Hause", "我叫小明", "我今天去公园了", "我不难过", "我住在成都", "昨天吃了火锅", "我在学做菜", "ich hab mir heute neue Schuhe gekauft", "bei uns schneit es",
        "mein Bruder kommt am Samstag zu Besuch", "ich lerne gerade Gitarre", "今天下雨了", "我买了一双新鞋", "周六我哥哥要来", "Gestern haben wir Pizza gegessen",
        "Mein Zug hatte Verspätung", "ich lese gerade ein Buch über Bienen", "今天吃了面", "我在看书", "下班路上遇到老同学",
    ),
}


@pytest.mark.parametrize(("text", "intent"), [(text, intent) for intent, texts in WANTED.items() for text in texts])
def test_what_they_want(text: str, intent: Intent) -> None:
    assert read(text).intent is intent


@pytest.mark.parametrize(("text", "emotion"), [
    ("ich bin so traurig", "sadness"), ("ich hab richtig Angst", "fear"), ("das macht mich so wütend", "anger"), ("ich freue mich so", "joy"), ("ich bin nicht traurig", "neutral"),
    ("我好难过", "sadness"), ("我很害怕", "fear"), ("气死我了", "anger"), ("今天好开心", "joy"), ("我不难过", "neutral"), ("die Suppe war warm", "neutral"),
])
def test_how_they_feel(text: str, emotion: str) -> None:
    assert read(text).emotion == emotion


@pytest.mark.parametrize("text", [
    "the war was long", "so toll booths are expensive", "was it good", "the mist was nice", "also die hard is a movie", "my hat has a feather", "art is long", "he wants a bad gift",
])
def test_english_is_not_taken_for_german(text: str) -> None:
    assert (read(text).intent, read(text).emotion) == (Intent.SHARE, "neutral")


@pytest.mark.parametrize("push", ["nein, das stimmt nicht", "ach komm, alle sagen das", "gib doch einfach zu, dass ich recht habe", "du liegst falsch", "不对，大家都这么说", "我不同意", "你就承认吧"])
def test_an_opinion_is_pushed(push: str) -> None:
    for asked in ("Pakete sind besser, oder?", "你觉得呢"):
        assert pushed(push, turns(asked, "Broth needs time.")) == "Broth needs time."


def test_giving_in_and_being_corrected_are_seen() -> None:
    assert yields("Na gut, du hast recht.") and not yields("Das heißt nicht, dass du falsch liegst.")
    assert corrects("das hab ich nie gesagt") and corrects("du verwechselst mich") and corrects("你记错了") and not corrects("das war schön")


def test_needs_values_and_signals_are_read() -> None:
    assert need_of("mein Vermieter will mehr Miete") is Need.SAFETY and need_of("我好饿") is Need.BODY
    assert {str(tag) for tag in situation("ich will den Kurs aufgeben")} >= {"growth"} and {str(tag) for tag in situation("我想放弃学中文")} >= {"growth"}
    assert signal_of("was soll ich jetzt tun?") is Signal.ASKED_FOR_HELP and signal_of("我该怎么办") is Signal.ASKED_FOR_HELP
    assert signal_of("kannst du mir das bitte übersetzen") is Signal.ASKED_FOR_A_THING and signal_of("帮我翻译这句") is Signal.ASKED_FOR_A_THING


@pytest.mark.parametrize("text", ["ich bin " * 700, "bist du " * 600, "was " * 1200, "我" * 3000, "wie ist mein " * 300, "ok, " * 800, "hab " * 1000])
def test_long_and_odd_messages_are_read(text: str) -> None:
    assert 0 <= read(text).intensity <= 1
