"""Health checks of the web process and of background work."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.leases import last_sweep_at

WORKER_TIMEOUT = timedelta(minutes=2)


@login_not_required
@require_safe
def check_web(request: HttpRequest) -> HttpResponse:
    """503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def check_worker(request: HttpRequest) -> HttpResponse:
    """503 when no sweep ran within WORKER_TIMEOUT."""
    swept_at = last_sweep_at()
    if swept_at is not None and timezone.now() - swept_at < WORKER_TIMEOUT:
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse(f"no sweep since {swept_at}\n", status=503, content_type="text/plain")
