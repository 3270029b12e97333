"""Templates: constants are rendered once for each language, and a page shows the same as without that."""

import re

import pytest
from django.template import engines
from django.template.base import TextNode
from django.utils import translation

from ui.whitespace import collapse_whitespace


@pytest.fixture
def show(settings, tmp_path):
    """Renders a page; ``files`` are what it includes or extends."""
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path]}]

    def render(source: str, context: dict[str, object] | None = None, **files: str) -> str:
        for name, content in (files | {"page": source}).items():
            libraries = "" if content.startswith("{% extends") else "{% load i18n static backoffice %}"
            (tmp_path / f"{name}.html").write_text(libraries + content)
        engines["django"].engine.template_loaders[0].reset()
        return engines["django"].get_template("page.html").render(context or {})

    return render


def nodes(name: str = "page.html") -> list[object]:
    return list(engines["django"].get_template(name).template.nodelist)


CONSTANTS = (
    '{% translate "Draft" %}',
    '{% translate "Delete draft" context "action" %}',
    "{% blocktranslate trimmed %}\n Any\n time {% endblocktranslate %}",
    '{% url "shipments:list" %}',
    '{% static "css/tokens.css" %}',
    '{% icon "truck" "icon icon--sm" %}',
    '{% include "part.html" %}',
)


def test_a_page_of_constants_is_one_text(show):
    page = show("".join(CONSTANTS), part="<b>{% comment %}why{% endcomment %}{% translate 'Today' %}</b>")
    texts = "ConceptVerwijder conceptAltijd/zendingen//static/css/tokens.css"
    assert page == texts + '<i class="icon icon--sm i-truck"></i><b>Vandaag</b>'
    assert [type(node) for node in nodes()] == [TextNode]


def test_each_language_has_its_own_texts(show):
    source = '{% translate "Draft" as name %}{% include "part.html" %}'
    part = '{{ name }} {% translate "Today" %} {% now "F" %}'
    pages = []
    for language in ("nl", "en", "nl"):
        with translation.override(language):
            pages.append(show(source, part=part))
    assert pages[0] == pages[2]
    assert pages[0].startswith("Concept Vandaag ")
    assert pages[1].startswith("Draft Today ")


def test_another_language_within_a_page_stays_another(show):
    assert (
        show('{% translate "Today" %} {% language "en" %}{% translate "Today" %}{% endlanguage %}') == "Vandaag Today"
    )


def test_what_differs_is_rendered_each_time(show):
    source = (
        "{% for n in numbers %}{% if n %}{% include 'part.html' with twice=n %}{% endif %}{{ twice }}{% endfor %}"
        '{% url "shipments:detail" id %}{% blocktranslate with n=id %}{{ n }} parcels{% endblocktranslate %}'
    )
    first, second = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    part = "{% translate 'Today' as day %}<{{ twice }}{{ day }}>{% icon name %}"
    for public_id in (first, second):
        page = show(source, {"numbers": [0, 7], "id": public_id, "name": "x"}, part=part)
        expected = f'<7Vandaag><i class="icon i-x"></i>/zendingen/{public_id}/{public_id} pakketten'
        assert re.sub(r"\s", "", page) == re.sub(r"\s", "", expected)


def test_blocks_of_a_parent_are_replaced_and_kept(show):
    base = "{% translate 'Today' %}{% block a %}a{% endblock %}{% include 'part.html' %}{% block b %}b{% endblock %}"
    part = "{% cycle 'x' 'y' %}"
    source = "{% extends 'base.html' %}{% block a %}[{{ block.super }}{{ n }}]{% endblock %}"
    page = show(source, {"n": 1}, base=base, part=part)
    assert page == "Vandaag[a1]xb"
    assert show("{% extends 'base.html' %}", base=base, part=part) == "Vandaagaxb"


def test_a_file_that_includes_itself_ends(show):
    assert show("{{ n }}{% if n %}{% include 'page.html' with n=0 %}{% endif %}", {"n": 1}) == "10"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<b>a</b>\n    <i>b</i>", "<b>a</b> <i>b</i>"),
        ("<tr>\n  <td>\n    a  b\n  </td>\n</tr>\n", "<tr><td>a b</td></tr>"),
        ('<a class="x"\n     href="y">', '<a class="x" href="y">'),
        ("<pre>\n  a\n</pre>", "<pre>\n  a\n</pre>"),
        ("<textarea>a\n\nb</textarea>", "<textarea>a\n\nb</textarea>"),
    ],
)
def test_only_spaces_that_a_browser_does_not_show_are_left_out(html, shown):
    assert collapse_whitespace(html) == shown


def test_spaces_in_mail_stay():
    mail = engines["django"].get_template("account/email/password_reset_key_message.txt").render({})
    assert "\n\n" in mail
