import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.services import webhook_inbox

log = logging.getLogger(__name__)
# Three times the event of an order with 300 lines, the most that a shop system is known to allow.
MAX_BODY_BYTES = 1536 * 1024


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, platform: str) -> HttpResponse:
    """200 when stored (also before), 401 for an invalid signature, 503 to be sent again."""
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        return _plain_text(413, "too large")
    try:
        kept = webhook_inbox.receive(platform, request.headers, body)
    except (DatabaseError, InterfaceError):
        log.warning("A webhook could not be kept; it is asked for again.", exc_info=True)
        return _plain_text(503, "try again")
    return _plain_text(200, "ok") if kept else _plain_text(401, "not genuine")


def _plain_text(status: int, text: str) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain")
