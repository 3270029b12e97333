"""Form controls: drawn without templates, they are what Django's templates draw."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from ui.form_renderer import FormRenderer

NASTY = '"><b>&'
CHOICES = [("", "–"), (NASTY, NASTY), (1, gettext_lazy("Draft")), ("group", [("2", mark_safe("<b>")), (3, "x")])]


class UpperOption(forms.Select):
    option_template_name = "django/forms/widgets/radio_option.html"


@pytest.mark.parametrize(
    ("widget", "values"),
    [
        (
            forms.TextInput({"class": NASTY, "required": True, "disabled": False, "maxlength": 5}),
            [None, "", NASTY, 1234.5],
        ),
        (forms.NumberInput({"min": 0, "step": "0.01"}), [0, 12345]),
        (forms.EmailInput(), ["a@example.com"]),
        (forms.HiddenInput(), [mark_safe("a&amp;b")]),
        (forms.CheckboxInput({"class": "check"}), [True, False, "yes"]),
        (forms.DateInput(), ["2026-11-30"]),
        (forms.Select({"id": "x", "data-y": NASTY}, CHOICES), [None, "", 1, "2", [NASTY]]),
        (forms.SelectMultiple(choices=CHOICES), [["1", "3"]]),
        (UpperOption(choices=[("1", "x")]), ["1"]),
        (forms.Textarea(), ["a\n\nb"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_control_is_what_djangos_templates_draw(widget, values):
    for value in values:
        ours, theirs = (
            widget.render("name", value, renderer=renderer) for renderer in (FormRenderer(), DjangoTemplates())
        )
        assert re.sub(r"\s*\n\s*", "\n", ours).strip() == re.sub(r"\s*\n\s*", "\n", theirs).strip()


def test_a_list_of_countries_renders_no_template(monkeypatch):
    monkeypatch.setattr(DjangoTemplates, "get_template", lambda *_names: pytest.fail("a template was asked for"))
    forms.Select(choices=[(code, code) for code in ("NL", "BE")]).render("country", "NL", renderer=FormRenderer())
