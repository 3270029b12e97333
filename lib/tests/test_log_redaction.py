"""What is logged names nobody and opens nothing, whoever wrote the message."""

import logging

import pytest

from lib.log_redaction import Redaction, redact, redact_exception

PERSONAL = ("Kanarie", "kanarie", "12349876", "1357", "s3cr3t", "Zx9", "dead")


@pytest.mark.parametrize("text", [
    "Mail to saar.kanarie+x@mail.example failed",
    "GET /zoeken/?q=Saar+Kanarie&tab=all HTTP/1.1",
    "https://wix.example/orders?email=saar%40kanarie.example",
    "login=saar%40kanarie.example",
    "call +31 6 1234 9876 or 06-12349876",
    "to 1357 ZX and 1357ZX",
    "Authorization: Bearer Zx9.abcdefgh",
    "{'api_key': 's3cr3t', \"password\": \"s3cr3t\"}",
    "token=s3cr3t&x=1",
    "got eyJhbGciOi.eyJzdWIiOiJLYW5hcmllIn0.Zx9",
    "key Zx9AbCdEf0123456789GhIjKlMnOp",
    "hash dead0beefdead0beefdead0beefdead0",
    "Order(number='1', person='Saar Kanarie', street=\"Kanarielaan\")",
    '{"firstName": "Saar", "lastName": "Kanarie", "city":"Kanariestad"}',
    "(0.001) INSERT INTO x VALUES (%s); args=('Saar Kanarie', 'it\\'s'); alias=default",
    "Failed lookup in [<User: Saar Kanarie>, <Shipment: #Kanarie>]",
    'duplicate key value violates "user_email"\nDETAIL:  Key (email)=(Kanarie) already exists.\n',
    "null value in column\nDETAIL:  Failing row contains (1, Saar\nKanarie, 1357 ZX).",
])  # fmt: skip
def test_what_has_the_form_of_a_person_or_a_secret_goes(text: str):
    assert not [word for word in PERSONAL if word in redact(text)], redact(text)


@pytest.mark.parametrize("text", [
    "Order 3fa85f64-5717-4562-b3fc-2c963f66afa6 could not be stored.",
    "Mail 17 was refused: SMTPRecipientsRefused",
    "Task integrations.sync_due[3fa85f64-5717-4562-b3fc-2c963f66afa6] succeeded in 0.01s",
    "Shop 3: 9 shipments were counted as draft, there are 8; put right.",
    "An error page with code K7QX2 was shown at /zendingen/3fa85f64-5717-4562-b3fc-2c963f66afa6/.",
    "test_what_belongs_to_no_shop_goes_too_and_has_a_long_name_2 failed after 1024 KB",
])  # fmt: skip
def test_what_somebody_needs_to_mend_it_stays(text: str):
    assert redact(text) == text


def caught(raising) -> str:
    try:
        raising()
    except Exception as error:
        return redact_exception((type(error), error, error.__traceback__))
    raise AssertionError


def test_an_exception_keeps_its_kind_and_place_and_loses_its_values():
    def raising() -> None:
        try:
            int("Kanarie 12")
        except ValueError as error:
            raise KeyError("Saar Kanarie") from error

    text = caught(raising)
    assert "Kanarie" not in text.replace('int("Kanarie 12")', "").replace('KeyError("Saar Kanarie") from', "")
    assert "ValueError: invalid literal for int() with base 10: '…'" in text
    assert "KeyError: '…'" in text
    assert 'test_log_redaction.py", line' in text
    assert "raise KeyError" in text  # the line of code


def test_an_exception_of_several_lines_loses_them_all():
    def raising() -> None:
        raise RuntimeError("1 error for Order\nperson\n  Input is bad [input_value='Saar Kanarie', input_type=str]")

    assert caught(raising).count("Kanarie") == 1  # our own line of code, above


def written(record: logging.LogRecord) -> str:
    assert Redaction().filter(record)
    return logging.Formatter("%(message)s").format(record)


def record(message: object, *args: object, name: str = "x", exc_info: object = None) -> logging.LogRecord:
    return logging.LogRecord(name, logging.INFO, "x.py", 1, message, args, exc_info)  # type: ignore[arg-type]


def test_a_message_is_one_line_and_twice_redacted_the_same():
    line = record("Hello %s", "you\r\n2026-01-01 ERROR forged saar@kanarie.example")
    assert written(line) == written(line) == "Hello you 2026-01-01 ERROR forged <email>"


def test_arguments_that_do_not_fit_end_nothing():
    assert written(record("%d pieces", "many")) == "%d pieces"


@pytest.mark.parametrize(("sql", "kept"), [
    ("(0.001) SELECT \"s\".\"id\" FROM \"shipment\" WHERE person = 'Kanarie'; args=(", "(0.001) SELECT shipment …"),
    ("(0.001) INSERT INTO \"shipment\" (\"id\") VALUES ('it''s Kanarie')", "(0.001) INSERT shipment …"),
    ("(0.000) UPDATE \"shipment\" SET \"data\" = '{\"x\": \"Kanarie\"}'; alias=default", "(0.000) UPDATE shipment …"),
    ("(0.000) RELEASE SAVEPOINT \"s1\"; args=None", "(0.000) RELEASE SAVEPOINT  …"),
    ("Changed 'Kanarie'", "Changed '…'"),
])  # fmt: skip
def test_statements_lose_their_values(sql: str, kept: str):
    assert written(record("%s", sql, name="django.db.backends")) == kept
