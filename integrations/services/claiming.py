"""The app on a site without a callback: installed at the shop system itself, and claimed by a signed link."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection, Installation
from integrations.providers import base, get_provider
from integrations.providers.base import InstallRefused
from integrations.services import connecting
from integrations.services.connecting import ConsentRefused
from shops.models import Shop


@dataclass(frozen=True, slots=True)
class Opening:
    """What a genuine signed link is about; ``connection`` is the working one of a shop this person may see."""

    installation: base.Installation
    connection: Connection | None


def look(user: User, platform: str, signed: str) -> Opening:
    """Whose site a signed link opens; nothing changes. Raises ConsentRefused."""
    installation = _verified(platform, signed)
    held = Connection.objects.holding().select_related("shop")
    connection = held.filter(platform=platform, external_id=installation.installation_id).first()
    if connection is not None and not user.memberships.filter(shop=connection.shop).exists():
        raise ConsentRefused("other_shop")
    return Opening(installation, connection)


def claim(shop: Shop, user: User, platform: str, signed: str) -> Connection:
    """Connect the site of a signed link to this shop; twice is the same as once. Raises ConsentRefused."""
    return connecting.connect(shop, user, get_provider(platform), _verified(platform, signed))


def note_installed(platform: str, external_id: str, at: datetime, *, origin: str = "") -> bool:
    """Remember that the app is on a site, whether a callback came before, comes later or never.

    False when something newer was heard before. May be repeated.
    """
    held = Connection.objects.holding().filter(platform=platform, external_id=external_id).exists()
    state = Installation.State.CLAIMED if held else Installation.State.WAITING
    return _hear(platform, external_id, state, at, origin)


def note_removed(platform: str, external_id: str, at: datetime) -> bool:
    """Remember that the app is gone from a site. False when something newer was heard before. May be repeated."""
    return _hear(platform, external_id, Installation.State.REMOVED, at)


def _hear(platform: str, external_id: str, state: str, at: datetime, origin: str = "") -> bool:
    with transaction.atomic():
        Installation.objects.get_or_create(platform=platform, external_id=external_id)
        row = Installation.objects.select_for_update().get(platform=platform, external_id=external_id)
        if row.heard_at is not None and at < row.heard_at:
            return False
        if row.state != state:
            row.state, row.state_since = state, timezone.now()
        row.heard_at, row.origin_installation = at, origin or row.origin_installation
        row.save()
    return True


def _verified(platform: str, signed: str) -> base.Installation:
    try:
        return get_provider(platform).verify_opening(signed, now=timezone.now())
    except InstallRefused as refusal:
        raise ConsentRefused(refusal.code) from refusal
