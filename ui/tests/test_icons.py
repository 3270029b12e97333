"""Icons and flags: every name in a template has a drawing, and the style sheet holds each once."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template

from ui.flags import FLAGS
from ui.icons import HEAVY_ICONS, LUCIDE_NAMES, drawing, icon_style_sheet

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def show(source: str) -> str:
    return Template("{% load backoffice %}" + source).render(Context())


def test_every_icon_in_a_template_is_drawn():
    named = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text())
    }
    assert named <= set(LUCIDE_NAMES) | {"18"}
    for name in [*LUCIDE_NAMES, "18"]:
        assert drawing(f"i-{name}").startswith("<")
    with pytest.raises(LookupError):
        show('{% icon "unheard-of" %}')


def test_a_page_carries_no_drawing_but_its_name():
    assert show('{% icon "truck" "icon icon--sm" %}') == '<i class="icon icon--sm i-truck"></i>'
    assert show('{% flag "NL" %}') == '<i class="flag f-NL" role=img title=Nederland>NL</i>'
    assert '<i class="flag i-globe"' in show('{% flag "CN" %}')


def test_the_style_sheet_draws_every_icon_and_flag_once():
    styles = icon_style_sheet()
    for name in [*LUCIDE_NAMES, "18"]:
        assert len(re.findall(rf"^\.i-{name}\{{--icon:url\(\"data:image/svg\+xml,[^\"#<>]+\"\)\}}$", styles, re.M)) == 1
    for name in HEAVY_ICONS:
        assert f".pill .i-{name},.pill.i-{name}{{" in styles
    for code in FLAGS:
        assert styles.count(f".f-{code}::before{{background-image:url(") == 1


def test_the_server_finds_the_style_sheet_and_renews_an_old_one(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    found = Path(finders.find("css/icons.css"))
    assert found.read_text() == icon_style_sheet()
    found.write_text("old")
    assert Path(finders.find("css/icons.css")).read_text() == icon_style_sheet()
    listed = [path for finder in finders.get_finders() for path, _storage in finder.list([])]
    assert listed.count("css/icons.css") == 1
