"""Bulk edits of drafts and their undo."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.fallback import resolve_choice
from carriers.multi_collo import parcel_count_problem
from carriers.parcels import ParcelChoice, PickupPoint
from carriers.pickup_points import dropped_message, kept_point
from carriers.problems import Problem
from jobs import runner
from jobs.models import Job
from lib.stored_messages import in_all_languages
from shipments.content import CHOICE_FIELDS
from shipments.draft_diff import choice_changes, join_changes
from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.queries.key_pieces import read_keys
from shipments.services.drafts.save import EditConflict, NotADraft, save_content
from shops.models import Shop

UNDO_WINDOW = timedelta(minutes=10)
GONE_MESSAGE = _("This shipment no longer exists.")
HAS_LABEL_MESSAGE = _("This shipment has a label, so it cannot be changed.")
CHANGED_MESSAGE = _("This draft was changed after the bulk edit, so it was left as it is.")
CONFLICT_MESSAGE = _("Someone else changed this draft at the same time. Try again.")


@dataclass(frozen=True, slots=True)
class EditPlan:
    """The new choice of a draft with further adjustments, or the problem that blocks the edit."""

    choice: ParcelChoice
    consequences: tuple[Promise | str, ...] = ()
    blocker: Problem | None = None


def plan_edit(shipment: Shipment, changes: Mapping[str, Any]) -> EditPlan:
    """Apply ``changes`` (fields of ParcelChoice) to a draft without saving. The changes themselves must be possible;
    other options that conflict with them are adjusted.
    """
    old, destination = shipment.choice, shipment.destination
    wanted = replace(old, **changes)
    if wanted == old:
        return EditPlan(old)
    resolved = resolve_choice(wanted, destination, shipment.shop.capabilities)
    kept = all(getattr(resolved.choice, name) == value for name, value in changes.items())
    if not kept:
        return EditPlan(old, blocker=_find_blocker(wanted, shipment, changes))
    new = _new_problems(old, resolved.choice, shipment) if destination.country else []
    if new:
        return EditPlan(old, blocker=new[0])
    texts = [change.text for change in resolved.changes]
    point = shipment.pickup
    if point is not None and kept_point(point, resolved.choice, shipment.country) is None:
        texts.append(dropped_message(point, resolved.choice))
    return EditPlan(resolved.choice, tuple(texts))


def _new_problems(old: ParcelChoice, choice: ParcelChoice, shipment: Shipment) -> list[Problem]:
    known = {(problem.field, problem.code) for problem in _problems(old, shipment)}
    return [problem for problem in _problems(choice, shipment) if (problem.field, problem.code) not in known]


def _problems(choice: ParcelChoice, shipment: Shipment) -> tuple[Problem, ...]:
    capabilities = shipment.shop.capabilities
    found = capabilities.validate_parcel(choice, shipment.destination, shipment.weight, shipment.recipient)
    too_many = parcel_count_problem(shipment.parcel_count, choice, shipment.destination, capabilities)
    return (*found, too_many) if too_many else found


def _find_blocker(wanted: ParcelChoice, shipment: Shipment, changes: Mapping[str, Any]) -> Problem | None:
    problems = _problems(wanted, shipment)
    return next((problem for problem in problems if problem.field in changes), problems[0] if problems else None)


def start_edit(shop: Shop, user: User, *, shipments: QuerySet[Shipment], changes: Mapping[str, Any], key: str) -> Job:
    """Queue this change for these shipments. The same key returns the same job."""
    items = (JobItem(shipment_id=pk) for pk in read_keys(shipments.filter(shop=shop)))
    return runner.start(shop, user, kind=JobKind.EDIT, key=key, items=items, payload={"changes": dict(changes)})


def can_undo(job: Job) -> bool:
    recent = job.finished_at is not None and job.finished_at > timezone.now() - UNDO_WINDOW
    changed = job.items.filter(state=JobItem.State.OK)
    return job.kind == JobKind.EDIT and recent and "undo" not in job.payload and changed.exists()


def start_undo(job: Job, user: User) -> Job:
    """Queue an undo for every draft that the edit changed. Repeated calls return the same job."""
    done = job.items.filter(state=JobItem.State.OK)
    items = [JobItem(shipment_id=item.shipment_id, payload=item.payload) for item in done]
    key, payload = uuid.uuid5(job.public_id, "undo").hex, {"undo": str(job.public_id)}
    return runner.start(job.shop, user, kind=JobKind.EDIT, key=key, items=items, payload=payload)


def edit_batch(job: Job, items: list[JobItem]) -> None:
    """Each draft is edited in its own transaction, so that a failure affects only that draft."""
    rows = _load([item.shipment_id for item in items if item.shipment_id])
    for item in items:
        with transaction.atomic():
            _edit(job, item, _as_it_is_now(rows.get(item.shipment_id or 0)))
            runner.record(job, [item])


def _load(ids: Sequence[int]) -> dict[int, Shipment]:
    rows = Shipment.objects.filter(pk__in=ids).select_related("shop__gateway_account")
    return rows.prefetch_related("customs_items").in_bulk()


def _as_it_is_now(loaded: Shipment | None) -> Shipment | None:
    """Locks it; a person may have edited or deleted it while the others of its batch were edited."""
    if loaded is None:
        return None
    locked = Shipment.objects.select_for_update().filter(pk=loaded.pk)
    if locked.values_list("version", "status").first() == (loaded.version, loaded.status):
        return loaded
    return _load([loaded.pk]).get(loaded.pk)


def _edit(job: Job, item: JobItem, shipment: Shipment | None) -> None:
    if shipment is None:
        runner.fail_item(item, "gone", GONE_MESSAGE)
        return
    if not shipment.is_draft:
        runner.fail_item(item, "has_label", HAS_LABEL_MESSAGE)
        return
    choice = _new_choice(job, item, shipment)
    if choice is None:
        return
    before: dict[str, Any] = {name: getattr(shipment, name) for name in CHOICE_FIELDS}
    point = asdict(shipment.pickup) if shipment.pickup else None
    if choice == shipment.choice:
        item.state = JobItem.State.UNCHANGED
    elif _save(shipment, choice, job, item.payload.get("point") if "undo" in job.payload else None):
        item.state = JobItem.State.OK
        item.payload = {"before": before, "point": point, "version": shipment.version}
    else:
        runner.fail_item(item, "meanwhile", CONFLICT_MESSAGE, retryable=True)


def _new_choice(job: Job, item: JobItem, shipment: Shipment) -> ParcelChoice | None:
    if "undo" in job.payload:
        if shipment.version == item.payload["version"]:
            return ParcelChoice(**item.payload["before"])
        runner.fail_item(item, "changed", CHANGED_MESSAGE)
        return None
    planned = plan_edit(shipment, job.payload["changes"])
    if planned.blocker is None:
        return planned.choice
    runner.fail_item(item, planned.blocker.code, planned.blocker.text)
    return None


def _save(shipment: Shipment, choice: ParcelChoice, job: Job, point: dict[str, str] | None) -> bool:
    """``point`` is the pick-up point that an undo puts back."""
    text = in_all_languages(join_changes(choice_changes(shipment.choice, choice)))
    event = ShipmentEvent(kind=ShipmentEvent.Kind.EDITED, actor_id=job.started_by_id, text=text)
    pickup = PickupPoint(**point) if point else kept_point(shipment.pickup, choice, shipment.country)
    content = replace(shipment.content, choice=choice, pickup=pickup, delivery_day=None)
    try:
        save_content(shipment, content, expected_version=shipment.version, event=event)
    except (EditConflict, NotADraft):
        return False
    return True
