"""Is it alive, and does background work move: for load balancers, supervisors and curious people."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lib.leases import last_sweep_at

WORKER_TIMEOUT = timedelta(minutes=2)


@login_not_required
def check_web(request: HttpRequest) -> HttpResponse:
    """200 when this process answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def check_worker(request: HttpRequest) -> HttpResponse:
    """200 when somebody looked for work during the last two minutes, else 503."""
    moment = last_sweep_at()
    if moment is not None and timezone.now() - moment < WORKER_TIMEOUT:
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse(f"no sweep since {moment}\n", status=503, content_type="text/plain")
