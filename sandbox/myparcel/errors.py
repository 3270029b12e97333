"""MyParcel's three error formats. Messages that the reference leaves open are our convention."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone


@dataclass(frozen=True)
class FieldError:
    """A field that violates a rule; code 0 is a schema error."""

    code: int
    field: str
    message: str


class MyParcelError(Exception):
    def __init__(self, status: int, message: str, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{status} {message}")
        self.status, self.message, self.errors = status, message, errors

    def response(self) -> HttpResponse:
        request_id = f"{timezone.now().timestamp():.4f}{uuid.uuid4().hex[:16]}"
        body: dict[str, Any] = {"message": f"{self.message} (request_id: {request_id})", "request_id": request_id}
        if self.status not in {401, 429}:
            body["status_code"] = self.status
        return JsonResponse(body | {"errors": self.errors}, status=self.status)


def plain(status: int, code: int, message: str) -> MyParcelError:
    """The format of authentication, header and parameter errors."""
    return MyParcelError(status, message, [{"status": status, "code": code, "title": message, "message": message}])


def too_many() -> MyParcelError:
    message = "Too Many Requests"
    return MyParcelError(429, message, [{"status": 429, "title": message, "message": message}])


def unprocessable(faults: Sequence[FieldError]) -> MyParcelError:
    """The format of 422: schema errors alone if there are any, because the schema is checked first."""
    schema = [fault for fault in faults if not fault.code]
    if schema:
        errors = [
            {"code": 0, "status": 422, "fields": [error.field], "human": [f"{error.field} {error.message}"]}
            for error in schema
        ]
        return MyParcelError(422, "Failed validation against JSON-SCHEMA", errors)
    errors = [
        {str(error.code): {"fields": [error.field], "human": [f"{error.field} {error.message}"]}} for error in faults
    ]
    return MyParcelError(422, "Shipment validation error", errors)
