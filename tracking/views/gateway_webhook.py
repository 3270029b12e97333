"""The webhook endpoint of label gateways."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tracking import poll

MAX_BODY_BYTES = 256 * 1024


@csrf_exempt
@login_not_required
@require_POST
def gateway_webhook(request: HttpRequest, gateway: str, webhook_token: UUID) -> HttpResponse:
    """Only marks shipments as due, so that the response is fast.

    Responds 404 without the shop's API key, so that valid tokens cannot be discovered.
    """
    body = request.body if len(request.body) <= MAX_BODY_BYTES else b""
    known = poll.accept_webhook(gateway, webhook_token, request.headers, body)
    return HttpResponse(status=204 if known else 404)
