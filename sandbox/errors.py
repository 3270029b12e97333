"""Wix's error bodies. Error codes that our sources do not confirm are our convention."""

from typing import Any

from django.http import HttpResponse, JsonResponse

UNKNOWN_VALUE = "A_VALUE_OF_NEXT_YEAR"


class WixError(Exception):
    """An error response; ``body`` None is an empty body."""

    def __init__(self, status: int, body: dict[str, Any] | None) -> None:
        super().__init__(status if body is None else f"{status} {body.get('message', '')}")
        self.status, self.body = status, body

    def response(self) -> HttpResponse:
        return HttpResponse(status=self.status) if self.body is None else JsonResponse(self.body, status=self.status)


def application_error(
    status: int, code: str, message: str, description: str = "", data: dict[str, Any] | None = None
) -> WixError:
    error = {"code": code, "description": description or message, "data": data or {}}
    return WixError(status, {"message": message, "details": {"applicationError": error}})


def validation_error(field: str, description: str, rule: str = "FORMAT", **data: Any) -> WixError:
    violation = {"field": field, "description": description, "violatedRule": rule, "data": data}
    message = f'INVALID_ARGUMENT: "{field}" {description}'
    return WixError(400, {"message": message, "details": {"validationError": {"fieldViolations": [violation]}}})


def rejection(how: str, code: str, message: str, description: str = "", data: dict[str, Any] | None = None) -> WixError:
    """A rejection whose status and format are unconfirmed; ``how`` is one of REJECTIONS.

    "400" and "404" carry ``code``; the others carry a code that no client knows.
    """
    if how == "400_validation":
        return validation_error("fulfillment", f"Validation failed: {message}", "UNKNOWN")
    if how == "403_empty":
        return WixError(403, None)
    known = how in {"400", "404"}
    return application_error(int(how), code if known else UNKNOWN_VALUE, message, description, data)


def without_details(status: int) -> WixError:
    """The error of a failing server: an empty message and no details."""
    return WixError(status, {"message": "", "details": {}})


def unauthenticated() -> WixError:
    description = "Access token is missing, malformed or expired"
    return application_error(401, "UNAUTHENTICATED", "Unauthenticated", description)


def too_many(with_wait: bool) -> HttpResponse:
    description = "Too many requests for this app instance"
    response = application_error(429, "RESOURCE_EXHAUSTED", "Rate limit exceeded", description).response()
    if with_wait:
        response["Retry-After"] = "60"
    return response


def as_dict(value: Any, field: str) -> dict[str, Any]:
    """The value of a field that must be an object; a missing one is empty. Raises WixError 400."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise validation_error(field, "must be an object", "TYPE")
    return value


def as_list(value: Any, field: str, max_items: int) -> list[Any]:
    """The value of a field that must be a list of 1 to ``max_items`` items. Raises WixError 400."""
    if not isinstance(value, list) or not value:
        raise validation_error(field, "has size 0, expected 1 or more", "MIN_ITEMS", threshold=1)
    if len(value) > max_items:
        raise validation_error(
            field, f"has size {len(value)}, expected {max_items} or less", "MAX_ITEMS", threshold=max_items
        )
    return value
