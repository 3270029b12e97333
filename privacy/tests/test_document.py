"""docs/privacy.md says what the registry and the periods say."""

from privacy.document import TABLES, document_path, with_tables


def test_its_tables_are_those_of_the_registry_and_the_periods():
    text = document_path().read_text()
    for make in TABLES.values():
        assert make() in text, "run manage.py privacy_document"
    assert with_tables(text) == text
