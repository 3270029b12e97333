"""A pydantic model of an object of another program, in which only what is needed can be wrong."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ModelWrapValidatorHandler, ValidationError, ValidationInfo, model_validator
from pydantic_core import SchemaValidator

Schema = dict[str, Any]


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


def strict_reader(model: type[LenientModel], **constants: object) -> SchemaValidator:
    """Reads what ``model`` reads, as plain objects with the same attributes, three times as fast.

    It leaves nothing out: it raises ValidationError where anything at all is wrong, and ``model`` then says what is
    usable. The objects have no methods; ``constants`` are attributes of the outermost. Fields are known by their alias
    only.
    """
    return SchemaValidator(_plain_schema(dict(model.__pydantic_core_schema__), {model: constants}))


def _plain_schema(schema: Any, constants: Mapping[type, Mapping[str, object]]) -> Any:
    """A core schema with slotted classes for models and without the wrappers that leave out what is wrong."""
    if isinstance(schema, list):
        return [_plain_schema(item, constants) for item in schema]
    if not isinstance(schema, dict):
        return schema
    named = {"ref": schema["ref"]} if "ref" in schema else {}
    if schema.get("type") == "function-wrap" and "_leave_out_what_is_wrong" in repr(schema["function"]["function"]):
        return _plain_schema(schema["schema"], constants) | named
    if schema.get("type") == "model" and schema["schema"]["type"] == "model-fields":
        return _slotted_schema(schema, constants) | named
    # How a value is written says nothing of how it is read.
    return {name: _plain_schema(inner, constants) for name, inner in schema.items() if name != "serialization"}


def _slotted_schema(schema: Schema, constants: Mapping[type, Mapping[str, object]]) -> Schema:
    fields: Schema = schema["schema"]["fields"]
    members = {"__slots__": tuple(fields), **constants.get(schema["cls"], {})}
    arguments = [
        {
            "type": "dataclass-field",
            "name": name,
            "schema": _plain_schema(field["schema"], constants),
            "kw_only": True,
            "validation_alias": field.get("validation_alias", name),
        }
        for name, field in fields.items()
    ]
    own_name = schema["cls"].__name__
    return {
        "type": "dataclass",
        "cls": type(own_name, (), members),
        "fields": list(fields),
        "slots": True,
        "schema": {"type": "dataclass-args", "dataclass_name": own_name, "fields": arguments},
        "config": schema["config"],
    }
