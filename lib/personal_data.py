"""The registry of personal columns: which columns hold data of people, whose, why, for how long, and how it goes.

Each app declares its own in ``personal_data.py``, beside its models. Every text, JSON and file column is declared
either here or as impersonal; ``privacy/tests/test_registry.py`` fails for one that is neither.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.db import models
from django.utils.module_loading import autodiscover_modules

TEXT_FIELDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.BinaryField,
    models.GenericIPAddressField,
)


class Subject(StrEnum):
    """Whose data it is."""

    BUYER = "buyer"
    MEMBER = "member"
    SENDER = "sender"


class Kept(StrEnum):
    """For how long; ``shops.periods`` has the periods that a shop chooses."""

    ORDERS = "orders"
    RECIPIENTS = "recipients"
    ANSWERS = "answers"
    JOBS = "jobs"
    FILES = "files"
    UPLOADS = "uploads"
    INVITATIONS = "invitations"
    SYNCS = "syncs"
    WEBHOOKS = "webhooks"
    SESSIONS = "sessions"
    TRAIL = "trail"
    UNTIL_DONE = "until done"
    ACCOUNT = "account"
    SHOP = "shop"


class Erasure(StrEnum):
    """How the data of one person goes before its time."""

    # Emptied with the order by ``integrations.services.erasure``.
    WITH_ORDER = "emptied with the order"
    # Emptied with the shipment by ``shipments.services.erasure``.
    WITH_SHIPMENT = "emptied with the shipment"
    # Free text: emptied, or the whole row deleted, where the person's words stand in it.
    EMPTIED = "emptied where it names the person"
    DELETED = "row deleted where it names the person"
    # Data of the people who work with the shop: gone with their account, or with the shop.
    WITH_ACCOUNT = "deleted with the account"
    WITH_SHOP = "deleted with the shop"
    # Gone by itself within days; unreadable without the key or the cookie.
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True)
class Life:
    """What columns have in common; ``shop`` is the path from a row to its shop, empty when it has none."""

    whose: Subject
    kept: Kept
    erasure: Erasure
    shop: str = "shop"


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """``model`` is a label such as "shipments.Shipment"; the others are as in ``Life``."""

    model: str
    column: str
    whose: Subject
    why: str
    kept: Kept
    erasure: Erasure
    shop: str = "shop"

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def label(self) -> str:
        return f"{self.model}.{self.column}"


_personal: dict[str, PersonalColumn] = {}
_impersonal: set[str] = set()
_is_loaded = False


def personal(model: str, life: Life, columns_by_reason: Mapping[str, str]) -> None:
    """Declare personal columns of a model: why they are stored, and their names with blanks between them."""
    for why, columns in columns_by_reason.items():
        for column in columns.split():
            declared = PersonalColumn(model, column, life.whose, why, life.kept, life.erasure, life.shop)
            assert declared.label not in _personal, f"{declared.label} is declared twice"  # noqa: S101 - a mistake in code
            _personal[declared.label] = declared


def impersonal(model: str, columns: str) -> None:
    """Declare columns that say nothing of a person: codes, choices, identifiers of things, texts of our own."""
    _impersonal.update(f"{model}.{column}" for column in columns.split())


def personal_columns(*erasures: Erasure) -> list[PersonalColumn]:
    """All, or those that are erased in one of these ways, in the order of their names."""
    _load()
    found = sorted(_personal.values(), key=lambda column: column.label)
    return [column for column in found if column.erasure in erasures] if erasures else found


def columns_of(model: str, *erasures: Erasure) -> tuple[str, ...]:
    """The names of the personal columns of one model."""
    return tuple(column.column for column in personal_columns(*erasures) if column.model == model)


def impersonal_columns() -> frozenset[str]:
    """Labels such as "shipments.Shipment.status"."""
    _load()
    return frozenset(_impersonal)


def text_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of every table in which text may stand."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            kind = field.output_field if isinstance(field, models.GeneratedField) else field
            if isinstance(kind, TEXT_FIELDS):
                yield model, field.name


def _load() -> None:
    global _is_loaded  # once a process, when it is first asked for
    if not _is_loaded:
        autodiscover_modules("personal_data")
        _is_loaded = True
