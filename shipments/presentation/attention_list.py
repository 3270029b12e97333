"""The attention list of the dashboard: a message, examples and a link for each kind of problem."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from integrations.models import Connection
from integrations.providers import platform_names
from lib.stored_messages import localized
from lib.unions import union_all
from shipments.content import ADDRESS_FIELDS
from shipments.models import Shipment
from shipments.models.querysets import ShipmentQuerySet
from shipments.services.labels.needs import LabelNeed

# The page on which all of a kind are worked down.
WORK_LISTS = {"customs": "shipments:customs", "address": "shipments:addresses"}
# Shipments named per item.
MAX_NAMED = 2


@dataclass(frozen=True, slots=True)
class AttentionItem:
    title: Promise | str
    text: Promise | str
    url: str
    action: Promise
    icon: str = "alert"
    # ``bad`` when a buyer is waiting, ``warn`` when work is blocked, empty for information.
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class AttentionText:
    title: object
    text: Promise
    action: Promise
    icon: str
    tone: str


ATTENTION_TEXTS = {
    "unsynced": AttentionText(
        ngettext_lazy("%(n)d shipment not synced to %(platform)s", "%(n)d shipments not synced to %(platform)s", "n"),
        _("The buyer has no Track & Trace code yet."),
        _("Review and fix"),
        "refresh",
        "bad",
    ),
    "canceled": AttentionText(
        ngettext_lazy(
            "%(n)d order was cancelled after its label was created",
            "%(n)d orders were cancelled after their labels were created",
            "n",
        ),
        _("Keep the parcel here if you still can, and cancel the label."),
        _("View"),
        "alert",
        "bad",
    ),
    "unanswered": AttentionText(
        ngettext_lazy(
            "%(n)d label may or may not have been created", "%(n)d labels may or may not have been created", "n"
        ),
        _("The carrier did not say. We keep asking, and no label is created twice."),
        _("View"),
        "clock",
        "warn",
    ),
    "returned": AttentionText(
        ngettext_lazy("%(n)d parcel came back", "%(n)d parcels came back", "n"),
        _("Ask the buyer what to do with it."),
        _("View"),
        "return",
        "bad",
    ),
    "late": AttentionText(
        ngettext_lazy("%(n)d parcel is late", "%(n)d parcels are late", "n"),
        _("The carrier says it will take longer than planned."),
        _("View"),
        "clock",
        "warn",
    ),
    "changed": AttentionText(
        ngettext_lazy(
            "%(n)d order changed after it was imported", "%(n)d orders changed after they were imported", "n"
        ),
        _("Compare the parcel with the order."),
        _("View"),
        "alert",
        "warn",
    ),
    "order": AttentionText(
        ngettext_lazy("%(n)d order changed in the webshop", "%(n)d orders changed in the webshop", "n"),
        _("Compare the draft with the order before you create the label."),
        _("View"),
        "alert",
        "warn",
    ),
    "customs": AttentionText(
        ngettext_lazy("%(n)d shipment is missing customs data", "%(n)d shipments are missing customs data", "n"),
        _("Needed before a label can be created."),
        _("Fill in"),
        "customs",
        "warn",
    ),
    "address": AttentionText(
        ngettext_lazy("%(n)d address is incomplete", "%(n)d addresses are incomplete", "n"),
        _("Needed before a label can be created."),
        _("Fill in"),
        "pin",
        "warn",
    ),
    "parcel": AttentionText(
        ngettext_lazy(
            "%(n)d parcel can't be sent with these options", "%(n)d parcels can't be sent with these options", "n"
        ),
        _("Needed before a label can be created."),
        _("Fill in"),
        "parcel",
        "warn",
    ),
    "pickup": AttentionText(
        ngettext_lazy(
            "%(n)d parcel is waiting at a pick-up point", "%(n)d parcels are waiting at a pick-up point", "n"
        ),
        _("Remind the buyer; the carrier returns it if nobody collects it."),
        _("View"),
        "store",
        "",
    ),
}


def shipment_items(shipments: ShipmentQuerySet, counts: dict[str, int], *, limit: int) -> list[AttentionItem]:
    """The ``limit`` most urgent kinds. ``counts`` are the numbers of ``counts.attention_kinds``."""
    found = {kind: counts[kind] for kind in ATTENTION_TEXTS if counts[kind]}
    shown = dict(list(found.items())[:limit])
    examples = _examples(shipments, list(shown)) if shown else {}
    return [_build_item(kind, number, examples.get(kind, [])) for kind, number in shown.items()]


def _examples(shipments: ShipmentQuerySet, kinds: list[str]) -> dict[str, list[Shipment]]:
    """The newest of each kind, in one query that reads no more than it returns."""
    named = shipments.only("public_id", "reference", "attention", "status", "status_at", "problems", *ADDRESS_FIELDS)
    newest = [named.needing_attention(kind).order_by("-status_at")[:MAX_NAMED] for kind in kinds]
    examples: dict[str, list[Shipment]] = defaultdict(list)
    for row in sorted(union_all(newest), key=lambda row: row.status_at, reverse=True):
        examples[row.attention].append(row)
    return examples


def _build_item(kind: str, number: int, examples: list[Shipment]) -> AttentionItem:
    text = ATTENTION_TEXTS[kind]
    only = examples[0] if number == 1 and examples else None
    if kind in WORK_LISTS:
        place = reverse(WORK_LISTS[kind])
    elif only is not None:
        place = reverse("shipments:detail", args=[only.public_id])
    else:
        place = reverse("shipments:list") + f"?tab=attention&kind={kind}"
    title: Promise | str = text.title % {"n": number, "platform": platform_names()}  # type: ignore[operator]
    return AttentionItem(title, _item_text(text, only, examples, number), place, text.action, text.icon, text.tone)


def _item_text(text: AttentionText, only: Shipment | None, examples: list[Shipment], number: int) -> Promise | str:
    if only is not None and only.is_draft and only.problems:
        problem = localized(only.problems[0]["text"])
        return format_lazy("#{order} · {name}: {wrong}", order=only.reference, name=only.recipient.name, wrong=problem)
    named = ", ".join(f"#{shipment.reference}" for shipment in examples)
    more = number - len(examples)
    if not named:
        return text.text
    if more > 0:
        return format_lazy(_("{orders} and {n} more. {text}"), orders=named, n=more, text=text.text)
    return format_lazy("{orders}. {text}", orders=named, text=text.text)


def need_items(needs: Sequence[LabelNeed], complete: int) -> list[AttentionItem]:
    """What the shop lacks while ``complete`` drafts wait for it, once. The label window asks for it."""
    if not needs or complete <= 0:
        return []
    missing = ", ".join(str(need.name) for need in needs)
    title = ngettext_lazy(
        "%(n)d complete draft can't get its label", "%(n)d complete drafts can't get their label", "n"
    )
    text = format_lazy(_("Your shop still needs: {missing}."), missing=missing)
    window = reverse("shipments:labels") + "?all_matching=tab%3Ddrafts"
    return [AttentionItem(title % {"n": complete}, text, window, _("Fill in and go on"), "alert", "warn")]


def test_label_items(number: int) -> list[AttentionItem]:
    """A reminder that the parcels with a test label are not on their way."""
    if not number:
        return []
    title = ngettext_lazy("%(n)d shipment has a test label", "%(n)d shipments have a test label", "n")
    text = _("No carrier knows these labels, and your webshop and the buyers were told nothing.")
    place = reverse("shipments:list") + "?tab=tests"
    return [AttentionItem(title % {"n": number}, text, place, _("View"), "alert", "warn")]


def _inactive_item(site: Connection) -> AttentionItem:
    page = reverse("integrations:platform", args=[site.platform])
    if site.state == Connection.State.COPY:
        title = format_lazy(_("{site} is a copy of another site"), site=str(site))
        return AttentionItem(title, _("Nothing is imported until you answer."), page, _("View"), "copy", "warn")
    title = format_lazy(_("{site} is no longer connected"), site=str(site))
    return AttentionItem(title, site.last_error_message, page, _("Reconnect"), "unlink", "bad")


def connection_items(connections: Iterable[Connection], unreadable: set[int]) -> list[AttentionItem]:
    """Inactive sites first, then sites with unreadable orders."""
    rows = list(connections)
    orders = reverse("shipments:import")
    lost = [_inactive_item(site) for site in rows if not site.is_active]
    unread = [
        AttentionItem(
            format_lazy(_("Orders from {site} that we could not read"), site=str(site)),
            format_lazy(
                _("Nothing is lost: the order is safe in {platform}. Correct it there, or try again."),
                platform=site.platform_name,
            ),
            f"{orders}?site={site.public_id}#unreadable",
            _("View"),
        )
        for site in rows
        if site.is_active and site.pk in unreadable
    ]
    return lost + unread
