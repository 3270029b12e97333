"""The first rows of an ordered list that hold the words of a search, without reading all that piled up behind them.

PostgreSQL is asked in steps, because its planner cannot know how often a part of a word occurs, and each way is slow
where the other is fast. First it walks the newest rows of the list by the list's own index: a common word fills the
page there. When it does not, the word is rare enough for the trigram index, which gives its rows in no order. At
1,000,000 rows a row walked costs 0.4 µs, and a match of the trigram index 3 to 5 µs. Words too short for the index are
looked for in the newest rows only, and whoever shows what was found says so. Other databases walk the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

from lib.search_text import Word, contains_words
from lib.trigrams import has_trigrams

# Rows walked first, and at most before the trigram index is asked. Also where looking for short words ends.
SHORT_WALK, LONG_WALK = 2_000, 20_000
# The trigram index knows nothing of shorter words.
MIN_INDEXED = 3
# Figures are in so many rows that each trigram more costs more than it saves: a long number is looked up by its end.
CODE_FIGURES, CODE_END = 6, 6
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Keys:
    """Primary keys in the order of the list. ``is_partial``: there are older rows that were not looked through."""

    keys: list[int]
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Found(Generic[M]):
    """Rows in the order of the list; see ``Keys``."""

    rows: list[M]
    is_partial: bool = False


def first_found(rows: QuerySet[M], words: Sequence[Word], number: int) -> Found[M]:
    """At most ``number`` of the ordered ``rows`` that hold all of the words; none without words."""
    if not has_trigrams() or not words:
        return Found(list(rows.filter(contains_words(words))[:number]))
    found = first_keys(rows, words, number)
    return Found(list(rows.filter(pk__in=found.keys)) if found.keys else [], found.is_partial)


def first_keys(rows: QuerySet[Any], words: Sequence[Word], number: int) -> Keys:
    """Like ``first_found``."""
    if not has_trigrams() or not words:
        return Keys(list(rows.filter(contains_words(words)).values_list("pk", flat=True)[:number]))
    try:
        return _find_keys(rows, words, number)
    except EmptyResultSet:
        return Keys([])


def is_indexed(words: Sequence[Word]) -> bool:
    """Whether ``look_up`` can find these words."""
    return has_trigrams() and bool(words) and len(_indexed(words)) == len(words)


def look_up(rows: QuerySet[Any], words: Sequence[Word], number: int) -> list[int]:
    """Keys of the first ``number`` of all ordered ``rows`` with these words, by the trigram index; see ``is_indexed``.

    For rare words: each row that holds them is read and sorted.
    """
    try:
        return _look_up(rows, words, words, number)
    except EmptyResultSet:
        return []


def all_found(rows: QuerySet[M], words: Sequence[Word]) -> QuerySet[M]:
    """All that hold the words, in any order, among those that ``first_found`` looks through. Has a ``listed_at``."""
    if has_trigrams() and words and not _indexed(words):
        newest = rows.order_by("-listed_at", "-pk").values_list("listed_at", flat=True)
        last = newest[LONG_WALK - 1 : LONG_WALK].first()
        rows = rows if last is None else rows.filter(listed_at__gte=last)
    return rows.filter(contains_words(words))


def _indexed(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if min(map(len, word)) >= MIN_INDEXED]


def _find_keys(rows: QuerySet[Any], words: Sequence[Word], number: int) -> Keys:
    indexed = _indexed(words)
    for steps in (SHORT_WALK, LONG_WALK):
        keys, is_partial = _walk(rows, words, number, steps)
        if len(keys) == number or not is_partial:
            return Keys(keys)
        if indexed and (len(keys) * LONG_WALK < number * SHORT_WALK or any(map(_is_code, indexed))):
            break
    return Keys(_look_up(rows, words, indexed, number)) if indexed else Keys(keys, is_partial=True)


def _walk(rows: QuerySet[M], words: Sequence[Word], number: int, steps: int) -> tuple[list[int], bool]:
    """Ids among the first ``steps`` rows, and whether there are rows behind them.

    The LIMIT in the subquery keeps the planner from any other way. What lies behind is asked for only when the page
    is not full.
    """
    newest, params = rows.values_list("pk", "search_text")[:steps].query.sql_with_params()
    behind, more_params = rows.values_list("pk")[steps : steps + 1].query.sql_with_params()
    condition, patterns = _holds(words)
    statement = (
        f"WITH found AS MATERIALIZED (SELECT ARRAY(SELECT id FROM ({newest}) AS newest (id, search_text)"  # noqa: S608
        f" WHERE {condition} LIMIT %s) AS ids)"
        f" SELECT ids, CASE WHEN cardinality(ids) < %s THEN EXISTS ({behind}) ELSE true END FROM found"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, (*params, *patterns, number, number, *more_params))
        ids, is_partial = cursor.fetchone()
    return ids, is_partial


def _look_up(rows: QuerySet[M], words: Sequence[Word], indexed: Sequence[Word], number: int) -> list[int]:
    """Ids among all rows, by the trigram index. The rows found are sorted apart: with the LIMIT at hand the planner
    would walk the list in its order, which it takes for cheap when it believes the word to be common.
    """
    columns = [str(name).lstrip("-") for name in rows.query.order_by]
    candidates = rows.filter(contains_words([_shortened(word) for word in indexed]))
    found, params = candidates.order_by().values_list("pk", "search_text", *columns).query.sql_with_params()
    condition, patterns = _holds(words)
    names = ", ".join(f"c{place}" for place in range(len(columns)))
    directions = ["DESC" if str(name).startswith("-") else "ASC" for name in rows.query.order_by]
    order = ", ".join(f"c{place} {direction}" for place, direction in enumerate(directions))
    statement = (
        f"WITH found (id, search_text, {names}) AS MATERIALIZED ({found})"  # noqa: S608
        f" SELECT id FROM found WHERE {condition} ORDER BY {order} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, (*params, *patterns, number))
        return [pk for (pk,) in cursor.fetchall()]


def _shortened(word: Word) -> Word:
    """What the index is asked for; the whole word is compared in the rows it gives."""
    return tuple(one[-CODE_END:] if _is_code((one,)) else one for one in word)


def _is_code(word: Word) -> bool:
    """Whether it is a long number, as of a parcel or an order, which is rare wherever the first one was found."""
    return any(sum(map(str.isdigit, one)) >= CODE_FIGURES for one in word)


def _holds(words: Sequence[Word]) -> tuple[str, list[str]]:
    """Words hold letters and figures only, so nothing in a pattern needs a backslash."""
    each = ("(" + " OR ".join(["search_text LIKE %s"] * len(word)) + ")" for word in words)
    return " AND ".join(each), [f"%{spelling}%" for word in words for spelling in word]
