"""The switches of the MyParcel sandbox, and its account."""

from typing import Any

from django.db import transaction

from sandbox.myparcel.models import Account
from sandbox.remembered import forget, remembered

DEFAULTS: dict[str, Any] = {
    "fault": "",
    "fault_path": "",
    "fault_count": 0,
    "slow_label_ms": 0,
    "link_waits": 1,
    "label_waits": 0,
    "not_ready": "404",
    "sender": "refused",
    "list_shape": "results",
    "list_secondary": True,
    "rate_limit": 0,
    "payment_required": False,
    "hook_fault": "",
    "contract_carriers": "",
    "contract_lacks": "",
    "contract_twice": False,
    "rates_shape": "results",
    "rates_known": True,
    "half_pickup": "refused",
    "closed_point": "",
    "delivery_moments": "by_postcode",
    "uncovered_answer": "empty",
    "refuse_moments": False,
}
# Faults that replace the call; it takes no effect.
FAULTS_BEFORE = ("401", "403", "429", "500", "503", "html", "drop")
# Faults after the call took effect: the client sees a timeout.
FAULTS_AFTER = ("lost_answer",)
CHOICES = {
    "fault": ("", *FAULTS_BEFORE, *FAULTS_AFTER),
    "list_shape": ("results", "search_results"),
    "rates_shape": ("results", "items", "data.rates", "bare"),
    "not_ready": ("404", "202"),
    "sender": ("refused", "printed", "ignored"),
    "hook_fault": ("", "duplicate", "reorder", "drop"),
    "half_pickup": ("refused", "home"),
    "delivery_moments": ("by_postcode", "never", "nothing"),
    "uncovered_answer": ("empty", "4001"),
}
HELP = {
    "fault": "what the next calls answer; lost_answer happens after the work was done, the others in its place",
    "fault_path": "the fault only hits calls whose method and path contain this, as in POST /shipments",
    "fault_count": "how many calls misbehave; 0 while a fault is chosen means until it is cleared",
    "slow_label_ms": "how long every label call takes; one that waits goes on when this is turned back",
    "link_waits": "how often a prepared link answers that it is not ready before the file is there",
    "label_waits": "how many of the next label calls answer 202, work not finished",
    "not_ready": "the status of a prepared link whose file is not there yet",
    "sender": "what happens to a sender in a shipment: refused with 3745, printed, or taken and not printed",
    "list_shape": "which of the two documented shapes a list of shipments has",
    "list_secondary": "whether a list of shipments shows the secondary shipments; a read by id always does",
    "rate_limit": "calls in five minutes for each kind of call; 0 is what MyParcel documents",
    "payment_required": "a prepaid account that has not paid: labels answer 402",
    "contract_carriers": "carriers under contract besides those of everyone, as in DPD;TRUNKRS; POSTNL is an own one",
    "contract_lacks": "what the account does not have, as in DHL_FOR_YOU;POSTNL.MAILBOX;POSTNL.requiresReceiptCode",
    "rates_shape": "under which key the answer of rates is, which MyParcel does not document for version 2",
    "rates_known": "an account for which MyParcel names prices",
    "contract_twice": "a carrier under contract is in the contract definitions twice: once for each contract",
    "hook_fault": "how webhooks are delivered; reorder holds every second one back for a second",
    "half_pickup": "what becomes of delivery type 4 without a pick-up point, and of a point without that type",
    "closed_point": "the code of a pick-up point that closed: it is not listed any more, and refused",
    "delivery_moments": "where mornings and evenings are offered; nothing: no delivery days at all",
    "uncovered_answer": "what GET /delivery_options answers when there is no day: an empty list or code 4001",
    "refuse_moments": "refuse mornings and evenings (3721) although GET /delivery_options offered them",
}


def current_account() -> Account:
    """Created on the first call."""
    return Account.objects.first() or Account.objects.create()


def take_label_wait() -> bool:
    """Whether this label call answers 202; counts ``label_waits`` down."""
    with transaction.atomic():
        forget()
        waits = int(read()["label_waits"])
        if waits:
            set_switches({"label_waits": waits - 1})
    return waits > 0


@remembered
def read() -> dict[str, Any]:
    values: dict[str, Any] = DEFAULTS | current_account().switches
    return values


def set_switches(changes: dict[str, Any]) -> dict[str, Any]:
    """Set some switches and return the values of all. Raises ValueError, and then sets none."""
    checked = {name: _checked(name, value) for name, value in changes.items()}
    with transaction.atomic():
        account = current_account()
        account.switches = account.switches | checked
        account.save(update_fields=["switches"])
    forget()
    return read()


def _checked(name: str, value: Any) -> Any:
    if name not in DEFAULTS:
        raise ValueError(f"there is no switch {name!r}; there are {', '.join(DEFAULTS)}")
    if name in CHOICES and value not in CHOICES[name]:
        raise ValueError(f"{name} is one of {', '.join(repr(choice) for choice in CHOICES[name])}")
    kind = type(DEFAULTS[name])
    if kind is bool:
        return value in (True, "true", "on", "1")
    if kind is str:
        return str(value)
    try:
        return max(0, int(value))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is a number, not {value!r}") from error


def take_fault(call: str) -> str:
    """The fault for this call (such as "POST /shipments"), empty for none. Counts ``fault_count`` down."""
    if not read()["fault"]:
        return ""
    with transaction.atomic():
        forget()
        values = read()
        if values["fault_path"] not in call:
            return ""
        if values["fault_count"] == 1:
            set_switches({"fault": "", "fault_path": "", "fault_count": 0})
        elif values["fault_count"] > 1:
            set_switches({"fault_count": values["fault_count"] - 1})
        return str(values["fault"])
