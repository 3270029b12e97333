"""Words of streets, units and places, as patterns without regard to case."""

import re

MONTHS = (
    r"janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre"
    r"|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|januar|jänner|februar"
    r"|märz|maerz|august|dezember"
)
# Words and signs that only announce a house number.
NUMBER_WORDS = (
    r"huis\s?nummer|huis\s?nr|h\.?\s?nr|hausnummer|haus\s?nr|hs\.?nr|house\s?(?:number|no|nr)|nummer|numm?er|numéro|numero"
    r"|number|num|nr|no|n[°ºo]|n(?=\.)|№|\#"
)
# The same, as they stand beside a number: with a stop, a colon or nothing.
ANNOUNCEMENT = rf"(?:{NUMBER_WORDS})(?:\s?[.:°º]){{0,2}}"
# Belgian words for a box.
BOX_WORDS = r"bus|bte|boîte|boite|box"
# Types of streets that end a name in Dutch and German; a stop may follow an abbreviation.
STREET_ENDINGS = (
    r"straat|straatje|str|laan|laantje|ln|weg|wegje|plein|pln|gracht|kade|kaai|singel|dijk|steeg|pad|dreef|lei|baan|steenweg"
    r"|stwg|vest|wal|markt|brink|plantsoen|kanaal|ring|allee|hof|plaats|boulevard|avenue|kamp|akker|veld|donk|hage|burg|oord"
    r"|werf|haven|park|dorp|gaarde|erf|horst|meent|zoom|rand|stede|tuin|berg"
    r"|straße|strasse|gasse|platz|ufer|damm|chaussee|steig|stieg|zeile|promenade|garten|graben|brücke|tor"
)
# Endings that leave no doubt: parks, courts and havens are names of places as well.
SURE_ENDINGS = (
    r"straat|straatje|str|laan|laantje|ln|weg|plein|pln|gracht|kade|kaai|singel|dijk|steeg|pad|dreef|lei|baan|steenweg|stwg"
    r"|vest|wal|markt|brink|plantsoen|boulevard|avenue|straße|strasse|gasse|platz|ufer|damm|chaussee|steig|stieg|zeile|allee"
)
FRENCH_TYPES = (
    r"rue|avenue|av\.|boulevard|boul\.|bd\.?|bld\.?|place|pl\.|chaussée|chaussee|ch\.|quai|impasse|allée|allee|chemin|square"
    r"|drève|clos|route|rte|cours|cour|sentier|venelle|galerie|esplanade|parvis|montagne|passage|ruelle|digue|rempart|résidence"
)
FRENCH = re.compile(
    r"^(?:\d{1,3}(?:re|ère|er|e|i?[eè]me)\s+|(?:grand|petit|vie[iu]|nouve|ancien|haut|bass|long)\w*[\s-]+)?"
    rf"(?:{FRENCH_TYPES})(?!\w)",
    re.IGNORECASE,
)
SURE_STREET = re.compile(
    rf"^(?:.*(?:{SURE_ENDINGS})\.?(?:\s[^\W\d]+)?"
    r"|(?:am|an\sde[mnr]|auf\sde[mnr]|im|in\sde[mnr]|zum|zur|unter\sde[nr]|straße|strasse|laan|plein|weg|markt|kade|dijk)\s.+)$",
    re.IGNORECASE,
)
ENDS_A_STREET = re.compile(rf"(?:{STREET_ENDINGS})\.?$", re.IGNORECASE)

