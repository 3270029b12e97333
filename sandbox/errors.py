"""Wix's error bodies. Where Wix's exact code is unconfirmed, this is our convention."""

from typing import Any

from django.http import HttpResponse, JsonResponse


class WixError(Exception):
    """An answer that is not a success; ``body`` None is an empty one."""

    def __init__(self, status: int, body: dict[str, Any] | None) -> None:
        super().__init__(status)
        self.status, self.body = status, body

    def response(self) -> HttpResponse:
        return HttpResponse(status=self.status) if self.body is None else JsonResponse(self.body, status=self.status)


def application_error(status: int, code: str, description: str, data: dict[str, Any] | None = None) -> WixError:
    error = {"code": code, "description": description, "data": data or {}}
    return WixError(status, {"message": description, "details": {"applicationError": error}})


def validation_error(field: str, description: str, rule: str = "FORMAT") -> WixError:
    violation = {"field": field, "description": description, "violatedRule": rule}
    return WixError(
        400,
        {
            "message": f"{field} {description}",
            "details": {"validationError": {"fieldViolations": [violation]}},
        },
    )


def unauthenticated() -> WixError:
    return application_error(401, "UNAUTHENTICATED", "Identity required")


def too_many(with_wait: bool) -> HttpResponse:
    response = application_error(429, "RESOURCE_EXHAUSTED", "Rate limit exceeded").response()
    if with_wait:
        response["Retry-After"] = "60"
    return response
