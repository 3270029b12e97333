"""Words of articles in one form, so that "mokken" finds "mok" and "glazen" finds "glas". Dutch and English alike."""

import re
import unicodedata
from functools import lru_cache

# Joined, so that T-shirt and e-bike are one word.
_JOINTS = re.compile(r"(?<=\w)[-'’](?=\w)")
_WORDS = re.compile(r"[^\W_]+")
_TWICE = re.compile(r"(.)\1")
_PLURALS = ("etjes", "etje", "tjes", "tje", "pjes", "pje", "jes", "je", "en", "es", "s", "e", "n")
_SHORTEST = 3
# Words that say nothing about an article.
IGNORED = frozenset(
    {
        "van", "voor", "met", "en", "of", "de", "het", "een", "in", "op", "bij", "uit", "los", "set", "stuks",
        "stuk", "maat", "kleur", "the", "and", "or", "for", "with", "a", "an", "on", "other",
    }
)  # fmt: skip


def split_words(text: str) -> list[str]:
    """The words in small letters without marks, in their order."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return _WORDS.findall(_JOINTS.sub("", plain))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without plural, diminutive and double letters. It is no word, but equal for the forms of one."""
    left = _TWICE.sub(r"\1", word)
    while True:
        ending = next((end for end in _PLURALS if left.endswith(end) and len(left) - len(end) >= _SHORTEST), "")
        if not ending:
            return left
        left = left.removesuffix(ending)
        left = left[:-1] + {"z": "s", "v": "f"}.get(left[-1], left[-1])


def stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in split_words(text) if word not in IGNORED)
