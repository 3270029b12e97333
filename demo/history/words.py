"""Invented buyers, streets and articles, in towns that exist: nobody is called and no street is named like these."""

from dataclasses import dataclass

# fmt: off
FIRST_NAMES = (
    "Aafke", "Bent", "Coosje", "Dirkje", "Ebbe", "Fimme", "Guusje", "Hidde", "Imke", "Jelte", "Keet", "Lobke", "Mirthe",
    "Nynke", "Otte", "Pleun", "Quin", "Rinske", "Sietse", "Tjitske", "Ulbe", "Veerle", "Wende", "Ymke", "Zwaantje",
)
LAST_NAMES = (
    "Voorbeeldsma", "van Verzinnen", "Fictema", "Nergenshuis", "de Dummy", "Proefstra", "Demoland", "Bedenkstra",
    "van Fantasië", "Zomaarstra", "Oefenhuis", "Testmolen", "Schijnveld", "van der Verbeelding", "Modelsma",
    "Ergensma", "Niemandsveld", "Droomwijk", "Sprookstra", "Denkbeeld",
)
STREETS = (
    "Voorbeeldlaan", "Verzonnenstraat", "Fictiekade", "Proefweg", "Bedenkplein", "Demodreef", "Oefenpad",
    "Schijnsingel", "Modelhof", "Fantasiegracht",
)
COMPANIES = ("Bureau Bedacht", "Winkel van Niets", "Proeftuin Papier", "Kantoor Zomaar")
# fmt: on
PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "NL": (
        ("3524", "Utrecht"),
        ("8911", "Leeuwarden"),
        ("1018", "Amsterdam"),
        ("5611", "Eindhoven"),
        ("7411", "Deventer"),
        ("2517", "Den Haag"),
        ("3011", "Rotterdam"),
        ("6211", "Maastricht"),
        ("9712", "Groningen"),
        ("4811", "Breda"),
        ("8011", "Zwolle"),
        ("6811", "Arnhem"),
    ),
    "BE": (("9000", "Gent"), ("2000", "Antwerpen"), ("3000", "Leuven"), ("8000", "Brugge")),
    "DE": (("10115", "Berlin"), ("50667", "Köln"), ("20095", "Hamburg")),
    "FR": (("75002", "Paris"), ("59800", "Lille")),
    "ES": (("28013", "Madrid"), ("08002", "Barcelona")),
    "CH": (("8001", "Zürich"), ("3011", "Bern")),
    "GB": (("EC1A 1BB", "London"), ("M1 1AE", "Manchester")),
    "US": (("10001", "New York"), ("60601", "Chicago")),
}
REGIONS = {"New York": "NY", "Chicago": "IL"}
PHONES = {
    "NL": "+31 6 5555 {:04d}",
    "BE": "+32 470 55 {:02d} 00",
    "DE": "+49 30 2312 5{:03d}",
    "FR": "+33 6 39 98 00 {:02d}",
    "ES": "+34 600 00 00 {:02d}",
    "CH": "+41 79 555 00 {:02d}",
    "GB": "+44 7700 900{:03d}",
    "US": "+1 212 555 01{:02d}",
}
# Where streets are written with the number first.
NUMBER_FIRST = frozenset({"FR", "GB", "US"})


@dataclass(frozen=True, slots=True)
class Article:
    """``weight`` is grams; ``hs_code`` is empty for an article that the shop never declared."""

    name: str
    description: str
    sku: str
    cents: int
    weight: int
    hs_code: str = ""
    choices: tuple[tuple[str, str], ...] = ()


ARTICLES = (
    Article("Mok Vloedlijn", "Stoneware mug", "MOK-VLO", 1695, 340, "691200", (("Kleur", "Zand"),)),
    Article("Mok Vloedlijn", "Stoneware mug", "MOK-VLO-B", 1695, 340, "691200", (("Kleur", "Blauw"),)),
    Article("Bord Eb", "Stoneware plate", "BRD-EB", 2150, 620, "691200", (("Diameter", "22 cm"),)),
    Article("Schaal Kreek", "Stoneware bowl", "SCH-KRK", 3600, 980, "691200"),
    Article("Vaas Duinpan", "Stoneware vase", "VAA-DUI", 5900, 1250, "691390"),
    Article("Kaarsenhouder Baken", "Candle holder", "KRS-BAK", 2450, 260, "940550"),
    Article("Kaars Zeelucht", "Scented candle", "KRS-ZEE", 1795, 310, "340600"),
    Article("Ansichtkaarten Wad", "Set of postcards", "KRT-WAD", 850, 70, "490900"),
    Article("Linnen theedoek", "Linen tea towel", "THD-LIN", 1450, 120, "630291"),
    Article("Notitieboek Golf", "Notebook", "NTB-GLF", 1295, 180, "482010"),
)
# Of the newest collection nothing was sent abroad yet.
UNDECLARED = (
    Article("Ring Schuim", "", "RNG-SCH", 6900, 40),
    Article("Poster Kwelder", "", "PST-KWE", 3200, 210),
)
# Fits through a letterbox, alone or with a few of its kind.
FLAT = tuple(article for article in ARTICLES if article.weight <= 180)
