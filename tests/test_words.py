"""Pages say one word for each thing: docs/words.md lists those that they do not say."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
WORDS = ROOT / "docs" / "words.md"
CATALOG = ROOT / "locale" / "nl" / "LC_MESSAGES" / "django.po"
# What nobody reads: comments, tags of the template language, and the tags of HTML with their attributes.
MARKUP = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}")


class Text(NamedTuple):
    english: str
    dutch: str


class Refused(NamedTuple):
    where: str
    word: str
    instead: str
    exception: str

    @property
    def pattern(self) -> re.Pattern[str]:
        body = re.escape(self.word).replace(r"\ \*\ ", r" [\w ]+ ").replace(r"\*", r"\w*")
        # Part of a longer word: e-mailadres, zip-code.
        return re.compile(rf"(?<![\w-]){body}(?![\w-])", re.IGNORECASE)

    def is_in(self, text: str) -> bool:
        return bool(self.pattern.search(text)) and not (self.exception and self.exception in text)


@cache
def refused_words() -> list[Refused]:
    table = WORDS.read_text().split("## Refused words")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    return [Refused(*row) for row in rows[2:]]


@cache
def texts() -> list[Text]:
    with CATALOG.open("rb") as source:
        catalog = read_po(source, locale="nl")
    found = []
    for message in catalog:
        english = [message.id] if isinstance(message.id, str) else list(message.id)
        dutch = [message.string] if isinstance(message.string, str) else list(message.string)
        found.append(Text("\n".join(english), "\n".join(dutch)))
    return found[1:]


@cache
def template_texts() -> list[tuple[str, str]]:
    paths = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    return [(str(path.relative_to(ROOT)), MARKUP.sub(" ", path.read_text())) for path in paths]


def uses_of(refused: Refused) -> Iterator[str]:
    if refused.where == "English":
        yield from (text.english for text in texts() if refused.is_in(text.english))
        yield from (f"{path}: {refused.word}" for path, text in template_texts() if refused.is_in(text))
        return
    for text in texts():
        if refused.where == "Dutch of webshop" and not re.search(r"(?i)webshop", text.english):
            continue
        if refused.where == "Dutch of webshop" and re.search(r"(?i)\bshops?\b", PLACEHOLDER.sub("", text.english)):
            continue
        if refused.is_in(PLACEHOLDER.sub("", text.dutch) if "shop" in refused.word else text.dutch):
            yield text.dutch


def test_pages_say_no_word_that_the_list_refuses():
    found = [f"{word.word!r}, say {word.instead!r}: {use}" for word in refused_words() for use in uses_of(word)]
    assert not found, "\n".join(found)


def test_every_place_of_the_list_is_one_that_is_looked_at():
    assert {word.where for word in refused_words()} == {"Dutch", "Dutch of webshop", "English"}
    assert all(word.instead for word in refused_words())
    # An exception that nothing needs any more would let the word come back.
    everything = "\n".join(f"{text.english}\n{text.dutch}" for text in texts())
    assert [word.exception for word in refused_words() if word.exception not in everything] == []


@pytest.mark.parametrize(
    ("word", "text", "is_refused"),
    [
        ("haar", "Zet Haar uit.", True),
        ("haar", "Openbaar en haarfijn", False),
        ("e-mail", "je e-mailadres", False),
        ("e-mail", "een e-mail.", True),
        ("*levering", "Avondlevering kan", True),
        ("bestelling*", "twee bestellingen", True),
        ("sla * op", "Sla eerst de sleutel op.", True),
        ("sla * op", "We slaan dit over.", False),
    ],
)
def test_a_word_is_found_whole_or_up_to_its_star(word: str, text: str, is_refused: bool):
    assert Refused("Dutch", word, "", "").is_in(text) is is_refused
