"""Faults: what a call returns, and whether it took effect."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from sandbox import switches
from sandbox.models import Order
from sandbox.tests.conftest import FULFILLMENTS, Wix


@pytest.mark.parametrize("fault", ["401", "403", "429", "500", "503", "504"])
def test_a_status_comes_in_place_of_the_call(wix: Wix, orders: list[Order], fault: str):
    wix.mint()
    switches.set_switches({"fault": fault, "fault_path": "create-fulfillment", "fault_count": 1})
    assert wix.fulfil(orders[0], "T1")[0] == int(fault)
    assert orders[0].fulfillments.count() == 0
    assert wix.fulfil(orders[0], "T1")[0] == 200


def test_a_servers_failure_has_empty_details_and_a_403_no_body(wix: Wix):
    wix.mint()
    switches.set_switches({"fault": "500", "fault_path": "/ecom/"})
    assert wix.search() == (500, {"message": "", "details": {}})
    switches.set_switches({"fault": "403"})
    assert wix.search() == (403, None)


def test_a_gateway_answers_html(wix: Wix):
    wix.mint()
    switches.set_switches({"fault": "html"})
    answer = wix.raw("POST", "/ecom/v1/orders/search", {})
    assert (answer.status_code, answer["Content-Type"]) == (502, "text/html")


def test_a_lost_answer_is_lost_after_the_call_took_effect(wix: Wix, orders: list[Order]):
    wix.mint()
    switches.set_switches({"fault": "lost_answer", "fault_count": 1})
    assert wix.raw("POST", f"{FULFILLMENTS}/orders/{orders[0].order_id}/create-fulfillment", body()).status_code == 504
    assert orders[0].fulfillments.get().tracking_number == "T1"


def test_an_answer_can_be_cut_in_half(wix: Wix, orders: list[Order]):
    wix.mint()
    switches.set_switches({"fault": "truncated", "fault_count": 1})
    answer = wix.raw("POST", f"{FULFILLMENTS}/orders/{orders[0].order_id}/create-fulfillment", body())
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="JSON|Unterminated|Expecting"):
        answer.json()
    assert orders[0].fulfillments.count() == 1


def test_a_fault_is_counted_down_and_only_hits_its_path(wix: Wix):
    wix.mint()
    switches.set_switches({"fault": "500", "fault_path": "/orders/search", "fault_count": 2})
    assert wix.call("GET", "/apps/v1/instance")[0] == 200
    assert [wix.search()[0] for _call in range(3)] == [500, 500, 200]
    assert switches.read()["fault"] == ""


def test_a_fault_without_a_number_stays_until_it_is_cleared(wix: Wix):
    wix.mint()
    switches.set_switches({"fault": "503"})
    assert [wix.search()[0] for _call in range(3)] == [503] * 3
    switches.set_switches({"fault": ""})
    assert wix.search()[0] == 200


def test_tokens_can_be_refused_as_well(wix: Wix):
    switches.set_switches({"fault": "500", "fault_path": "/oauth2/token"})
    assert wix.ask_token().status_code == 500


class Clock:
    """Time that passes only while a call waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.plan = 0.0, [(float("inf"), lambda: None)]
        monkeypatch.setattr("sandbox.waiting.time", SimpleNamespace(monotonic=lambda: self.now, sleep=self.sleep))

    def at(self, moment: float, act: Callable[[], object]) -> None:
        self.plan.append((moment, act))

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for moment, act in [step for step in self.plan if step[0] <= self.now]:
            self.plan.remove((moment, act))
            act()


def test_a_slow_call_waits_first(wix: Wix, monkeypatch: pytest.MonkeyPatch):
    clock = Clock(monkeypatch)
    wix.mint()
    switches.set_switches({"slow_ms": 1500, "fault_path": "/search"})
    wix.search()
    wix.call("GET", "/apps/v1/instance")
    assert clock.now == pytest.approx(1.5)


def test_a_call_that_waits_goes_on_when_the_switch_is_turned_back(wix: Wix, monkeypatch: pytest.MonkeyPatch):
    wix.mint()
    clock = Clock(monkeypatch)
    clock.at(0.5, lambda: switches.set_switches({"slow_ms": 0}))
    switches.set_switches({"slow_ms": 60_000})
    assert wix.search()[0] == 200
    assert 0.5 <= clock.now < 1


def test_a_late_answer_comes_after_the_call_took_effect(wix: Wix, orders: list[Order], monkeypatch: pytest.MonkeyPatch):
    made: list[tuple[float, int]] = []
    monkeypatch.setattr(
        "sandbox.middleware.time.sleep", lambda seconds: made.append((seconds, orders[0].fulfillments.count()))
    )
    wix.mint()
    switches.set_switches({"fault": "late_answer", "fault_count": 1})
    assert wix.fulfil(orders[0], "T1")[0] == 200
    assert made == [(20, 1)]


def test_pages_and_doors_are_never_hit(wix: Wix):
    switches.set_switches({"fault": "500"})
    assert wix.client.get("/").status_code == 200
    assert wix.client.get("/sandbox/app.json").status_code == 200


def test_every_answer_has_a_request_id(wix: Wix):
    ids = {wix.raw("GET", "/apps/v1/instance")["x-wix-request-id"] for _call in range(2)}
    assert len(ids) == 2


def test_what_is_not_json_is_a_400_and_an_unknown_address_a_404(wix: Wix):
    token = wix.mint()
    answer = wix.client.post(
        "/ecom/v1/orders/search", "<xml/>", content_type="application/json", headers={"Authorization": token}
    )
    assert answer.status_code == 400
    assert wix.call("POST", "/ecom/v1/orders/search", [1])[0] == 400
    assert wix.call("GET", "/ecom/v1/nothing") == (404, {"message": "", "details": {}})
    assert wix.raw("PUT", "/ecom/v1/orders/any").status_code == 405


@pytest.mark.parametrize(
    "changes",
    [
        {"nonsense": 1},
        {"fault": "418"},
        {"token_seconds": "soon"},
        {"rate_limit": -1},
        {"fault": "500", "slow_ms": None},
    ],
)
def test_a_switch_that_does_not_exist_or_turn_so_far_is_a_sentence(changes: dict):
    with pytest.raises(ValueError, match=" "):
        switches.set_switches(changes)
    assert switches.read() == switches.DEFAULTS


def body() -> dict:
    return {"fulfillment": {"lineItems": [{"id": "line-1"}], "trackingInfo": {"trackingNumber": "T1"}}}
