"""Template tags and filters of every page: icons, flags, amounts, dates."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django import template
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template.defaulttags import querystring
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carriers.choices import CARRIER_NAMES, OPTION_HINTS, PACKAGE_TYPES
from lib.stored_messages import localized
from ui.icons import flag_class, render_icon
from ui.minify import minify_row

register = template.Library()
YEAR = timedelta(days=300)
LOCALES = {"nl": Locale.parse("nl"), "en": Locale.parse("en_GB")}


def _locale() -> Locale:
    return LOCALES["nl" if (get_language() or "nl").startswith("nl") else "en"]


@register.simple_tag
def icon(name: str, classes: str = "icon") -> SafeString:
    """``name`` is a key of ``ui.icons.LUCIDE_NAMES``. Hidden from screen readers."""
    return render_icon(name, classes)


@register.filter
def country_name(code: str) -> str:
    return _locale().territories.get(code.upper(), code) if code else _("unknown country")


@register.simple_tag
def flag(code: str) -> SafeString:
    """Flag and code, with the name of the country for screen readers."""
    return _flag(code, get_language())


@lru_cache(maxsize=1024)
def _flag(code: str, _language: str | None) -> SafeString:
    html = format_html(
        '<i class="flag {drawing}" role="img" title="{name}">{code}</i>',
        name=country_name(code),
        drawing=flag_class(code),
        code=code or "?",
    )
    return mark_safe(minify_row(html))  # noqa: S308 - escaped above


@register.filter
def money(amount: Decimal | None, currency: str = "EUR") -> str:
    """€ 1.284,60 or €1,284.60."""
    return _money(amount or 0, currency or "EUR", _locale())


@lru_cache(maxsize=1024)
def _money(amount: Decimal | int, currency: str, locale: Locale) -> str:
    """A shop has few prices."""
    return format_currency(amount, currency, locale=locale)


@register.filter
def cents(amount: int) -> str:
    return money(Decimal(amount) / 100)


@register.filter
def euros(amount: int) -> str:
    """Whole euros of an amount in cents."""
    return "€ " + format_decimal(amount // 100, locale=_locale())


@register.filter
def kilograms(grams: int) -> str:
    """Format grams for display: 2100 becomes "2,10 kg"."""
    return format_decimal(Decimal(grams or 0) / 1000, "#,##0.00", locale=_locale()) + " kg"


@register.filter
def number(value: int) -> str:
    return format_decimal(value, locale=_locale())


@register.filter
def natural_datetime(moment: datetime | None) -> str:
    """today 14:02, yesterday 16:38, 5 June 12:50, 12 March 2025, 09:41."""
    if moment is None:
        return ""
    local, now = timezone.localtime(moment), timezone.localtime()
    day, clock = local.date(), f"{local:%H:%M}"
    if day == now.date():
        return _("today %(time)s") % {"time": clock}
    if day == now.date() - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": clock}
    if abs(now - local) < YEAR:
        return _formatted(day, "d MMMM", _locale()) + " " + clock
    return _formatted(day, "d MMMM yyyy", _locale()) + ", " + clock


@lru_cache(maxsize=1024)
def _formatted(day: date, pattern: str, locale: Locale) -> str:
    """Many rows of a list are of the same days."""
    return str(format_date(day, pattern, locale=locale))


@register.filter
def short_datetime(moment: datetime) -> str:
    """Today 14:02; other days as ``natural_datetime``."""
    is_today = timezone.localdate(moment) == timezone.localdate()
    return time_of_day(moment) if is_today else natural_datetime(moment)


@register.filter
def time_of_day(moment: datetime) -> str:
    """14:02."""
    return f"{timezone.localtime(moment):%H:%M}"


@register.filter
def weekday(day: date) -> str:
    """di, Tue."""
    return format_date(day, "EEE", locale=_locale()).rstrip(".")


@register.filter
def day_month(moment: date | datetime) -> str:
    """9 juni, 9 June."""
    day = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return format_date(day, "d MMMM", locale=_locale())


@register.filter
def short_day(day: date) -> str:
    """9 jun, 9 Jun."""
    return format_date(day, "d MMM", locale=_locale()).rstrip(".")


@register.filter
def full_day(day: date) -> str:
    """Dinsdag 9 juni, Tuesday 9 June."""
    return capfirst(format_date(day, "EEEE d MMMM", locale=_locale()))


register.filter("localized", localized)


@register.filter
def carrier_name(key: str) -> str:
    return CARRIER_NAMES.get(key, key)


@register.filter
def weekday_names(figures: str) -> str:
    """The names of weekdays that are kept as figures, Monday 0."""
    return ", ".join(str(WEEKDAYS[int(figure)]) for figure in figures)


@register.filter
def option_hint(key: str) -> str:
    return str(OPTION_HINTS.get(key, ""))


@register.filter
def package_name(key: str) -> str:
    return str(PACKAGE_TYPES.get(key, key))


@register.filter
def render_field(field: BoundField, classes: str) -> str:
    """The field's widget with these classes, referring to the elements of its hint and error."""
    described = [f"{field.id_for_label}-h"] if field.help_text else []
    described += [f"{field.id_for_label}-f"] if field.errors else []
    attributes: dict[str, str | bool] = {"class": classes}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.simple_tag
def error_lines(form: BaseForm | None, formset: "BaseFormSet[Any] | None" = None) -> list[dict[str, str]]:
    """The errors of a form and of a formset below it, each with the id of its control."""
    rows = list(formset.forms) if isinstance(formset, BaseFormSet) else []
    forms = [bound for bound in (form, *rows) if isinstance(bound, BaseForm) and bound.is_bound]
    lines = [{"field": "", "text": str(text)} for bound in forms for text in bound.non_field_errors()]
    if isinstance(formset, BaseFormSet) and formset.is_bound:
        lines += [{"field": "", "text": str(text)} for text in formset.non_form_errors()]
    return lines + [
        {"field": field.id_for_label or field.auto_id, "text": str(text)}
        for bound in forms
        for field in bound
        for text in field.errors
    ]


@register.filter
def get_item(mapping: dict[str, object], key: str) -> object:
    return mapping[key]


@register.filter
def get_attribute(thing: object, name: str) -> object:
    return getattr(thing, name)


@register.simple_tag(takes_context=True)
def sort_query(context: template.Context, listing: object, column: str) -> str:
    """The URL of this list sorted by this column, or in the opposite order when it is sorted by it already."""
    down = getattr(listing, "sort", "") == column and not getattr(listing, "descending", False)
    return querystring(context, sort=("-" if down else "") + column)
