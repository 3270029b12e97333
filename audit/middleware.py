"""Who looks at a row in the administration is in the trail, whichever row of whichever list it is.

In that of the row's shop, or in those of every shop of the person that it is about.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpRequest, HttpResponse

from audit import trail
from audit.actions import AuditAction
from lib.personal_data import personal_columns

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
    shop = row if model._meta.label == "shops.Shop" else _related(row, "shop")
    person = row if isinstance(row, AbstractBaseUser) else _related(row, "user")
    if shop is None and person is None and not _holds_personal_data(model):
        return
    trail.record(AuditAction.ADMIN_READ, by=request, shop=shop, target=row if shop is not None else person or row)


def _related(row: models.Model, name: str) -> models.Model | None:
    """None for a row without one, and for one that is gone."""
    try:
        related: models.Model | None = getattr(row, name, None)
    except ObjectDoesNotExist:
        return None
    return related


def _holds_personal_data(model: type[models.Model]) -> bool:
    return any(column.model == model._meta.label for column in personal_columns())
