"""Draws inputs and selects without templates; Django would include three for each country of a list."""

from functools import lru_cache
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

INPUT_NAMES = ("input", "text", "number", "email", "hidden", "checkbox", "date")
INPUTS = {f"django/forms/widgets/{name}.html" for name in INPUT_NAMES}
SELECT = "django/forms/widgets/select.html"
SELECT_OPTION = "django/forms/widgets/select_option.html"


class FormRenderer(DjangoTemplates):
    """Gives the same HTML as Django's templates of these controls, and every other control to them."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        widget = context.get("widget", {})
        if template_name in INPUTS:
            return mark_safe(_input(widget))  # noqa: S308 - escaped attributes
        if template_name == SELECT and _has_plain_options(widget):
            return mark_safe(_select(widget))  # noqa: S308 - escaped attributes and labels
        return mark_safe(super().render(template_name, context, request))  # noqa: S308 - a template escapes


def _input(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_escaped(widget["value"])}"'
    return f'<input type="{_escaped(widget["type"])}" name="{_escaped(widget["name"])}"{value}{_attributes(widget)}>'


def _has_plain_options(widget: dict[str, Any]) -> bool:
    groups = (group for _name, group, _index in widget["optgroups"])
    return all(option["template_name"] == SELECT_OPTION for group in groups for option in group)


def _select(widget: dict[str, Any]) -> str:
    groups = []
    for name, options, _index in widget["optgroups"]:
        lines = "\n".join(_option(option) for option in options)
        groups.append(f'<optgroup label="{_escaped(name)}">\n{lines}\n</optgroup>' if name else lines)
    return f'<select name="{_escaped(widget["name"])}"{_attributes(widget)}>\n' + "\n".join(groups) + "\n</select>"


def _option(option: dict[str, Any]) -> str:
    value, label = option["value"], option["label"]
    if not option["attrs"] and type(value) is str and type(label) is str:
        return _plain_option(value, label)
    return f'<option value="{_escaped(value)}"{_attributes(option)}>{_escaped(label)}</option>'


@lru_cache(maxsize=1024)
def _plain_option(value: str, label: str) -> str:
    """A list of countries has 250 of them, the same on every page."""
    return f'<option value="{_escaped(value)}">{_escaped(label)}</option>'


def _attributes(widget: dict[str, Any]) -> str:
    return "".join(
        f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _escaped(value: object) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))
