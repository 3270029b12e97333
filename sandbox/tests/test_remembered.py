"""Switches are read once a request, and are never out of date where it matters."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sandbox import remembered, switches
from sandbox.myparcel import switches as parcel_switches

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("module", [switches, parcel_switches])
def test_a_request_reads_them_once(module):
    module.read()
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        remembered.one_request(),
    ):
        values = [module.read() for _time in range(20)]
    assert len(queries) == 1
    assert values == [module.read()] * 20


@pytest.mark.parametrize(("module", "name", "value"), [(switches, "rate_limit", 7), (parcel_switches, "rate_limit", 7)])
def test_what_is_set_in_a_request_holds_at_once(module, name: str, value: int):
    with remembered.one_request():
        module.read()
        module.set_switches({name: value})
        assert module.read()[name] == value


def test_a_call_that_waits_sees_what_others_set(monkeypatch: pytest.MonkeyPatch):
    with remembered.one_request():
        switches.read()
        monkeypatch.setattr(remembered, "SECONDS", 0)
        switches.current_app()
        type(switches.current_app()).objects.update(switches={"slow_ms": 5})
        assert switches.read()["slow_ms"] == 5


@pytest.mark.parametrize("module", [switches, parcel_switches])
def test_a_fault_is_taken_once_however_it_was_remembered(module):
    module.set_switches({"fault": "500", "fault_count": 2})
    with remembered.one_request():
        module.read()
        assert [module.take_fault("POST /shipments") for _time in range(3)] == ["500", "500", ""]


def test_what_a_caller_changes_is_not_remembered():
    with remembered.one_request():
        switches.read()["rate_limit"] = -1
        assert switches.read()["rate_limit"] != -1
