"""Is the connection all right: asked of the shop system now, each question with its answer in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from integrations.models import Connection
from integrations.providers import get_provider, platform_name
from integrations.providers.base import ShopSite
from integrations.services import connecting
from integrations.services.health import note_failure, note_success, sentence_of
from integrations.services.inbox import rejected_lately
from integrations.services.tokens import open_session
from integrations.wording import CLOCK_LIMIT, Sentence, permission_sentence, trouble_sentence
from lib.http import ApiError
from lib.leases import claim_by_time
from lib.stored_messages import in_all_languages

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DAILY, SOON = timedelta(days=1), timedelta(minutes=15)
"""How often a working connection is looked at, and one that lacks a permission."""
MAX_AT_ONCE = 25
MANY_REJECTED = 5
"""So many deliveries with a wrong signature in an hour are worth a sentence."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer."""

    code: str
    ok: bool
    text: Sentence


def check(connection: Connection, *, insisting: bool = False) -> bool:
    """Ask the shop now and keep each answer; True when all is well. May be repeated.

    ``insisting`` does not wait for a rest to end. A connection that may work again does.
    """
    if connection.is_let_go:
        return False
    try:
        site = open_session(connection, insisting=insisting).describe()
    except ApiError as error:
        note_failure(connection, error)
        answers = [{"code": "reach", "ok": False, "text": sentence_of(connection, error)}]
        _keep(connection, answers, checked_at=timezone.now())
        return False
    if connection.is_active:
        note_success(connection)
    checks = list(_checks(connection, site))
    if site.installation_id == connection.external_id:
        connecting.describe(connection, site)
    _keep(connection, [{"code": one.code, "ok": one.ok, "text": in_all_languages(one.text)} for one in checks])
    if connection.state in {"permission", "reconnect"} and all(one.ok for one in checks):
        connecting.revive(connection)
    return all(one.ok for one in checks)


def _checks(connection: Connection, site: ShopSite) -> Iterator[Check]:
    platform = connection.platform
    yield Check("reach", True, _about(platform, _("{platform} answers and accepts our connection.")))
    same = site.installation_id == connection.external_id and site.site_id in {"", connection.site_id}
    yield Check(
        "site", same, _("This is the site you connected.") if same else trouble_sentence(platform, "other_site")
    )
    messages = get_provider(platform).messages
    yield Check("store", site.has_shop, messages.store_present if site.has_shop else messages.store_missing)
    if site.missing_permissions:
        yield Check("permissions", False, permission_sentence(platform, " + ".join(site.missing_permissions)))
    else:
        yield Check("permissions", True, _("The app has the permissions it needs."))
    yield _clock(platform, site.clock_offset)
    yield _signatures(platform)


def _about(platform: str, sentence: "_StrPromise", **facts: object) -> Sentence:
    return format_lazy(sentence, platform=platform_name(platform), **facts)


def _clock(platform: str, offset: int | None) -> Check:
    if offset is None or abs(offset) <= CLOCK_LIMIT:
        return Check("clock", True, _about(platform, _("Our clock and that of {platform} agree.")))
    sentence = _(
        "Our clock and that of {platform} differ by {seconds} seconds. Ask your administrator to set our clock."
    )
    return Check("clock", False, _about(platform, sentence, seconds=abs(offset)))


def _signatures(platform: str) -> Check:
    if rejected_lately(platform) < MANY_REJECTED:
        return Check(
            "signatures", True, _about(platform, _("Messages from {platform} arrive with the right signature."))
        )
    sentence = _(
        "Many messages in the name of {platform} had a wrong signature this hour and were not believed. "
        "Orders still come in by synchronisation. Ask your administrator to check the webhook key."
    )
    return Check("signatures", False, _about(platform, sentence))


def _keep(connection: Connection, answers: list[dict[str, object]], **fields: object) -> None:
    connection.checks = answers
    for name, value in fields.items():
        setattr(connection, name, value)
    columns = ("checks", "checked_at", "site_name", "site_url", "app_version", "permissions", "clock_offset")
    values = {name: getattr(connection, name) for name in columns}
    Connection.objects.holding().filter(pk=connection.pk).update(**values)


def check_due() -> int:
    """Check connections that were not checked lately, at most 50; returns how many. Safe to run concurrently.

    ``checked_at`` is claimed for each just before it is checked.
    """
    now = timezone.now()
    long_ago = Q(checked_at=None) | Q(checked_at__lt=now - DAILY)
    working = Connection.objects.active().filter(long_ago, connected_at__lt=now - SOON)
    waiting = Connection.objects.filter(state=Connection.State.PERMISSION, checked_at__lt=now - SOON)
    return sum(_check_some(due) for due in (working, waiting))


def _check_some(due: QuerySet[Connection]) -> int:
    for checked in range(MAX_AT_ONCE):
        claimed = claim_by_time(due, "checked_at", 0, limit=1)
        if not claimed:
            return checked
        check(claimed[0])
    return MAX_AT_ONCE
