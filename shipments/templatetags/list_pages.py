"""Template tags of lists."""

from collections.abc import Sequence

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from integrations.models import Connection
from lib.search_text import Word, find_span
from shipments.models import Shipment
from shipments.presentation.import_rows import ImportRow, render_import_rows
from shipments.presentation.shipment_rows import render_rows

register = template.Library()


@register.filter
def highlight(text: str, words: Sequence[Word]) -> SafeString:
    """Marks the first word of a search where it stands in the text, with or without marks on its letters."""
    if span := find_span(text, words):
        start, end = span
        return format_html("{}<mark>{}</mark>{}", text[:start], text[start:end], text[end:])
    return mark_safe(escape(text))  # noqa: S308 - escaped on the same line


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, place: dict[str, str]) -> str:
    """The URL of this list at another page, with its filters; pass ``Listing.newer`` or ``Listing.older``."""
    query = context["request"].GET.copy()
    for name in ("after", "before", "select", "state"):
        query.pop(name, None)
    query.update(place)
    found: str = query.urlencode()
    return "?" + found


@register.simple_tag(takes_context=True)
def shipment_rows(context: template.Context, shipments: Sequence[Shipment]) -> SafeString:
    """The rows of the overview, selected when the whole list is."""
    return render_rows(shipments, is_selected=context["every"])


@register.simple_tag(takes_context=True)
def import_rows(context: template.Context, rows: Sequence[ImportRow]) -> SafeString:
    """The rows of the import page, selected when the whole list is."""
    return render_import_rows(rows, is_selected=context["every"])


@register.simple_tag(takes_context=True)
def orders_to_import(context: template.Context, connection: Connection | None = None) -> int:
    """Of one connection or of the whole shop; one query per page."""
    waiting: dict[int, int] = context["navigation"]["waiting"]
    return waiting.get(connection.pk, 0) if connection else sum(waiting.values())
