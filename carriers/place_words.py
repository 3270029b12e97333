"""Words for places that are no house: PO boxes, reply numbers, lockers, post offices and the points of carriers.

Patterns match the beginning of an address line in its plain form: small letters without marks, no stops, and a single
space for every other sign (``P.O. Box`` is ``po box``, ``n° 12`` is ``n 12``, ``PostNL-punt`` is ``postnl punt``).
"""

# What may stand between the word and its number.
NUMBER = r"(?: ?(?:nr|no|n|nummer|numero|num|number|c|nro|br|cislo|szam|numer|nomer)\b)* ?(?:[a-z]{1,2})?\d"

# Everywhere.
PO_BOXES = (
    r"post? ?bus",
    r"p ?o ?b(?:ox|us)?",
    r"po ?box",
    r"g ?p ?o box",
    r"post(?:al)? ?office box",
    r"postal box",
    r"(?:locked|private) (?:mail ?)?bag",
    r"postfach",
    r"boite postale",
    r"case postale",
    r"cas(?:ella|\.)? ?post(?:ale)?",
    r"apartado(?: de correos?| postal(?:es)?| correos?)?",
    r"a(?:p|pt)do(?: de)?(?: correos?| postal)?",
    r"casilla(?: de correos?| postal)?",
    r"caixa postal",
    r"skr(?:ytka)?(?: ?poczt(?:owa)?)?",
    r"post(?:ovni|ova)? ?prihradka",
    r"postovy priecinok",
    r"postafiok",
    r"casuta postala",
    r"postanski (?:pretinac|fah)",
    r"postni predal",
    r"post ?bo(?:ks|x)",
    r"postilokero",
    r"postholf",
    r"post ?kast",
    r"past(?:a )?kast(?:e|ite)",
    r"pasto dezute",
    r"posta kutusu",
    r"tachydromiki thyrida",
    r"ταχυδρομικη θυριδα",
    r"τ ?θ",
    r"пощенска кутия",
    r"поштенски фах",
    r"абонентск(?:ий ящик|а скринька)",
    r"а ?я",
    r"תא דואר|תד",
    r"صندوق بريد|صب",
    r"私書箱|사서함|邮政信箱|郵政信箱",
    r"box",
)
# Short forms that mean a box in these countries and something else in others.
SHORT_PO_BOXES = {
    # Also where no country is known.
    r"b ?p": "- FR BE LU MC CH MA TN DZ SN CI CM GP MQ RE GF YT NC PF",
    r"c ?p": "CH IT SM RO BR CA PT",
    r"p ?f": "DE AT LI CH HU",
    r"p ?b": "NL FI NO BE",
    r"p ?k": "TR EE BG RS",
    r"p ?l": "FI",
    r"p ?p": "HR SI SK CZ RS BA ME",
    r"a ?d": "LT",
    r"p ?d": "LT",
    r"a ?k": "LV",
    r"п ?к": "BG RS",
    r"а ?с": "UA",
    r"boks": "NO DK",
    r"postboks": "NO DK",
    r"op \d+ cp": "RO",
}
# The number may follow or lack: nobody brings a parcel there.
REPLY = (
    r"antwoord ?(?:nummer|nr)|antwoord(?= \d)",
    r"antwoordcode|code reponse",
    r"free ?post",
    r"business reply",
    r"libre reponse",
    r"reponse payee",
    r"(?:deutsche post )?(?:werbe)?antwort(?:sendung|karte|brief)?",
    r"respuesta comercial",
    r"franqueo en destino",
    r"resposta sem franquia|rsf|remessa livre",
    r"risposta pagata",
    r"svar(?:s?post|sending|sforsendelse)|frisvar",
    r"vastauslahetys",
)
# Only the post of the country holds it for a person, or sorts it by a number.
POST_OFFICES = (
    r"post(?:e|a|en)? ?restante?",
    r"postrestant",
    r"postlagernd",
    r"lagernd",
    r"lista de correos",
    r"fermo ?posta",
    r"general delivery",
    r"postan marado",
    r"до востребования|до запитання",
    r"ποστ ρεσταντ",
)
# As a whole line only: a street may begin with such a word.
POST_OFFICE_LINES = (
    r"(?:dhl )?(?:postkantoor|postfiliale|postamt|post office|bureau de poste|ufficio postale|correos|poczta)"
)
# Numbers of French firms that only La Poste sorts by.
FRENCH_NUMBERS = r"(?:cs|tsa) ?\d{3,}"
# The box, locker or counter of a carrier, with the carrier's name.
POINT_NAME = (
    r"(?:pakket|pakje|afhaal|post|service|parcel|pick ?up|collect|drop ?off|relais|paket|paquet|colis|pakke|abhol)?"
    r" ?(?:punt|punten|point|points|locatie|location|shop|shops|locker|lockers|automaat|automat|station|box|kast|kasten"
    r"|stelle|relais|boks|paikka|pick ?up|office|outlet|store|depot|hub|counter|machine|kluis)"
)
CARRIER_POINTS = {
    "PostNL": rf"post ?nl (?:pakket en brief)?{POINT_NAME}",
    "DHL": rf"(?:dhl|deutsche post)(?: for you| paket| express| parcel)? {POINT_NAME}",
    "bpost": rf"b ?post (?:bank )?{POINT_NAME}|bpack(?: 24 ?(?:h )?7| point)?|cubee|postpunt|point poste",
    "DPD": rf"dpd {POINT_NAME}",
    "GLS": rf"gls {POINT_NAME}",
    "UPS": rf"ups(?: access)? {POINT_NAME}",
    "Mondial Relay": r"mondial relay|point relais",
    "InPost": r"in ?post|paczkomat[a-z]*|paczko punkt",
    "Budbee": r"budbee(?: box| locker)",
    "Amazon": r"amazon (?:locker|counter|hub)",
    "Hermes": rf"(?:hermes|evri) {POINT_NAME}",
    "Vinted Go": rf"vinted(?: go)? {POINT_NAME}",
    "Homerr": rf"homerr(?: {POINT_NAME})?",
    "Colissimo": rf"(?:colissimo|chronopost|pickup|relais colis) ?(?:{POINT_NAME}|relais)|relais (?:pickup|colis)"
    r"|consigne (?:pickup|colissimo)|point de retrait|point retrait",
    "Orlen": r"orlen paczka",
    "Packeta": r"zasilkovna|z ?box|packeta (?:point|box)|balikovna|alza ?box",
    "Foxpost": r"foxpost|csomag ?automata",
    "Sameday": r"(?:sameday )?easybox",
    "BOX NOW": r"box ?now",
    "Omniva": r"omniva (?:locker|pakiautomaat)|pakiautomaat|pakomat[a-z]*|pastomatas|itella smartpost|smartpost[a-z]*",
    "PostNord": rf"postnord {POINT_NAME}|postombud|pakke ?(?:boks|shop)|postnord (?:ombud|servicepunkt)",
    "Posti": r"posti (?:automaatti|pakettiautomaatti)|pakettiautomaatti",
    "Instabox": r"instabox|instabee",
    "Swiss Post": r"my post 24|pick ?post",
    "Austrian Post": r"(?:post )?abholstation|post ?empfangsbox",
    "Correos": r"city ?paq|punto (?:pack|de recogida)|celeritas punto",
    "CTT": r"ponto (?:ctt|pickup)|ctt (?:locky|ponto)|locky",
    "Poste Italiane": r"punto ?poste|fermo ?point",
    "": r"(?:pakket|parcel|paket|pakke)(?: ?(?:automaat|automat|locker|kluis|machine|station))|afhaalpunt|pakketpunt"
    r"|pick ?up ?point|punkt odbioru|punto di ritiro|click (?:and )?collect",
}
# The lockers and branches of DHL in Germany, whose number stands for the address.
GERMAN_LOCKERS = (
    r"(?:dhl )?(?:pack|paket) ?(?:station|st)|(?:dhl )?(?:post|paket) ?(?:filiale|shop)|(?:dhl )?filialdirekt"
)
GERMAN_CUSTOMER = r"(?:post ?(?:nummer|nr)|dhl (?:kunden ?)?(?:nummer|nr)|pn)"
# A word behind the place that makes it the name of a street (Freepost Lane, Packstation Weg).
STREET_WORDS = (
    r"(?:lane|road|rd|street|st|avenue|ave|drive|way|close|court|crescent|row|square|hill|gardens|straat|laan|weg|plein|kade"
    r"|dijk|str|strasse|gasse|allee|platz|steig|rue|via|ulica|ul|gade|vej|gata|katu)"
)
