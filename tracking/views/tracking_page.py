"""The public tracking page for buyers.

The address is a random UUID and needs no login. The page shows status, timeline, carrier and town, but no name, street,
postcode or order data, because the link may be forwarded; ``docs/privacy.md`` lists it. The carrier's own page asks for
the postcode. The page ends some weeks after the parcel arrived, is kept in no cache and found by no search engine.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_GET

from carriers.tracking_links import without_postal_code
from lib.cache_counters import increment
from shipments.models import Shipment, ShipmentEvent
from shipments.presentation import timeline
from shipments.states import ShipmentStatus
from shops.retention import get_retention

MAX_REQUESTS_PER_MINUTE = 60
LANGUAGES = ("nl", "en")
ENDED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.CANCELED)


@login_not_required
@require_GET
def tracking_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """``?lang=`` overrides the buyer's language."""
    if _is_rate_limited(request):
        return HttpResponse("429\n", status=429, content_type="text/plain", headers={"Retry-After": "60"})
    rows = Shipment.objects.select_related("shop", "order").filter(
        shop__tracking_page=True, shop__closed_at=None, parent=None
    )
    rows = rows.select_related("shop__retention")
    shipment = rows.filter(public_id=public_id).exclude(barcode=None).exclude(status=ShipmentStatus.TEST).first()
    if shipment is None:
        raise Http404
    requested = request.GET.get("lang", "")
    language = requested if requested in LANGUAGES else shipment.buyer_language
    with override(language):
        if _is_over(shipment):
            page = render(request, "shipments/tracking_ended.html", {"language": language}, status=410)
        else:
            page = render(request, "shipments/tracking_page.html", _context(shipment, language))
    page["X-Robots-Tag"] = "noindex, nofollow"
    page["Referrer-Policy"] = "no-referrer"
    page["Cache-Control"] = "no-store"
    return page


def _is_over(shipment: Shipment) -> bool:
    """Whether the parcel arrived so long ago that nobody has to look for it any more, or its recipient was erased."""
    if shipment.recipient_erased_at is not None:
        return True
    ended = get_retention(shipment.shop).cutoff("tracking_days")
    return shipment.status in ENDED and shipment.status_at < ended


def _context(shipment: Shipment, language: str) -> dict[str, object]:
    events = list(shipment.events.filter(kind=ShipmentEvent.Kind.CARRIER))
    return {
        "shop_name": shipment.shop.name,
        "shipment": shipment,
        "carrier_url": without_postal_code(shipment.tracking_link, shipment.postal_code),
        "town": shipment.city,
        "route": timeline.route(shipment, events),
        "days": timeline.carrier_days(events),
        "language": language,
        "other": "en" if language == "nl" else "nl",
    }


def this_minute() -> int:
    return int(timezone.now().timestamp()) // 60


def _is_rate_limited(request: HttpRequest) -> bool:
    """Counts requests per client address and minute. Behind a proxy only the hop that the proxy itself added is
    trusted.
    """
    address = request.META.get("REMOTE_ADDR", "")
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        address = hops[-trusted] if len(hops) >= trusted else address
    return increment(f"follow:{address}:{this_minute()}", 120) > MAX_REQUESTS_PER_MINUTE
