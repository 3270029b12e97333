"""Shapes text into glyphs: which font, which direction, and how letters join.

Text is split into runs of one font and one direction. HarfBuzz shapes each run; the Unicode bidirectional algorithm
orders them from left to right.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import uharfbuzz
from bidi import algorithm

from carriers.typesetting.fonts import Font, candidates, region_of, usual

# Invisible characters that change how adjacent letters are drawn.
JOINERS = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad")
EMBEDDINGS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Emoji: some fonts draw a few of them, but no sorting machine reads them.
PICTURES = frozenset(range(0x1F000, 0x1FB00))
# Georgian capitals, which few fonts have: the small letter is drawn instead.
MTAVRULI = range(0x1C90, 0x1CC0)


class Glyph(NamedTuple):
    """Distances are in em. ``text`` is what the glyph stands for, empty for all but the first of a cluster."""

    number: int
    x: float
    y: float
    advance: float
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs of one font, left to right; ``width`` in em."""

    face: Font
    glyphs: tuple[Glyph, ...]
    width: float


@cache
def plain_characters() -> frozenset[str]:
    """Characters that the usual font draws one after the other, without joining or reordering."""
    both = usual(False).characters & usual(True).characters
    return frozenset(chr(code) for code in both if unicodedata.category(chr(code))[0] not in "MC")


def is_plain(text: str) -> bool:
    return plain_characters().issuperset(text)


def is_ordinary(text: str) -> bool:
    """Whether one look tells that every font has all of it: letters, figures and signs of a plain keyboard."""
    return text.isascii() and text.isprintable()


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """The drawn form of ``text``: composed, single spaces, no controls or emoji; "?" for letters that no font has."""
    spaced = " ".join(text.split())
    if is_ordinary(spaced):
        return spaced
    composed = unicodedata.normalize("NFC", spaced)
    if is_plain(composed):
        return composed
    return " ".join("".join(_drawn(cluster) for cluster in clusters(composed)).split())


@lru_cache(maxsize=4096)
def unprintable_characters(text: str) -> str:
    """The characters that ``clean`` leaves out or replaces with "?", each once; those nobody sees as U+…"""
    shown = (f"U+{ord(letter):04X}" if unicodedata.category(letter)[0] == "C" else letter for letter in lost(text))
    return "".join(dict.fromkeys(shown))


@lru_cache(maxsize=4096)
def lost(text: str) -> tuple[str, ...]:
    """The characters that ``clean`` leaves out or replaces with "?", in their order."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    if is_plain(composed):
        return ()
    return tuple(letter for cluster in clusters(composed) if _lost(cluster) for letter in cluster if not _has(letter))


def clusters(text: str) -> Iterator[str]:
    cluster = ""
    for letter in text:
        if letter in EMBEDDINGS:
            continue
        if cluster and (letter in JOINERS or _is_mark(letter)):
            cluster += letter
        else:
            if cluster:
                yield cluster
            cluster = letter
    if cluster:
        yield cluster


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M" or "\U0001f3fb" <= letter <= "\U0001f3ff"


def _has(letter: str) -> bool:
    known = any(ord(letter) in face.characters for face in candidates(False, "sc"))
    return letter in JOINERS or (known and ord(letter) not in PICTURES)


def _face(cluster: str, faces: Iterable[Font]) -> Font | None:
    wanted = {ord(letter) for letter in cluster if letter not in JOINERS and not _is_selector(letter)}
    if not PICTURES.isdisjoint(wanted):
        return None
    return next((face for face in faces if wanted <= face.characters), None)


def _is_selector(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def _plainer(cluster: str) -> str:
    """Replace letters that fonts lack by their base form: 𝐀 by A, a Georgian capital by its small letter."""
    small = "".join(letter.lower() if ord(letter) in MTAVRULI else letter for letter in cluster)
    return unicodedata.normalize("NFKC", small)


@lru_cache(maxsize=8192)
def _lost(cluster: str) -> bool:
    faces = candidates(False, "sc")
    return _face(cluster, faces) is None and _face(_plainer(cluster), faces) is None


@lru_cache(maxsize=8192)
def _drawn(cluster: str) -> str:
    faces = candidates(False, "sc")
    if _face(cluster, faces) is not None:
        return cluster
    if _face(_plainer(cluster), faces) is not None:
        return _plainer(cluster)
    kept = "".join(letter for letter in cluster if _has(letter) and letter not in JOINERS)
    if kept and not _is_mark(kept[0]):
        return kept
    return "" if unicodedata.category(cluster[0]) in {"Cc", "Cf", "So", "Sk", "Mn", "Me"} else "?"


@lru_cache(maxsize=4096)
def typeset(text: str, bold: bool, country: str = "") -> tuple[Run, ...]:
    """The runs of a cleaned ``text`` from left to right; ``country`` (ISO 3166) decides how Han characters look."""
    levels = _levels(text)
    pieces, position = [], 0
    for cluster, face in _faces(text, bold, country):
        pieces.append((cluster, face, levels[position]))
        position += len(cluster)
    runs = []
    for (face, level), group in groupby(pieces, key=lambda piece: piece[1:]):
        runs.append((level, _shape("".join(piece[0] for piece in group), face, level)))
    return tuple(_visual(runs))


def _faces(text: str, bold: bool, country: str) -> Iterator[tuple[str, Font]]:
    faces = candidates(bold, region_of(text, country))
    before: Font | None = None
    for cluster in clusters(text):
        neutral = not cluster[0].isalnum()
        face = before if neutral and before and _face(cluster, (before,)) else _face(cluster, faces)
        before = face or faces[0]
        yield cluster, before


def _levels(text: str) -> list[int]:
    """The embedding level of each character: even runs from left to right, odd from right to left."""
    # The algorithm skips invisible characters; they get the level of the preceding letter.
    if not any(unicodedata.bidirectional(letter) in {"R", "AL", "AN"} for letter in text):
        return [0] * len(text)
    base = algorithm.get_base_level(text)
    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage |= {"base_level": base, "base_dir": "LR"[base]}
    algorithm.get_embedding_levels("".join(letter for letter in text if not _is_invisible(letter)), storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    found = iter(storage["chars"])
    levels: list[int] = []
    for letter in text:
        levels.append((levels or [base])[-1] if _is_invisible(letter) else next(found)["level"])
    return levels


def _is_invisible(letter: str) -> bool:
    return unicodedata.bidirectional(letter) == "BN"


def _visual(runs: list[tuple[int, Run]]) -> list[Run]:
    """Rule L2 of the Unicode bidirectional algorithm: from the highest level down, reverse runs at or above it."""
    ordered = list(runs)
    for level in range(max((level for level, _run in runs), default=0), 0, -1):
        turned: list[tuple[int, Run]] = []
        for inside, group in groupby(ordered, key=lambda pair: pair[0] >= level):
            part = list(group)
            turned += reversed(part) if inside else part
        ordered = turned
    return [run for _level, run in ordered]


def _shape(text: str, face: Font, level: int) -> Run:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    uharfbuzz.shape(face.font, buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    glyphs = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        stands_for = text[info.cluster : ends.pop(info.cluster)] if info.cluster in ends else ""
        x, y, advance = (value / face.em for value in (position.x_offset, position.y_offset, position.x_advance))
        glyphs.append(Glyph(info.codepoint, x, y, advance, stands_for))
    return Run(face, tuple(glyphs), sum(glyph.advance for glyph in glyphs))
