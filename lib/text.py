"""The one home of cleaning texts that people and other programs typed, and of reading their codes and numbers.

Whatever comes in passes ``clean_text``: orders, files, forms, links, webhooks and the answers of other systems.
``plain_form`` is for codes only (postcodes, numbers, phones, searches): it changes the signs of a name.
"""

import re
import unicodedata
from functools import lru_cache
from html.entities import html5

MAX_DIGITS = 9

# Characters that show nothing: controls, lone surrogates, format characters (soft hyphen, zero-width space, byte order
# mark, direction marks and overrides, tags), fillers, variation selectors, noncharacters and the object replacement.
# Format characters that do show something, such as U+0600 of Arabic numbers, are not among them.
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffc\ufffe\uffff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# U+2800, U+3164 and U+FFA0 are no blanks to Unicode, but look like one.
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]")
# Latin letters, figures and signs in another shape: full-width, mathematical, and joined (ﬁ).
_SHAPES = re.compile("[\uff01-\uff5e\ufb00-\ufb06\U0001d400-\U0001d7ff]")
_SUSPECT = re.compile(f"[{_UNSEEN}]")
# The same without those that _KEPT decides on.
_NEVER = re.compile(f"(?![\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e01ef])[{_UNSEEN}]")
_JOINERS = re.compile("([\u200c\u200d])[\u200c\u200d]+")
_ODD = re.compile(
    f"[\x0b-\x0d\x85\u2028\u2029{_BLANKS.pattern[1:-1]}{_SHAPES.pattern[1:-1]}{_UNSEEN}]"  # anything of the above
)
# Scripts in which a joiner decides how the letters beside it are written: Arabic and its kin, those of India and its
# neighbors, Khmer, Mongolian, Adlam.
_JOINED = (
    "\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06ef\u06fa-\u074f\u0750-\u077f\u07c0-\u07fa\u0840-\u0863"
    "\u0870-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17d3\u1800-\u180a\u1820-\u18af\u1a20-\u1aaf\u1b00-\u1bff"
    "\ua840-\ua87f\ua880-\ua8df\ua900-\ua92f\ua980-\ua9df\uaae0-\uaaff\uabc0-\uabff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010a5f\U00010ac0-\U00010aff\U00010d00-\U00010d3f\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
_PICTURE = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
# What may stay: a joiner between such letters, or behind the sign that ends a consonant (virama); the joiners and
# selectors within a picture; the tags of a flag; a selector behind an ideograph or a Mongolian letter.
_KEPT = re.compile(
    f"(?<=[{_JOINED}])[\u200c\u200d](?=[{_JOINED}])"
    "|(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])\u200d"
    f"|(?<=[{_PICTURE}])\ufe0f?(?:\u200d(?=[{_PICTURE}]))?"
    "|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    "|(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f"
    "|(?<=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\ufe00-\ufe02\U000e0100-\U000e01ef]"
    "|(?<=[\u1820-\u18af])[\u180b-\u180d\u180e\u180f]"
)
_DASHES = re.compile(
    "[\u02d7\u058a\u05be\u2010-\u2015\u2043\u2053\u207b\u208b\u2212\u2500\u2501\u2796\u301c\u3030\u30a0]"
)
# The long vowel of Japanese, which its keyboards type for a dash.
_JAPANESE_DASH = re.compile("(?<=[0-9])\u30fc(?=[0-9])")
# Shapes that stand for the same sign. A fraction (½) or a raised figure (²) is another number, so those are left.
_SAME_SIGN = frozenset(
    {"<wide>", "<narrow>", "<font>", "<noBreak>", "<compat>", "<circle>", "<small>", "<square>", "<vertical>"}
    | {"<isolated>", "<initial>", "<medial>", "<final>"}
)
ENTITY = re.compile(
    r"&(?:#(?P<decimal>[0-9]{1,7})|#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));"
)


def clean_text(value: object, max_length: int) -> tuple[str, bool]:
    """The text in NFC without characters that show nothing, every blank as a space, and whether it was cut.

    Kept are line ends, tabs, joiners between letters that need them, and what holds an emoji together. PostgreSQL
    rejects NUL and lone surrogates, SQLite does not.
    """
    text = "" if value is None else str(value)
    if not text.isascii() or not text.isprintable():
        text = _without_unseen(text)
    text = text.strip()
    return text[:max_length].rstrip(), len(text) > max_length


def _without_unseen(text: str) -> str:
    if _ODD.search(text):
        text = _BLANKS.sub(" ", _LINE_ENDS.sub("\n", text))
        text = _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = _drop_unseen(text)
    return unicodedata.normalize("NFC", text)


def _drop_unseen(text: str) -> str:
    """Whether a joiner stays is decided by the letters around it, so what else shows nothing goes first."""
    if not _SUSPECT.search(text):
        return text
    text = _JOINERS.sub(r"\1", _NEVER.sub("", text))
    kept = {position for found in _KEPT.finditer(text) for position in range(*found.span())}
    return "".join(letter for position, letter in enumerate(text) if position in kept or not _SUSPECT.match(letter))


def plain_form(text: str) -> str:
    """A code as a plain keyboard types it: one shape of every sign, "-" for every dash, single spaces, figures 0-9.

    Fractions and raised figures stay. For postcodes, house numbers, phones and searches; never for what is printed as
    a name. Upper and lower case stay apart. May be repeated.
    """
    if not text.isascii():
        text = _SUSPECT.sub("", _BLANKS.sub(" ", _LINE_ENDS.sub("\n", text)))
        text = "".join(letter if letter.isascii() else _plain_letter(letter) for letter in text)
        text = unicodedata.normalize("NFC", _JAPANESE_DASH.sub("-", _DASHES.sub("-", text)))
    return " ".join(re.sub("[\x00-\x08\x0e-\x1f\x7f]", "", text).split())


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    if unicodedata.category(letter) in {"Cf", "Cs"}:
        return ""
    if unicodedata.decimal(letter, None) is not None:
        return str(unicodedata.decimal(letter))
    if unicodedata.decomposition(letter).partition(" ")[0] in _SAME_SIGN:
        return unicodedata.normalize("NFKC", letter)
    return letter


def decode_entities(text: str) -> str:
    """The text with its HTML entities (``&eacute;``, ``&#39;``, ``&#x27;``) read once, so ``&amp;lt;`` gives ``&lt;``.

    An ampersand that begins no whole entity stays, and so does an entity that stands for no character.
    """
    return ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    if found["name"]:
        return html5.get(f"{found['name']};", found[0])
    code = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16)
    if 0x80 <= code <= 0x9F:
        # Browsers read these as Windows-1252, which is what was meant.
        return bytes([code]).decode("cp1252", errors="ignore") or found[0]
    return chr(code) if code and code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found[0]


def parse_int(value: object) -> int | None:
    """A number of ASCII digits only; None for everything else and for more than MAX_DIGITS digits."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None
