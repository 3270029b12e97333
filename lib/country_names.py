"""Countries as people and other programs write them: a code of two or three letters, a name, or a usual short form."""

import re
import unicodedata
from functools import cache

from babel import Locale

from lib.countries import country_codes, iso_country

# The languages of merchants first; then those in which people write the name of their own country.
LANGUAGES = (
    *("nl", "en", "de", "fr"),
    *("es", "it", "pt", "da", "sv", "nb", "fi", "is", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "et", "lv", "lt", "el"),
    *("bg", "tr", "ga", "mt", "lb", "uk"),
)
# What people write beside the names of CLDR: letters on cars, sport and old codes, parts of a country, older names.
USUAL_FORMS = {
    "NL": "holland,ned,hol,netherlands,nederlands,koninkrijk der nederlanden,niederlande,hollande,pays bas,dutch",
    "BE": "b,belgie belgique,belgique belgie,belgie belgique belgien,vlaanderen,wallonie,flanders,belgium belgie",
    "DE": "d,brd,ger,bundesrepublik deutschland,federal republic of germany,duitsland germany,germany deutschland",
    "AT": "a,oostenrijk austria",
    "FR": "f,france metropolitaine",
    "LU": "l,groothertogdom luxemburg,grand duche de luxembourg",
    "GB": (
        "uk,u k,g b,gb uk,great britain,groot brittannie,grossbritannien,grande bretagne,england,engeland,angleterre,"
        "scotland,schotland,schottland,ecosse,wales,pays de galles,northern ireland,noord ierland,nordirland,"
        "irlande du nord,united kingdom,vk,eng,sco,wal,nir,united kingdom of great britain and northern ireland"
    ),
    "IE": "irl,eire,republic of ireland,ierse republiek,republik irland,republique d irlande",
    "GR": "el,hellas,gre",
    "ES": "e,spa,esp",
    "IT": "i",
    "PT": "p,por",
    "CH": "sui,schweiz suisse,suisse schweiz,zwitserland suisse,confoederatio helvetica",
    "DK": "den",
    "CZ": "czech republic,tsjechische republiek,tschechische republik,republique tcheque,cze,tschechei",
    "SK": "slovak republic,slowaakse republiek",
    "HR": "cro",
    "SI": "slo",
    "PL": "pol",
    "LV": "lat",
    "US": (
        "usa,u s a,u s,united states of america,verenigde staten van amerika,amerika,america,"
        "vereinigte staaten von amerika,etats unis d amerique"
    ),
    "AE": "uae,vae,u a e",
    "KR": "south korea,zuid korea,sudkorea,coree du sud,korea",
    "RU": "russian federation,russische federatie",
    "VA": "vatican,vaticaan,vaticaanstad",
    "MK": "macedonia,macedonie,mazedonien",
    "TR": "turkey,turkije,turkei,turquie",
    "BA": "bosnia,bosnie,bosnien",
    "CW": "curacao",
    "SX": "sint maarten",
    "BQ": "bonaire,saba,sint eustatius,caribisch nederland",
}
# As German is written without them: Oesterreich.
WITHOUT_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
ARTICLES = frozenset({"the", "de", "het", "die", "der", "la", "le", "les", "l"})


def find_country(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country, or "" for what is no country we know."""
    written = text.strip()
    if (code := iso_country(written)) in country_codes():
        return code
    return _names().get(_plain(written)) or _with_part(written)


def _with_part(written: str) -> str:
    """A country with something beside it: GB-NIR (ISO 3166-2), "NL - Nederland", "Nederland (NL)"."""
    if part := re.fullmatch(r"([A-Za-z]{2})-[A-Za-z0-9]{1,3}", written):
        return find_country(part[1])
    parts = [part for part in re.split(r"\s*[-–/|,:;()\[\]]+\s*", written) if part]
    codes = {find_country(part) for part in parts} if len(parts) > 1 else set()
    return codes.pop() if len(codes) == 1 else ""


def _plain(text: str) -> str:
    """Without marks, case, punctuation and articles in front."""
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("&", " and ")).casefold()
    apart = "".join(letter for letter in apart if not unicodedata.combining(letter))
    words = re.sub(r"[^\w]+", " ", apart).split()
    while len(words) > 1 and words[0] in ARTICLES:
        words.pop(0)
    return " ".join(words)


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if str(code) in country_codes():
                names.setdefault(_plain(name), str(code))
                names.setdefault(_plain(name.translate(WITHOUT_UMLAUTS)), str(code))
    for code, forms in USUAL_FORMS.items():
        names |= dict.fromkeys(forms.split(","), code)
    return names
