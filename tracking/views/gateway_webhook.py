"""The door for MyParcel's status messages."""

import json
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tracking import poll

LARGEST = 256 * 1024


@csrf_exempt
@login_not_required
@require_POST
def myparcel(request: HttpRequest, hook_key: UUID) -> HttpResponse:
    """A hint that something happened to parcels: it is answered at once, and the parcels are asked about afterwards.

    404 for who does not know the shop's API key, so that nobody learns which addresses exist.
    """
    try:
        body = json.loads(request.body) if len(request.body) <= LARGEST else None
    except (ValueError, RecursionError):
        body = None
    known = poll.take_hint(hook_key, request.headers.get("X-MyParcel-Authorization", ""), body)
    return HttpResponse(status=204 if known else 404)
