"""Every column in which text may stand is known as personal, with whose it is and how it goes, or as impersonal."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from lib import personal_data
from lib.personal_data import Erasure, Kept, Subject

WHAT_TO_DO = (
    "Say in {app}/personal_data.py what stands in {label}: personal(…) with whose data it is, why it is stored, how "
    "long it is kept and how it is erased, or impersonal(…) when it never says anything of a person."
)


def undeclared() -> list[str]:
    known = personal_data.impersonal_columns() | {column.label for column in personal_data.personal_columns()}
    columns = [f"{model._meta.label}.{column}" for model, column in personal_data.text_columns()]
    return [
        WHAT_TO_DO.format(app=label.partition(".")[0], label=label) for label in sorted(columns) if label not in known
    ]


def test_every_text_json_and_file_column_is_declared():
    assert not undeclared(), "\n".join(undeclared())


def test_a_new_column_is_noticed(monkeypatch: pytest.MonkeyPatch):
    known = {label: column for label, column in personal_data._personal.items() if column.column != "phone"}
    monkeypatch.setattr(personal_data, "_personal", known)
    assert [text.split(" what stands in ")[1].split(":")[0] for text in undeclared()] == [
        "shipments.Shipment.phone",
        "shops.Shop.phone",
    ]


def test_nothing_is_declared_that_is_gone_or_declared_twice():
    personal = {column.label for column in personal_data.personal_columns()}
    impersonal = personal_data.impersonal_columns()
    assert not personal & impersonal
    for label in personal | impersonal:
        model, _dot, column = label.rpartition(".")
        try:
            apps.get_model(model)._meta.get_field(column)
        except (LookupError, FieldDoesNotExist):
            pytest.fail(f"{label} is declared and does not exist.")


@pytest.mark.parametrize("column", personal_data.personal_columns(), ids=lambda column: column.label)
def test_a_personal_column_says_how_it_goes(column: personal_data.PersonalColumn):
    """What names a buyer goes with that buyer, what is kept for a member or a sender with the account or the shop."""
    assert column.why
    stays_with_others = column.erasure in {Erasure.WITH_ACCOUNT, Erasure.WITH_SHOP, Erasure.EXPIRES}
    assert not stays_with_others or column.whose is not Subject.BUYER or column.kept is Kept.UNTIL_DONE
    assert (column.kept in {Kept.ACCOUNT, Kept.SHOP}) <= (
        column.whose is not Subject.BUYER or column.erasure is Erasure.DELETED
    )
    if column.shop:
        column.model_class.objects.filter(**{column.shop: None})
