"""Requests of version 2 of MyParcel's API, which are questions posted as plain JSON."""

import json
from collections.abc import Set
from typing import Any

from django.http import HttpRequest

from sandbox.myparcel.errors import FieldError, plain, unprocessable


def parse_question(request: HttpRequest, fields: Set[str] | None) -> dict[str, Any]:
    """The request's JSON object; ``fields`` are the only ones it may have, None for any.

    Raises MyParcelError 415 and 406 for another media type or version, 400 for no JSON, 422 for another shape.
    """
    kind, parameters = _media_type(request.headers.get("Content-Type", ""))
    if kind != "application/json" or parameters.get("version") != "2.0":
        raise plain(415, 3100, "Content-Type is not supported")
    if parameters.get("charset", "utf-8") != "utf-8":
        raise plain(415, 3101, "Character set is not supported")
    accepted = [_media_type(part) for part in request.headers.get("Accept", "").split(",")]
    if not any(kind == "application/json" and values.get("version") == "2.0" for kind, values in accepted):
        raise plain(406, 3102, "Accept is not supported")
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise plain(400, 0, "The body is not JSON") from error
    if not isinstance(body, dict):
        raise unprocessable([FieldError(0, "", "Must be an object")])
    if fields is not None and (unknown := sorted(set(body) - fields)):
        raise unprocessable([FieldError(0, unknown[0], "Is not defined and the definition allows no others")])
    return body


def _media_type(header: str) -> tuple[str, dict[str, str]]:
    kind, *parameters = (part.strip().lower() for part in header.split(";"))
    return kind, dict(part.split("=", 1) for part in parameters if "=" in part)
