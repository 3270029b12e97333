"""Who looks at a row in the administration is in the trail of its shop, whichever row of whichever list it is."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.http import HttpRequest, HttpResponse

from audit import trail
from audit.actions import AuditAction

# The pages of the admin about one row, by the end of their names.
PAGES_OF_A_ROW = ("_change", "_history", "_delete")


class AdminReadsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is None or match.namespace != "admin" or response.status_code != 200:
            return response
        admin = getattr(match.func, "model_admin", None)
        if admin is not None and (match.url_name or "").endswith(PAGES_OF_A_ROW) and "object_id" in match.kwargs:
            _record(request, admin.model, match.kwargs["object_id"])
        return response


def _record(request: HttpRequest, model: type[models.Model], pk: Any) -> None:
    row = model._base_manager.filter(pk=pk).first()
    if row is None:
        return
    shop = row if model._meta.label == "shops.Shop" else getattr(row, "shop", None)
    if shop is not None or isinstance(row, AbstractBaseUser):
        trail.record(AuditAction.ADMIN_READ, by=request, shop=shop, target=row)
