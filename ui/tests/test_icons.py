"""Icons and flags: every name in a template has a drawing, and a page embeds only those it uses."""

import re
from pathlib import Path

from django.template import RequestContext, Template
from django.test import RequestFactory

from ui.flags import FLAGS
from ui.icons import LUCIDE_NAMES, drawing

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def show(source: str, **headers: str) -> str:
    request = RequestFactory().get("/", headers=headers)
    return Template("{% load backoffice %}" + source + "{% used_symbols %}").render(RequestContext(request))


def test_every_icon_in_a_template_is_drawn():
    named = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text())
    }
    assert named <= set(LUCIDE_NAMES) | {"18"}
    for name in [*LUCIDE_NAMES, "18"]:
        assert drawing(f"i-{name}").startswith("<")


def test_a_page_carries_each_drawing_it_shows_once():
    page = show('{% icon "truck" %}{% icon "truck" %}{% flag "NL" %}{% flag "CN" %}')
    assert page.count('<use href="#i-truck"/>') == 2
    assert page.count('<symbol id="i-truck"') == 1
    assert page.count('<symbol id="f-NL"') == 1
    assert '<symbol id="i-globe"' in page
    assert "i-printer" not in page


def test_what_htmx_asked_for_brings_its_own_lines():
    part = show('{% icon "truck" %}{% flag "NL" %}', HX_Request="true")
    assert "<use" not in part
    assert drawing("i-truck") in part
    assert FLAGS["NL"] in part
