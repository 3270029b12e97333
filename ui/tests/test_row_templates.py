"""Rows of long lists: rendered once for each shape, filled in for each row, and never judged by their texts."""

import uuid
from typing import NamedTuple

import pytest
from django.utils import translation

from ui.row_templates import RowTemplate
from ui.templatetags.backoffice import flag


class Shape(NamedTuple):
    is_draft: bool


@pytest.fixture
def template(settings, tmp_path):
    """Writes the template of a row and returns it ready for use."""
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path]}]

    def write(source: str, *texts: str, page: str = "") -> RowTemplate:
        (tmp_path / "row.html").write_text("{% load i18n %}" + source)
        return RowTemplate("row.html", texts, page)

    return write


def test_each_row_shows_its_own_texts_and_address(template):
    row = template('<a href="{% url "shipments:detail" id %}">{{ name }} 100%</a>', "name")
    for number in (1, 2):
        public_id = uuid.UUID(int=number)
        html = row.render(Shape(True), public_id, {"name": f"Row {number}"})
        assert html == f"<a href=/zendingen/{public_id}/>Row {number} 100%</a>"


def test_links_below_the_page_of_the_rows_are_relative(template):
    links = '<a href="{% url "shipments:edit" id %}">1</a> <a href="{% url "shipments:list" %}">2</a>'
    row = template(links + '<a href="{{ url }}">3</a>', "url", page="shipments:list")
    html = row.render(Shape(True), uuid.UUID(int=1), {"url": "/zendingen/9/"})
    assert f"href={uuid.UUID(int=1)}/bewerken/>1" in html
    assert "href=/zendingen/>2" in html, "the page itself is not an empty address"
    assert 'href="/zendingen/9/">3' in html


def test_a_row_is_rendered_once_for_each_shape_and_language(template):
    row = template('{% if is_draft %}{% translate "Draft" %}{% else %}{{ name }}{% endif %}', "name")
    assert [row.render(Shape(draft), uuid.uuid4(), {"name": "x"}) for draft in (True, False)] == ["Concept", "x"]
    with translation.override("en"):
        assert row.render(Shape(True), uuid.uuid4(), {"name": "x"}) == "Draft"
    for _again in range(9):
        row.render(Shape(True), uuid.uuid4(), {"name": "y"})
    assert len(row._skeletons) == 3


def test_texts_are_escaped_and_our_own_html_is_not(template):
    row = template('<b title="{{ name }}">{{ flag }}</b>', "name", "flag")
    html = row.render(Shape(True), uuid.uuid4(), {"name": '"><script>%(flag)s', "flag": flag("NL")})
    assert html == f'<b title="&quot;&gt;&lt;script&gt;%(flag)s">{flag("NL")}</b>'


@pytest.mark.parametrize(
    "source",
    [
        "{% if name %}x{% endif %}",
        "{% if not name %}x{% endif %}",
        '{% if name == "x" %}x{% endif %}',
        '{% if is_draft and name != "x" %}x{% endif %}',
        '{{ name|default:"–" }}',
        "{{ name|upper }}",
        "{{ name|length }}",
        "{{ name|urlencode }}",
    ],
)
def test_a_template_that_judges_or_changes_a_text_is_refused(template, source):
    with pytest.raises(TypeError):
        template(source, "name").render(Shape(True), uuid.uuid4(), {"name": "x"})


def test_a_missing_text_is_an_error(template):
    with pytest.raises(KeyError):
        template("{{ name }}", "name").render(Shape(True), uuid.uuid4(), {})
