"""Installations without a callback: installed at the platform, claimed by a signed link."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection, Installation
from integrations.providers import base, get_provider
from integrations.providers.base import InvalidInstall
from integrations.services import connections
from integrations.services.connections import ConsentRejected
from shops.models import Shop


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """``connection`` is the one of a shop the user belongs to."""

    installation: base.VerifiedInstall
    connection: Connection | None


def inspect_link(user: User, platform: str, signed: str) -> LinkTarget:
    """Find whose site a signed link is about; changes nothing. Raises ConsentRejected."""
    installation = _verify_link(platform, signed)
    held = Connection.objects.holding_site().select_related("shop")
    connection = held.filter(platform=platform, external_id=installation.installation_id).first()
    if connection is not None and not user.memberships.filter(shop=connection.shop).exists():
        raise ConsentRejected("other_shop")
    return LinkTarget(installation, connection)


def claim_site(shop: Shop, user: User, platform: str, signed: str) -> Connection:
    """Connect the site of a signed link to this shop. May be repeated. Raises ConsentRejected."""
    return connections.connect(shop, user, get_provider(platform), _verify_link(platform, signed))


def record_installed(platform: str, external_id: str, at: datetime, *, origin: str = "") -> bool:
    """False when a newer event was recorded before. May be repeated."""
    held = Connection.objects.holding_site().filter(platform=platform, external_id=external_id).exists()
    state = Installation.State.CLAIMED if held else Installation.State.WAITING
    return _record_event(platform, external_id, state, at, origin)


def record_removed(platform: str, external_id: str, at: datetime) -> bool:
    """False when a newer event was recorded before. May be repeated."""
    return _record_event(platform, external_id, Installation.State.REMOVED, at)


def _record_event(platform: str, external_id: str, state: str, at: datetime, origin: str = "") -> bool:
    with transaction.atomic():
        Installation.objects.get_or_create(platform=platform, external_id=external_id)
        row = Installation.objects.select_for_update().get(platform=platform, external_id=external_id)
        if row.last_event_at is not None and at < row.last_event_at:
            return False
        if row.state != state:
            row.state, row.state_since = state, timezone.now()
        row.last_event_at, row.origin_installation = at, origin or row.origin_installation
        row.save()
    return True


def _verify_link(platform: str, signed: str) -> base.VerifiedInstall:
    try:
        return get_provider(platform).verify_signed_link(signed, now=timezone.now())
    except InvalidInstall as refusal:
        raise ConsentRejected(refusal.code) from refusal
