"""Rows in fewer bytes: a browser must build the same elements from them."""

from html.parser import HTMLParser

import pytest

from ui.minify import minify_row


class Elements(HTMLParser):
    """What a browser would build: elements, attributes and the words in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))

    def handle_data(self, data):
        if data.strip():
            self.found.append(data)


@pytest.mark.parametrize(
    ("html", "shorter"),
    [
        ('<td class="a"><b>1</b> <i class="x y"></i></td>', '<td class=a><b>1</b><i class="x y"></i></td>'),
        ("<tr><td>1</td><th>2</th><td>3</td></tr>", "<tr><td>1<th>2<td>3"),
        ('<a href="/a/b/">1</a>', "<a href=/a/b/>1</a>"),
        ('<a href="/a/?b=1" title="">1</a>', '<a href="/a/?b=1" title>1</a>'),
        ('<input type="checkbox"  checked >', "<input type=checkbox checked>"),
        ("<p>a <b>1</b> c</p>", "<p>a <b>1</b> c</p>"),
    ],
)
def test_what_html_lets_one_leave_out_is_left_out(html, shorter):
    assert minify_row(html) == shorter
    meant = [(tag, [(name, value or None) for name, value in part]) for tag, part in _tags(html)]
    assert _tags(shorter) == meant


def _tags(html: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    return [part for part in Elements(html).found if isinstance(part, tuple)]


@pytest.mark.parametrize("value", ["two words", "a=b", "it's", "a>b", "`", "\ue000name\ue001"])
def test_a_value_that_could_end_an_attribute_keeps_its_quotes(value):
    assert minify_row(f'<b title="{value}">1</b>') == f'<b title="{value}">1</b>'
