"""E-mail addresses as people write them: the address in what was typed, if mail can reach it.

The form is that of RFC 5321, section 4.1.2, without quoted names and addresses of machines, which carriers refuse. A
domain with other letters than a-z is sent as RFC 5890 writes it (xn--…).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.encoding import punycode
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.problems import Text
from lib.text import plain_form

MAX_LOCAL_LENGTH, MAX_LENGTH = 64, 254
DOMAIN_ENDING = re.compile(r"\.(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59})$", re.IGNORECASE)
MAILTO = re.compile(r"mailto:|(?<=\S)\?(?:subject|body|cc|bcc)=\S*", re.IGNORECASE)
LABEL = re.compile(
    r"^(?:e-?mail(?:\s?(?:adres|address|adresse))?|mail|adres|courriel|correo)?\s*[:=]\s*|^e-?mail\s+", re.IGNORECASE
)
# Signs around an address, and between two of them.
AROUND, BEFORE = " \t,;:<>()[]{}\"'`„“”‚‘’«»*/\\|", "<([{:;,|/\"'“„«"
ADDRESS = re.compile(r"[^\s,;:|<>()\[\]{}\"„“”«»@]+@[^\s,;:|<>()\[\]{}\"„“”«»@]+")
SPACED = re.compile(r"\s*([@.])\s*")
WORDS_FOR_SIGNS = (
    (re.compile(r"\s*[(\[{<]\s*(?:at|apenstaartje|a)\s*[)\]}>]\s*|\s+at\s+", re.IGNORECASE), "@"),
    (re.compile(r"\s*[(\[{<]\s*(?:dot|punt|punkt|point)\s*[)\]}>]\s*|\s+(?:dot|punt|punkt)\s+", re.IGNORECASE), "."),
)
# Endings that no domain has, and what was meant.
MISTYPED_ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "vom", "xom", "comm", "coom", "cpm", "clm", "c0m", "cim"), "com"),
    **dict.fromkeys(("nll", "nk", "ml.nl"), "nl"),
    **dict.fromkeys(("bee", "vbe"), "be"),
}


class Form(StrEnum):
    """What became of a typed address. Only FITS, REPAIRED and LEFT_OUT leave one to send."""

    EMPTY = "empty"
    FITS = "fits"
    REPAIRED = "repaired"
    LEFT_OUT = "left_out"
    OFFERED = "offered"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Email:
    """``address`` is empty when no mail can be sent there; ``offered`` is what was probably meant."""

    typed: str
    address: str
    form: Form
    offered: str = ""
    rest: str = ""

    @property
    def is_wrong(self) -> bool:
        return self.form in {Form.WRONG, Form.OFFERED}

    @property
    def kept(self) -> str:
        """What is kept of it: the address, or what was typed while that is none."""
        return self.address or ("" if self.form is Form.EMPTY else self.typed)

    @property
    def to_send(self) -> str:
        """In ASCII, as mail servers know it."""
        local, at, domain = self.address.rpartition("@")
        return f"{local}{at}{domain if domain.isascii() else punycode(domain)}"

    @property
    def message(self) -> Text:
        """What a merchant must know of it; empty when only its form was changed."""
        if self.form not in MESSAGES:
            return ""
        return format_lazy(
            MESSAGES[self.form], typed=self.typed, address=self.address, offered=self.offered, rest=self.rest
        )


MESSAGES = {
    Form.LEFT_OUT: _("The email address in “{typed}” is {address}; the carrier does not get the rest: {rest}."),
    Form.OFFERED: _(
        "No mail reaches “{typed}”, so the carrier does not get it. Was {offered} meant? Ask the buyer and correct it."
    ),
    Form.WRONG: _(
        "No mail reaches “{typed}”, so the carrier does not get it. Enter an address such as kim@example.com."
    ),
}


@lru_cache(maxsize=4096)
def read_email(typed: str) -> Email:
    """The address that was typed. Of several the first is taken; one that must be guessed is only offered."""
    typed = " ".join(typed.split())
    plain = plain_form(typed).replace("\u3002", ".")
    if is_email(plain):
        return Email(typed, plain, Form.FITS if plain == typed else Form.REPAIRED)
    text = MAILTO.sub("", plain)
    if not any(character.isalnum() for character in text):
        return Email(typed, "", Form.EMPTY)
    text = LABEL.sub("", text)
    alone = _without_signs_around(text)
    if is_email(alone):
        return Email(typed, alone, Form.REPAIRED)
    joined = SPACED.sub(r"\1", alone)
    if alone.count("@") == 1 and is_email(joined):
        return Email(typed, joined, Form.REPAIRED)
    if offered := _offered(alone):
        return Email(typed, "", Form.OFFERED, offered)
    return _among_others(typed, text)


def is_email(text: str) -> bool:
    """Whether mail can be sent there by its form; nobody is asked whether the mailbox exists."""
    local, at, domain = text.rpartition("@")
    if not at or len(local) > MAX_LOCAL_LENGTH or len(text) > MAX_LENGTH or local.startswith('"'):
        return False
    if not DOMAIN_ENDING.search(domain) or domain.rpartition(".")[2].casefold() in MISTYPED_ENDINGS:
        return False
    try:
        VALIDATOR(text if domain.isascii() else f"{local}@{punycode(domain)}")
    except (ValidationError, UnicodeError):
        return False
    return True


VALIDATOR = EmailValidator(allowlist=[])


def _without_signs_around(text: str) -> str:
    """A stop before an address stays: it belongs to the part before the @."""
    return text.lstrip(AROUND).rstrip(AROUND + ".!?")


def _offered(text: str) -> str:
    """What was probably meant: a comma typed for a stop, a word for a sign, an ending that does not exist."""
    for guess in _guesses(text):
        if guess != text and is_email(guess):
            return guess
    return ""


def _guesses(text: str) -> Iterator[str]:
    for pattern, sign in WORDS_FOR_SIGNS:
        text = pattern.sub(sign, text)
    yield text
    local, at, domain = text.partition("@")
    if not at or "@" in domain:
        return
    stopped = re.sub(r"[,;:]\s?|\s+", ".", domain) if not re.search(r"[,;]\s", domain) else domain
    yield f"{local}@{stopped}"
    start, stop, ending = stopped.rpartition(".")
    yield f"{local}@{start}{stop}{MISTYPED_ENDINGS.get(ending.casefold(), ending)}"


def _among_others(typed: str, text: str) -> Email:
    """The first address among other words. A word right before it could be a part of it, so that is no address."""
    text = re.sub(r"(@[^\s/]+)/", r"\1 ", text)
    for match in ADDRESS.finditer(text):
        address, before, after = match[0].strip(AROUND + "."), text[: match.start()], text[match.end() :]
        if not is_email(address) or match[0].startswith(".") or after.startswith("@"):
            break
        if "@" not in before and not _is_apart(before):
            break
        rest = f"{before} {after}".replace(address, " ")
        said = " ".join(rest.split()).strip(AROUND + ".")
        is_named = before.rstrip().endswith("<") and not any(map(str.isalnum, after))
        if not said or is_named:
            return Email(typed, address, Form.REPAIRED)
        return Email(typed, address, Form.LEFT_OUT, rest=said)
    return Email(typed, "", Form.WRONG)


def _is_apart(before: str) -> bool:
    """Whether what stands before an address cannot be the beginning of it."""
    return not before.strip() or before.rstrip()[-1] in BEFORE and (before[-1].isspace() or before[-1] not in ",;|/")
