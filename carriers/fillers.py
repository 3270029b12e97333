"""Recognizes what people type in a field that they have nothing for: signs, zeros and words that mean "none"."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

# Words that say nothing in any optional field, in Dutch, English, German, French, Spanish and Italian. Letters only:
# n.v.t., N.v.T. and n-v-t are the same.
_SURE = """
    nvt nietvantoepassing geen geene onbekend
    notapplicable notavailable none null nil undefined unknown nan
    keine keiner keines keinen entfallt entfaellt nichtzutreffend nichtvorhanden unbekannt
    aucun aucune neant sansobjet inconnu
    ninguno ninguna ningun noaplica desconocido
    nessuno nessuna nonapplicabile sconosciuto
"""
SURE = frozenset(_SURE.split())
# These are names of people as well.
_NOT_IN_NAMES = """
    na no nee neen niets leeg idem dito ditto ibidem zelfde hetzelfde alsboven zieboven zelfdeadres
    geenbedrijf geenbedrijfsnaam
    nothing blank empty same sameasabove asabove seeabove nocompany nocompanyname
    nein kein nichts leer gleich wieoben sieheoben keinefirma
    non rien vide memeadresse cidessus voircidessus pasdesociete
    nada vacio lomismo igual sinempresa
    niente vuoto vedisopra comesopra nessunazienda
"""
NOT_IN_NAMES = frozenset(_NOT_IN_NAMES.split())
# In the field of the company: the buyer is a person.
NO_COMPANY = frozenset({"particulier", "privepersoon", "privatperson", "privatkunde", "privateperson", "particular"})
NOT_APPLICABLE = re.compile(r"^\W*n\s?[./\\-]\s?a\.?\W*$", re.IGNORECASE)
REPEATED_X = re.compile(r"^x{2,}$")
ZEROS = re.compile(r"^0+$")
MAX_FILLER_LENGTH = 24
# Letters that do not come apart into a letter and a mark.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
# Symbols that people draw lines with; a pictogram (So) says something.
LINES = frozenset({"Sm", "Sk", "Zs", "Cf", "Cc"})


_SMALL_LETTERS = bytes(range(256)).lower()
_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())


# One address is looked at word by word, many times.
@lru_cache(maxsize=4096)
def letters_and_figures(text: str) -> str:
    """Only these, without accents and in one case, to compare what people write in different ways."""
    if text.isascii():
        return text.encode().translate(_SMALL_LETTERS, _ASCII_SIGNS).decode()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return "".join(letter for letter in plain if letter.isalnum())


class Field(StrEnum):
    LINE = "line"
    COMPANY = "company"
    NAME = "name"
    SUFFIX = "suffix"


def is_filler(text: str, field: Field = Field.LINE) -> bool:
    """Whether a text in an optional field says nothing.

    Empty text is no filler. A short word that can say something is none: the company Q, the addition X, the name Na.
    """
    text = text.strip()
    if not text:
        return False
    said = letters_and_figures(text)
    if not said:
        return all(_is_line(letter) for letter in text)
    if len(said) > MAX_FILLER_LENGTH:
        return False
    if said in SURE or NOT_APPLICABLE.match(text):
        return True
    if field is Field.SUFFIX:
        return False
    if ZEROS.match(said) or REPEATED_X.match(said):
        return True
    if field is Field.COMPANY:
        return said in NOT_IN_NAMES or said in NO_COMPANY
    return said == "x" or (field is Field.LINE and said in NOT_IN_NAMES)


def _is_line(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] == "P" or category in LINES
