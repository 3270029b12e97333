"""What the frame around every page shows: shops, counts, and whether background work moves."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Shop
from lib.work import last_sweep_at

SILENT_AFTER = timedelta(minutes=2)


def shell(request: HttpRequest) -> dict[str, Any]:
    """For templates; nothing is asked of the database before a page shows it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "")
    seen = {"theme": theme if theme in {"light", "dark"} else "", "admin_url": _admin_url()}
    shop = getattr(request, "shop", None)
    return seen | (_of_shop(request, shop) if shop is not None else {})


def _of_shop(request: HttpRequest, shop: Shop) -> dict[str, Any]:
    states = list(shop.connections.connected().values_list("state", flat=True))
    troubled = [state for state in states if state != "active"]
    moment = last_sweep_at()
    return {
        "shops": list(Shop.objects.filter(memberships__user=request.user.pk)),
        "concepts": shop.shipments.concepts().count(),
        "wix_state": troubled[0] if troubled else "active" if states else "",
        "work_stands_still": moment is not None and timezone.now() - moment > SILENT_AFTER,
    }


def _admin_url() -> str:
    return f"/{settings.ADMIN_PATH}" if settings.ADMIN_PATH else ""