# A part of a building or grounds, with a number or letter of its own: it stands before or behind the street.
UNIT_WORDS = (
    r"app|apt|appt|appartement|apartment|apartement|unit|kamer|kmr|k\.|room|zimmer|studio|gebouw|building|bâtiment|batiment"
    r"|bât|bat|gebäude|blok|block|bloc|flat|toren|tower|tour|turm|hal|halle|hall|loods|verdieping|verd|etage|étage|floor|stiege"
    r"|stg|stock|haus|house|tür|top|wohnung|whg|we|huisje|huis|chalet|chalét|bungalow|vakantiewoning|ferienhaus"
    r"|ferienwohnung|fewo|stacaravan|caravan|mobilheim|lodge|villa|cottage|kavel|perceel|parzelle|plek|plaats|plaatsnr"
    r"|staanplaats|kampeerplaats|standplaats|stellplatz|platz\s?nr|ligplaats|steiger|pier|emplacement|lot|entree|ingang|eingang"
    r"|aufgang|balie|box|garage|kantoor|suite|bureau|büro|shop|winkel|poort|tor|gate|dock|trakt|hinterhaus|vorderhaus"
    r"|seitenflügel|trap|trappenhuis|escalier|esc|porte|afdeling|afd|zone|sektor|sector|wing|vleugel"
)
UNIT = re.compile(rf"^(?:(?:{UNIT_WORDS})\b|t/m\b|t/o\b|t\.o\.|tot\b)", re.IGNORECASE)
UNIT_WITH_NUMBER = re.compile(
    rf"^(?:{UNIT_WORDS})\.?\s*(?:nr\.?|no\.?|n°)?\s*(?:[A-Z][\s-]?)?\d|^(?:{UNIT_WORDS})\.?\s[A-Z0-9]$", re.IGNORECASE
)
UNIT_BEFORE_NUMBER = re.compile(
    rf"(?:^|[\s,(/-])(?:{UNIT_WORDS})\.?\s*(?:nr|no|n°)?\.?\s*(?:[A-Z][\s-]?)?$", re.IGNORECASE
)
FLOOR = re.compile(
    r"^(?:(?:\d{1,2}|[IVX]{1,4})\s*\.?\s*(?:e|de|ste|er|[èe]?re|i?[eè]me|st|nd|rd|th)?\.?\s*"
    r"(?:hoog|hg|etage|etg|verdieping|verdiep|verd|étage|stock|stockwerk|obergeschoss|og|piso|woonlaag|floor|niveau)\b"
    r"|(?:begane\sgrond|gelijkvloers|parterre|erdgeschoss|dachgeschoss|souterrain|rez-de-chaussée|rez)\b)",
    re.IGNORECASE,
)
# Words of direction: what follows says where to go, not where it is.
BESIDE = re.compile(
    r"^(?:entree|ingang|via|naast|tegenover|t/o|t\.o\.|achter|hoek|bij|afgeven|let\sop|zijde|neben|hinter|gegenüber|ecke|près"
    r"|derrière|ou|of|or|oder|en|et|und|&|bus|bte|boîte|boite)\b",
    re.IGNORECASE,
)
CARE_OF = (
    r"t\.?\s?a\.?\s?v\.?|t\.n\.v\.?|p/a|c/o|attn\.?|att\.|attentie|z\.\s?hd\.?|z\.\s?h\.|z\.\s?hdn\.|bei|per\sadres"
    r"|aux\sbons\ssoins\sde|afd\.?|afdeling|abt\.?|abteilung"
)
# A place with an address of its own: what stands behind it may be its street.
PLACE_WORDS = (
    r"(?:vakantie|bungalow|recreatie|chalet|villa|caravan|camper|kampeer|stacaravan|zomer|ferien|freizeit|camping|bedrijven"
    r"|industrie|kantoren|kantoor|business|science|high\s?tech|handels|gewerbe|techno\w*|logistiek|logistics?|wetenschaps|retail"
    r"|outlet|office|winkel|tuin|volkstuinen|woon|innovation|innovations?)\s?-?"
    r"(?:park|parc|terrein|gebied|centrum|center|centre|zone|complex|domein|oord|dorp|platz|anlage|gebiet|boulevard|hof|campus"
    r"|zentrum)"
    r"|camping\w*|kampeerterrein|campingplatz|zeltplatz|resort|chaletpark|landgoed|buitenplaats|kasteel|chateau|château|schloss"
    r"|schloß|burg|gut|gutshof|domein|domaine|residentie|résidence|residence|residenz|seniorenresidenz|wohnanlage|wohnpark"
    r"|wohnheim|studentenhuis|studentenflat|studentencomplex|studentenwohnheim|campus|kazerne|kaserne|jachthaven|marina"
    r"|yachthafen|woonzorgcentrum|zorgcentrum|verpleeghuis|verzorgingshuis|woonzorg\w*|seniorenheim|pflegeheim|altenheim"
    r"|ziekenhuis|krankenhaus|klinik|kliniek|hôpital|hospital|hotel|hostel|winkelcentrum|winkelhart|einkaufszentrum|galerie"
    r"|passage|mall|plaza|center|centre|centrum|zentrum|park|parc|hof|huize|gebouw|gebäude|building|complex|toren|tower|flat"
    r"|haus|huis|villa|hoeve|boerderij|manege|molen|zuivelfabriek|fabriek|fabrik|werkhuis|atelier|kantorencomplex|terminal"
    r"|depot|magazijn|lager|halle|estate|immeuble|bâtiment|zoning|zone|zac|za|zi|ilot|îlot|cité|cite|clos|lotissement|woonboot"
    r"|woonark|ark|schip"
)
# Only these are never the name of a street by themselves.
SURE_PLACE = re.compile(
    r"^(?:.*[\s,])?(?:(?:vakantie|bungalow|recreatie|chalet|caravan|ferien|freizeit|bedrijven|industrie|kantoren|business"
    r"|science|gewerbe|winkel|zorg|woonzorg|einkaufs|camping)[\s-]?(?:park|terrein|centrum|center|centre|zentrum|platz|gebied"
    r"|complex|zone|gebiet|domein|domaine|oord|dorp|dorf)|camping|kampeerterrein|resort|domein|domaine|residentie|résidence|residence"
    r"|residenz|wohnanlage|landgoed|campus|jachthaven|marina|ziekenhuis|hotel|schloss|schloß|kasteel|château)\b",
    re.IGNORECASE,
)
WHOLE_PLACE = re.compile(rf"(?:^|[\s,(])(?:{PLACE_WORDS})\b", re.IGNORECASE)
PLACE = re.compile(
    rf"(?:(?:^|[\s,(])(?:{PLACE_WORDS})\b|[^\W\d](?:park|center|centrum|centre|zentrum|hof|haus|huis|flat|toren|gebouw"
    r"|residentie|residenz|complex|terrein|camping|kazerne|passage|plaza|haven|heim)\b)",
    re.IGNORECASE,
)

# Dutch neighborhoods whose streets are a name and an ordinal: Meijhorst 50e 26 is house 26 of the fiftieth Meijhorst.
NUMBERED_DISTRICT = re.compile(
    r"^(?P<street>(?:.*[\s,])?(?:meijhorst|zwanenveld|lankforst|weezenhof|malvert|aldenhof|tolhuis|voorstenkamp|leuvensbroek"
    r"|zellersacker|horstacker|drieskensacker|gildekamp|kluiskamp|holtgesbroek|hillekensacker)\s\d{1,2}\s?(?:e|de|ste))"
    r"(?:[\s,-]+(?P<number>\d{1,5})(?P<rest>\D.*)?)?$",
    re.IGNORECASE,
)
