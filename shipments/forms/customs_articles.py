"""The articles of several customs forms, each once: what is known of it, and what is typed for all its parcels."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from carriers.customs import CURRENCY, hs_code_digits
from carriers.hs_codes import SUBHEADING, HsCode, suggest_hs_codes
from carriers.parcels import CustomsLine
from shipments.forms.customs import CustomsForm, origin_name
from shipments.models import Shipment
from shipments.services.imports.order_customs import RememberedCustoms, with_remembered


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """A line of the customs form of a shipment; ``line`` is completed with what is remembered and in euros."""

    shipment: Shipment
    index: int
    line: CustomsLine


@dataclass
class Article:
    """Lines with the same SKU, or without one the same description, whose HS code can have the same length.

    ``name`` is what the order calls it.
    """

    key: str
    name: str
    digits: tuple[int, ...]
    lines: list[ArticleLine] = field(default_factory=list)
    is_remembered: bool = False

    @property
    def prefix(self) -> str:
        """Of its fields; the same on every page that has the article."""
        return "a" + hashlib.sha256(self.key.encode()).hexdigest()[:12]

    @property
    def sku(self) -> str:
        return self.lines[0].line.sku

    @property
    def shipments(self) -> list[Shipment]:
        return list({one.shipment.pk: one.shipment for one in self.lines}.values())

    @property
    def units(self) -> int:
        return sum(one.line.quantity for one in self.lines)

    @property
    def countries(self) -> list[str]:
        return list(dict.fromkeys(shipment.country for shipment in self.shipments))

    @property
    def needs_more_digits(self) -> bool:
        """Than are the same all over the world."""
        return SUBHEADING not in self.digits

    def text(self, name: str) -> str:
        """The description, HS code or origin: the first that a line has, of a line with an HS code if there is one."""
        values = sorted((one.line for one in self.lines), key=lambda line: not line.hs_code)
        return next((value for line in values if (value := str(getattr(line, name)))), "")

    def numbers(self, name: str) -> list[int]:
        """The different weights or values of one unit; 0 where a line has none."""
        return sorted({int(getattr(one.line, name)) for one in self.lines})

    def number(self, name: str) -> int | None:
        """That of every line; None where they differ or have none."""
        numbers = self.numbers(name)
        return numbers[0] or None if len(numbers) == 1 else None

    def completed(self, line: CustomsLine, typed: Mapping[str, Any]) -> CustomsLine:
        """The line with what was typed for the article. What was left as shown only fills what the line lacks.

        A weight or a value goes to all lines, or where only some of them lack it, to those.
        """
        texts = {}
        for name in ("description", "hs_code", "origin"):
            shown, wanted, own = self.text(name), typed[name], getattr(line, name)
            texts[name] = wanted if wanted != shown else own or wanted
        numbers = {}
        for name in ("weight", "value_cents"):
            wanted, own, known = typed[name], getattr(line, name), self.numbers(name)
            is_for_all = 0 not in known or known == [0]
            numbers[name] = wanted if wanted and (is_for_all or not own) else own
        return replace(line, **texts, **numbers)


def articles_of(shipments: Iterable[Shipment], remembered: RememberedCustoms) -> list[Article]:
    """Every article of these shipments once, in the order of the shipments. Needs ``customs_items``."""
    found: dict[str, Article] = {}
    for shipment in shipments:
        digits = hs_code_digits(shipment.destination, shipment.carrier)
        names = {line.sku: line.name for line in shipment.lines if line.sku and line.name}
        for index, line in enumerate(euro_lines(shipment, remembered)):
            name = names.get(line.sku) or line.description
            article = _article_for(found, _key(line, shipment, index), name, digits)
            article.lines.append(ArticleLine(shipment, index, line))
            known = remembered.get(line.sku)
            article.is_remembered |= bool(known and known.hs_code and known.hs_code == line.hs_code)
    return list(found.values())


def euro_lines(shipment: Shipment, remembered: RememberedCustoms) -> list[CustomsLine]:
    """Completed with what is remembered; the values of a form in another currency are not known."""
    declared = shipment.declaration()
    lines = declared.lines
    if declared.currency != CURRENCY:
        lines = tuple(replace(line, value_cents=0) for line in lines)
    return [with_remembered(line, remembered) for line in lines]


def _key(line: CustomsLine, shipment: Shipment, index: int) -> str:
    if line.sku:
        return f"sku:{line.sku}"
    if described := line.description.strip().casefold():
        return f"name:{described}"
    return f"line:{shipment.public_id}:{index}"


def _article_for(found: dict[str, Article], key: str, name: str, digits: tuple[int, ...]) -> Article:
    """One whose HS code fits this destination too: what one country wants another may refuse."""
    while (known := found.get(key)) is not None:
        both = tuple(length for length in known.digits if length in digits)
        if both:
            known.digits = both
            return known
        key += "+"
    found[key] = Article(key, name, digits)
    return found[key]


class ArticleForm(CustomsForm):
    """One article for all of its parcels. Fields may stay empty; the drafts then stay blocked."""

    quantity = None  # type: ignore[assignment]
    sku = None  # type: ignore[assignment]

    def __init__(self, article: Article, data: Mapping[str, Any] | None = None) -> None:
        self.article = article
        bound = data if data is not None and f"{article.prefix}-description" in data else None
        value = article.number("value_cents")
        initial = {
            "description": article.text("description"),
            "hs_code": article.text("hs_code"),
            "origin": origin_name(article.text("origin")),
            "weight": article.number("weight"),
            "value": Decimal(value).scaleb(-2) if value else None,
        }
        super().__init__(bound, prefix=article.prefix, initial=initial)
        for name, shown in self.fields.items():
            shown.widget.attrs["aria-describedby"] = f"{self[name].id_for_label}-f"

    @cached_property
    def typed(self) -> dict[str, Any]:
        """By part of a line. What is not valid, or was not sent, is as it was shown."""
        article, data = self.article, {}
        if self.is_bound:
            self.is_valid()
            data = self.cleaned_data
        value = data.get("value")
        return {
            "description": data.get("description", article.text("description")),
            "hs_code": data.get("hs_code", article.text("hs_code")),
            "origin": data.get("origin", article.text("origin")),
            "weight": data.get("weight") if data.get("weight") != article.number("weight") else None,
            "value_cents": None if value is None or value == self.initial["value"] else int(value * 100),
        }

    @cached_property
    def suggestions(self) -> tuple[HsCode, ...]:
        """Nothing once there is a code."""
        if str(self["hs_code"].value() or "").strip():
            return ()
        return suggest_hs_codes(self.article.name) or suggest_hs_codes(str(self["description"].value() or ""))

    @property
    def may_be_described(self) -> bool:
        """Whether a description of ours is better than the one that is there."""
        return bool(self.dutch_words) or not str(self["description"].value() or "").strip()

    @property
    def spread(self) -> list[tuple[str, str, list[int]]]:
        """Where the parcels differ: the field, what it is called, and what its lines have."""
        parts = (("weight", "weight", _("Grams each")), ("value", "value_cents", _("Euro each")))
        return [(name, str(label), self.article.numbers(part)) for name, part, label in parts if self._differs(part)]

    def _differs(self, part: str) -> bool:
        return len(self.article.numbers(part)) > 1
