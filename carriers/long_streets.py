"""Streets that are longer than a line of an address: usual abbreviations, and where such a street goes on below."""

import re
from functools import partial

# In characters: what gateways take for a street, and what one line of a label shows well.
MAX_STREET_LENGTH = 40
# Usual abbreviations, titles first: they hurt a name least.
_ABBREVIATIONS = (
    (r"\bburgemeester\b", "burg."),
    (r"\bbürgermeister\b", "bgm."),
    (r"\bbourgmestre\b", "bgm."),
    (r"\bprofessor\b", "prof."),
    (r"\bdo(?:ctor|ktor|cteur)\b", "dr."),
    (r"\bmeester\b", "mr."),
    (r"\bingenieur\b", "ir."),
    (r"\bgeneraal\b|\bgeneral\b", "gen."),
    (r"\bgénéral\b", "gén."),
    (r"\bkolonel\b|\bcolonel\b", "kol."),
    (r"\bluitenant\b|\blieutenant\b", "lt."),
    (r"\bkapitein\b|\bcapitaine\b", "kap."),
    (r"\badmiraal\b|\badmiral\b", "adm."),
    (r"\bmonseigneur\b", "mgr."),
    (r"\bpastoor\b", "past."),
    (r"\bdominee\b", "ds."),
    (r"\bkoningin\b", "kon."),
    (r"\bprinses\b", "pr."),
    (r"\bpresident\b|\bprésident\b", "pres."),
    (r"\bminister\b", "min."),
    (r"\bwethouder\b", "weth."),
    (r"\bsint\b|\bsaint\b|\bsankt\b", "st."),
    (r"\bavenue\b", "av."),
    (r"\bboulevard\b", "bd"),
    (r"\bchaussée\b", "ch."),
    (r"\bsteenweg\b", "stwg."),
    (r"straße\b|straat\b|strasse\b", "str."),
    (r"(?<=[^\W\d]{3})laan\b", "ln."),
    (r"(?<=[^\W\d]{3})plein\b", "pln."),
    (r"(?<=[^\W\d]{3})platz\b", "pl."),
)
ABBREVIATIONS = tuple((re.compile(pattern, re.IGNORECASE), short) for pattern, short in _ABBREVIATIONS)
# Where one very long word may be broken: before the kind of street.
KIND = re.compile(
    r"(?<=[^\W\d]{4})(?:straat|laan|weg|plein|plantsoen|boulevard|gracht|kade|dijk|singel|dreef|steenweg|straße|strasse|gasse|platz|allee)\.?$",
    re.IGNORECASE,
)


def abbreviate(street: str) -> str:
    """With as few usual abbreviations as make it fit on one line; unchanged when they do not."""
    shorter = street
    for pattern, short in ABBREVIATIONS:
        if len(shorter) <= MAX_STREET_LENGTH:
            break
        shorter = pattern.sub(partial(_in_case, short), shorter)
    return shorter if len(shorter) <= MAX_STREET_LENGTH else street


def _in_case(short: str, match: re.Match[str]) -> str:
    word = match[0]
    if word.isupper():
        return short.upper()
    return short.capitalize() if word[0].isupper() else short


def street_lines(street: str, house: str = "") -> tuple[str, ...]:
    """The lines of a street from top to bottom, of at most MAX_STREET_LENGTH characters, the number behind the last.

    The number stands beside a word of the street. A word that is longer than a line is broken; no sign is added.
    """
    if len(street) <= MAX_STREET_LENGTH:
        return (f"{street} {house}".strip(),) if street or house else ()
    lines = [""]
    for word in street.split():
        for piece in _pieces(word):
            if lines[-1] and len(f"{lines[-1]} {piece}") > MAX_STREET_LENGTH:
                lines.append("")
            lines[-1] = f"{lines[-1]} {piece}".strip()
    return (*lines[:-1], f"{lines[-1]} {house}".strip())


def sent_lines(street: str, house: str, *, beside_word: bool = True) -> tuple[str, ...]:
    """Lines of a street with its number, each of at most MAX_STREET_LENGTH characters.

    With ``beside_word`` the number takes the last word of the street along to the next line.
    """
    if len(f"{street} {house}".strip()) <= MAX_STREET_LENGTH:
        return street_lines(street, house)
    words = [piece for word in street.split() for piece in _pieces(word)]
    if beside_word and house and words and len(f"{words[-1]} {house}") <= MAX_STREET_LENGTH:
        words[-1] = f"{words[-1]} {house}"
    elif house:
        words += house.split()
    lines = [""]
    for word in words:
        if lines[-1] and len(f"{lines[-1]} {word}") > MAX_STREET_LENGTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines)


def _pieces(word: str) -> list[str]:
    """A word in pieces that fit on a line, the kind of street on its own where that helps."""
    if len(word) <= MAX_STREET_LENGTH:
        return [word]
    kind = KIND.search(word)
    if kind is not None and kind.start() <= MAX_STREET_LENGTH:
        return [word[: kind.start()], word[kind.start() :]]
    return [word[:MAX_STREET_LENGTH], *_pieces(word[MAX_STREET_LENGTH:])]
