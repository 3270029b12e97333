"""A pydantic model of an object of another program, in which only what is needed can be wrong."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ModelWrapValidatorHandler, ValidationError, ValidationInfo, model_validator


class LenientModel(BaseModel):
    """An object in which only the fields without a default are needed.

    Any other that is null, of another type or out of range becomes its default, as if it were absent; except the
    ``strict_fields``, which may be absent and never wrong.
    """

    strict_fields: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="wrap")
    @classmethod
    def _leave_out_what_is_wrong(
        cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        try:
            return handler(value)
        except ValidationError as error:
            wrong = set(_fields_of(error))
            optional = optional_fields(cls)
            if not isinstance(value, Mapping) or not wrong <= optional.keys():
                raise
            cls.remember_wrong({optional[name] for name in wrong if value.get(name) is not None}, info.context)
            return handler({name: inner for name, inner in value.items() if name not in wrong})

    @classmethod
    def remember_wrong(cls, fields: set[str], context: Any) -> None:
        """These fields were there and could not be read. ``context`` is that of the validation."""


def _fields_of(error: ValidationError) -> Iterator[object]:
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        yield detail["loc"][0] if detail["loc"] else None


@cache
def optional_fields(model: type[LenientModel]) -> dict[object, str]:
    """The fields that may be wrong, by their name in the JSON."""
    return {
        field.alias or name: name
        for name, field in model.model_fields.items()
        if not field.is_required() and name not in model.strict_fields
    }
