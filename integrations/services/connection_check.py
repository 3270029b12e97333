"""Checking a connection at the platform: each check has a result and a message."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from integrations.messages import MAX_CLOCK_OFFSET_SECONDS, Message, connection_message, permission_message
from integrations.models import Connection
from integrations.models.connections import PERMISSION_CHECK_INTERVAL
from integrations.providers import get_provider, platform_name
from integrations.providers.base import PlatformSite
from integrations.services import connections
from integrations.services.circuit_breaker import error_message, record_failure, record_success
from integrations.services.tokens import open_session
from integrations.services.webhook_inbox import rejected_this_hour
from lib.http import ApiError
from lib.leases import claim_by_time
from lib.stored_messages import in_all_languages
from lib.turns import one_by_one

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# For a working connection, and for one that lacks a permission.
CHECK_INTERVAL = timedelta(days=1)
# How long another worker leaves a refused connection alone that this one is asking.
RETRY_LEASE_SECONDS = 60
# What keeps a refused connection stopped; other findings, such as a clock, are only shown.
CHECKS_THAT_STOP = ("site", "permissions")
CHECK_TASK = "integrations.check_due"
# Invalid signatures in an hour before the check fails.
MAX_REJECTED_WEBHOOKS = 5


@dataclass(frozen=True, slots=True)
class CheckResult:
    code: str
    ok: bool
    text: Message
    # Neither yes nor no: it is shown, and stops nothing.
    doubt: bool = False


def run_check(connection: Connection, *, ignore_pause: bool = False) -> bool:
    """Fetch the site and store each result; True when all passed. May be repeated.

    A connection that may work again is reactivated.
    """
    if connection.is_inactive:
        return False
    try:
        session = open_session(connection, ignore_pause=ignore_pause)
        site, has_store = session.describe(), session.has_store()
    except ApiError as error:
        record_failure(connection, error)
        results = [{"code": "reach", "ok": False, "text": error_message(connection, error)}]
        _store_results(connection, results, checked_at=timezone.now())
        return False
    if connection.is_active:
        record_success(connection)
    checks = list(_run_checks(connection, site, has_store))
    if site.installation_id == connection.external_id:
        connections.store_site_details(connection, site)
    _store_results(
        connection,
        [
            {"code": result.code, "ok": result.ok, "doubt": result.doubt, "text": in_all_languages(result.text)}
            for result in checks
        ],
    )
    if all(result.ok for result in checks if result.code in CHECKS_THAT_STOP):
        connections.reactivate(connection, states=connections.REFUSED_STATES)
    return all(result.ok for result in checks)


def _run_checks(connection: Connection, site: PlatformSite, has_store: bool) -> Iterator[CheckResult]:
    doubts = connections.find_doubts(connection.platform, site)
    platform = connection.platform
    yield CheckResult("reach", True, _with_platform(platform, _("{platform} responds and accepts our connection.")))
    same = site.installation_id == connection.external_id and site.site_id in {"", connection.site_id}
    yield CheckResult(
        "site", same, _("This is the site you connected.") if same else connection_message(platform, "other_site")
    )
    messages = get_provider(platform).messages
    if has_store:
        yield CheckResult("store", True, doubts.get("store", messages.store_present), "store" in doubts)
    else:
        yield CheckResult("store", False, messages.store_missing)
    if site.missing_permissions:
        yield CheckResult("permissions", False, permission_message(platform, " + ".join(site.missing_permissions)))
    elif "permissions" in doubts:
        yield CheckResult("permissions", True, doubts["permissions"], doubt=True)
    else:
        yield CheckResult("permissions", True, _("The app has the permissions it needs."))
    yield _check_clock(platform, site.clock_offset)
    yield _check_signatures(platform)


def _with_platform(platform: str, message: "_StrPromise", **facts: object) -> Message:
    return format_lazy(message, platform=platform_name(platform), **facts)


def _check_clock(platform: str, offset: int | None) -> CheckResult:
    if offset is None or abs(offset) <= MAX_CLOCK_OFFSET_SECONDS:
        return CheckResult("clock", True, _with_platform(platform, _("Our clock and the {platform} clock agree.")))
    message = _(
        "Our clock and the {platform} clock differ by {seconds} seconds. Ask your administrator to correct our clock."
    )
    return CheckResult("clock", False, _with_platform(platform, message, seconds=abs(offset)))


def _check_signatures(platform: str) -> CheckResult:
    if rejected_this_hour(platform) < MAX_REJECTED_WEBHOOKS:
        return CheckResult(
            "signatures", True, _with_platform(platform, _("Messages from {platform} arrive with a valid signature."))
        )
    message = _(
        "Many messages claiming to be from {platform} had an invalid signature in the past hour and "
        "were rejected. Orders still come in through syncing. Ask your administrator to check the "
        "webhook key."
    )
    return CheckResult("signatures", False, _with_platform(platform, message))


def _store_results(connection: Connection, results: list[dict[str, object]], **fields: object) -> None:
    connection.checks = results
    for name, value in fields.items():
        setattr(connection, name, value)
    columns = ("checks", "checked_at", "site_name", "site_url", "app_version", "permissions", "clock_offset")
    values = {name: getattr(connection, name) for name in columns}
    Connection.objects.holding_site().filter(pk=connection.pk).update(**values)


def check_due(*, seconds: float = 30) -> int:
    """Check connections that were not checked lately. Returns how many. Safe to run concurrently.

    ``checked_at``, or ``retry_at`` of those whose token is refused, is claimed for each just before it is checked.
    """
    now = timezone.now()
    long_ago = Q(checked_at=None) | Q(checked_at__lt=now - CHECK_INTERVAL)
    working = Connection.objects.active().filter(long_ago, connected_at__lt=now - PERMISSION_CHECK_INTERVAL)
    waiting = Connection.objects.filter(
        state=Connection.State.PERMISSION, checked_at__lt=now - PERMISSION_CHECK_INTERVAL
    )
    refused = Connection.objects.refused().filter(Q(retry_at=None) | Q(retry_at__lt=now))
    checked = sum(_check_some(due, "checked_at", 0, seconds) for due in (working, waiting))
    return checked + _check_some(refused, "retry_at", RETRY_LEASE_SECONDS, seconds)


def _check_some(due: QuerySet[Connection], column: str, lease: float, seconds: float) -> int:
    claim_one = partial(claim_by_time, due, column, lease, limit=1)
    return one_by_one(claim_one, run_check, seconds=seconds, wake=CHECK_TASK)
