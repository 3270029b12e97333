"""The body of a rejected call, whatever its shape."""

import pytest

from integrations.providers.wix.errors import read_error


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "no",
        {"details": "no"},
        {"details": {"validationError": "no", "applicationError": "no"}},
        {"details": {"validationError": {"fieldViolations": 7}, "applicationError": [7]}},
        {"details": {"validationError": {"fieldViolations": [None, "no"]}}},
    ],
)
def test_a_body_of_any_other_shape_has_no_message_and_no_code(body):
    assert read_error(body) == ("", "")


def test_the_message_names_the_wrong_fields_and_the_code_is_the_application_errors():
    body = {
        "message": "Invalid",
        "details": {
            "validationError": {"fieldViolations": [{"field": "lineItems", "description": "is empty"}]},
            "applicationError": {"code": "EMPTY"},
        },
    }
    assert read_error(body) == ("Invalid; lineItems: is empty", "EMPTY")
    rejected_token = {"error": "invalid_client", "errorDescription": "No such app"}
    assert read_error(rejected_token) == ("No such app", "invalid_client")
