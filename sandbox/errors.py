"""Wix's error bodies. Where Wix's exact code is unconfirmed, this is our convention."""

from typing import Any

from django.http import HttpResponse, JsonResponse

UNKNOWN_VALUE = "A_VALUE_OF_NEXT_YEAR"


class WixError(Exception):
    """An answer that is not a success; ``body`` None is an empty one."""

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
    """A refusal whose status and wording are unconfirmed; ``how`` is one of knob_list.REFUSALS.

    Only the first wording, and a 404, use the code that we would choose.
    """
    if how == "400_validation":
        return validation_error("fulfillment", f"Validation failed: {message}", "UNKNOWN")
    if how == "403_empty":
        return WixError(403, None)
    known = how in {"400", "404"}
    return application_error(int(how), code if known else UNKNOWN_VALUE, message, description, data)


def without_details(status: int) -> WixError:
    """How Wix's servers fail: nothing to read."""
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
    """The value of a field that must be an object; absent is an empty one. WixError 400 for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise validation_error(field, "must be an object", "TYPE")
    return value


def as_list(value: Any, field: str, max_items: int) -> list[Any]:
    """The value of a field that must hold 1 to ``most`` items. WixError 400 for anything else."""
    if not isinstance(value, list) or not value:
        raise validation_error(field, "has size 0, expected 1 or more", "MIN_ITEMS", threshold=1)
    if len(value) > max_items:
        raise validation_error(
            field, f"has size {len(value)}, expected {most} or less", "MAX_ITEMS", threshold=max_items
        )
    return value
