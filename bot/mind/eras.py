"""What came when: things and names that nobody had heard of before a year. A year is roughly when newspapers first spoke of a
thing; common knowledge, put together for this project."""

import re
from functools import cache

_FIRST_HEARD = """
1825 railway
1839 photograph, photography
1844 telegraph
1859 darwinism
1867 dynamite
1876 telephone, phonograph
1879 light bulb, electric light
1885 bicycle, petrol, gasoline, diesel
1889 eiffel tower, coca-cola
1893 motorcar, motor car, my car, a car, by car, the car, new car, car engine, cars, drive to work, driving to work, driving licence
1895 x-ray, xray, cinema, movie, film star, a film, the film, films, hollywood
1896 radio, broadcast, olympics, olympic games
1898 radium, radioactive, radioactivity, heroin, zeppelin, war of the worlds
1899 aspirin
1901 king edward vii, nobel prize, vacuum cleaner, safety razor
1903 aeroplane, airplane, aircraft, airport, airline, wright brothers, tour de france, flight to, flights, my flight, a flight, flying to, fly to, flew to, by plane, a plane, the plane, planes, jet, jets, jet lag, pilot, teddy bear
1905 einstein, relativity, e=mc2, e = mc2, quantum, freud, psychoanalysis, genetics
1907 plastic, bakelite
1908 model t, assembly line, ford motor
1910 washing machine, air conditioning, air conditioner, neon sign, crossword, bra
1911 amundsen
1912 titanic, vitamin, stainless steel, continental drift, plate tectonics
1914 world war, first world war, great war, ww1, wwi, panama canal, refrigerator, fridge, freezer, zip fastener, zipper, gas mask, traffic light, motorway, u-boat
1917 soviet, russian revolution, lenin, stalin, bolshevik, jazz, ussr, communist russia
1918 spanish flu, air force
1920 league of nations, prohibition, robot, insulin, mussolini, fascism, fascist, tutankhamun, bbc
1926 television, tv, telly, rocket ship, space rocket, talkies, sliced bread, jukebox, supermarket
1928 penicillin, antibiotic, mickey mouse, disney, bubble gum, wall street crash, great depression, big bang
1930 pluto, world cup, fifa, frozen food, frozen peas, empire state building, sellotape
1933 hitler, nazi, king kong, loch ness monster, radar, nylon, monopoly, ballpoint, nuclear
1938 superman, batman, instant coffee, nescafe, teflon, photocopier, second world war, world war two, world war ii, ww2, wwii, helicopter, dishwasher, holocaust, hiroshima, atomic, atom bomb, nuke
1945 computer, computing, laptop, programmer, programming, united nations, microwave, cold war, transistor, supersonic, polaroid, ufo, flying saucer, lego, apartheid, nhs, mcdonald's, mcdonalds, scrabble, velcro, nato, big brother
1950 credit card, korean war, formula one, formula 1, turing, dna, double helix, hillary and tenzing, elizabeth ii, queen elizabeth the second, polio vaccine, james bond
1954 rock and roll, rock 'n' roll, elvis, rock music, rock band, vietnam war, marilyn monroe, godzilla, disneyland, seat belt, fish finger, teenager, barcode
1957 sputnik, satellite, space race, space travel, space station, european union, spaceship, astronaut, cosmonaut, nasa, barbie, laser, microchip, silicon chip, hovercraft
1960 contraceptive pill, birth control pill, motown, gagarin, berlin wall, jfk, kennedy, spider-man, man in space, beatles, cuban missile crisis, rolling stones, doctor who, martin luther king
1965 bob dylan, black hole, miniskirt, star trek, cultural revolution, heart transplant, pink floyd, cash machine, atm, jimi hendrix, pocket calculator
1969 moon landing, landed on the moon, land on the moon, walked on the moon, walk on the moon, man on the moon, neil armstrong, apollo 11, apollo mission, woodstock, concorde, internet, led zeppelin, abba
1971 email, e-mail, floppy disk, video game, greenpeace, starbucks, mobile phone, cell phone, cellphone, my phone, watergate, hip hop, hip-hop, rap music, rapper, post-it
1975 microsoft, bill gates, pc, vhs, walkman, thatcher, punk rock, sex pistols, apple computer, steve jobs, mri, sudoku, star wars, atari, voyager probe, rubik's cube, ivf, pac-man, heavy metal band, spreadsheet
1981 mtv, hiv, space shuttle, madonna, michael jackson, reagan, compact disc, cd, dvd, hard drive, nintendo, gps, software, hard disk, camcorder, app, password, usb, world wide web, tetris, super mario, mario kart, ozone hole, chernobyl, gorbachev
1989 website, web site, web page, browser, hubble, nelson mandela, taylor swift, gulf war, online, beyonce, rihanna, eminem, lady gaga, text message, texting, sms, channel tunnel, download, jurassic park, harry potter, spice girls, bluetooth
1995 ebay, playstation, xbox, toy story, dolly the sheep, google, pokemon, netflix, wifi, wi-fi, broadband, digital camera, emoji, blog, podcast, viagra, windows 95, solar panel, wind turbine, electric car, hybrid car, amazon prime, euro coin
2001 wikipedia, ipod, 9/11, september 11, skype, iraq war, human genome
2004 facebook, youtube, twitter, instagram, social media, smartphone, iphone, android phone, bitcoin, cryptocurrency, crypto, tesla car, elon musk, airbnb, whatsapp, spotify, obama, brexit, donald trump, ipad, selfie, hashtag, streaming, fortnite, minecraft, tiktok, covid, covid-19, coronavirus, chatgpt, machine learning, artificial intelligence, language model, vaping, deepfake, k-pop, video call, mars rover, global warming, climate change, higgs boson, crispr, gene editing, plastic bag
"""
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})s?\b")


@cache
def _table() -> tuple[tuple[int, re.Pattern[str]], ...]:
    lines = (line.partition(" ") for line in _FIRST_HEARD.strip().splitlines())
    return tuple((int(year), _one_of(things.split(", "))) for year, _, things in lines)


def _one_of(things: list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(things, key=len, reverse=True))) + r")(?:s|(?<=[sxzh])es)?\b", re.IGNORECASE)


def later_than(text: str, year: int) -> str:
    """What a text speaks of that nobody had heard of in this year, in the words of the text; "" when there is nothing."""
    for first, things in _table():
        if first > year and (found := things.search(text)):
            return found.group(0)
    return next((found for found in _YEAR.findall(text) if int(found) > year), "")
