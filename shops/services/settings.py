"""The settings of a shop, as a form of its columns brings them."""

from collections.abc import Mapping
from typing import TypeVar

from django import forms
from django.db import transaction

from audit import trail
from shops.models import Shop

Form = TypeVar("Form", bound="forms.ModelForm[Shop]")


def save_settings(shop: Shop, form_class: type[Form], data: Mapping[str, str], *, by: trail.Actor) -> Form:
    """The form, with errors when it is invalid; then nothing was changed, and ``shop`` is as it was."""
    before = trail.field_values(shop, form_class.base_fields)
    form = form_class(data, instance=shop)
    if not form.is_valid():
        shop.refresh_from_db()
        return form
    with transaction.atomic():
        # Only these columns: what was switched since this row was loaded stays as it is.
        shop.save(update_fields=list(form_class.base_fields))
        trail.record_changes(shop, before, by=by, shop=shop)
    return form


def start_practicing(shop: Shop, *, by: trail.Actor) -> None:
    """From now on this shop makes test labels for as long as it has no key. May be repeated."""
    before = trail.field_values(shop, ["is_practicing"])
    shop.is_practicing = True
    with transaction.atomic():
        shop.save(update_fields=["is_practicing"])
        trail.record_changes(shop, before, by=by, shop=shop)
