"""Dutch words in a description that must be English. What the short list finds is a doubt, never an error."""

from functools import cache
from pathlib import Path

from carriers.hs_codes import dutch_names, english_words
from carriers.word_forms import IGNORED, split_words, stem

# A compound is Dutch by its last part: "babydeken". A shorter part is the end of too many other words.
_SHORTEST, _SHORTEST_END = 3, 5
_PLURALS = ("en", "je", "jes")


def find_dutch_words(description: str) -> list[str]:
    """The words that seem to be Dutch, in their order."""
    return [word for word in dict.fromkeys(split_words(description)) if _seems_dutch(word)]


def _seems_dutch(word: str) -> bool:
    if word in _english_words():
        return False
    if word in _dutch_words() or word.endswith(_ends()):
        return True
    return word.endswith(_PLURALS) and stem(word) in _stems()


@cache
def _english_words() -> frozenset[str]:
    return english_words() | _listed("english")


@cache
def _dutch_words() -> frozenset[str]:
    names = frozenset(word for word in dutch_names() if len(word) >= _SHORTEST) - IGNORED
    return (names | _listed("dutch")) - _english_words()


@cache
def _ends() -> tuple[str, ...]:
    return tuple(word for word in dutch_names() if len(word) >= _SHORTEST_END and word in _dutch_words())


@cache
def _stems() -> frozenset[str]:
    """Of nouns that are long enough to be told from English ones."""
    return frozenset(one for word in _dutch_words() if len(one := stem(word)) >= _SHORTEST_END - 1)


@cache
def _listed(language: str) -> frozenset[str]:
    """The words of a section of ``data/dutch_words.txt``."""
    text = (Path(__file__).parent / "data" / "dutch_words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.partition(f"[{language}]")[2].partition("[")[0].splitlines() if line[:1] != "#"]
    return frozenset(" ".join(lines).split())
