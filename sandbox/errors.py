"""Wix's error bodies. Where Wix's exact code is unconfirmed, this is our convention."""

from typing import Any

from django.http import HttpResponse, JsonResponse


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


def without_details(status: int) -> WixError:
    """How Wix's servers fail: nothing to read."""
    return WixError(status, {"message": "", "details": {}})


def unauthenticated() -> WixError:
    words = "Access token is missing, malformed or expired"
    return application_error(401, "UNAUTHENTICATED", "Unauthenticated", words)


def not_found(order_id: str) -> WixError:
    words = f"Order {order_id} was not found"
    return application_error(404, "ORDER_NOT_FOUND", "Order not found", words, {"orderId": order_id})


def too_many(with_wait: bool) -> HttpResponse:
    words = "Too many requests for this app instance"
    response = application_error(429, "RESOURCE_EXHAUSTED", "Rate limit exceeded", words).response()
    if with_wait:
        response["Retry-After"] = "60"
    return response


def a_dict(value: Any, field: str) -> dict[str, Any]:
    """The value of a field that must be an object; absent is an empty one. WixError 400 for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise validation_error(field, "must be an object", "TYPE")
    return value


def a_list(value: Any, field: str, most: int) -> list[Any]:
    """The value of a field that must hold 1 to ``most`` items. WixError 400 for anything else."""
    if not isinstance(value, list) or not value:
        raise validation_error(field, "has size 0, expected 1 or more", "MIN_ITEMS", threshold=1)
    if len(value) > most:
        raise validation_error(field, f"has size {len(value)}, expected {most} or less", "MAX_ITEMS", threshold=most)
    return value
