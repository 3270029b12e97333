"""A gateway in memory whose labels count as real, for tests that are not about one gateway."""

from dataclasses import replace

from carriers.gateways.base import AccountIdentity, AccountMessages, Allocate, RegistrationResult, SenderPolicy, Sleep
from carriers.gateways.local import LocalGateway, LocalProvider
from carriers.parcels import Consignment, Registration
from carriers.tracking_links import tracking_url


class AcmePost(LocalGateway):
    """Registers at once, with the carrier's tracking link."""

    def register(self, consignments):  # type: ignore[no-untyped-def]
        by_reference = {one.reference: one for one in consignments}
        return [_with_link(by_reference[result.reference], result) for result in super().register(consignments)]


def _with_link(one: Consignment, result: RegistrationResult) -> RegistrationResult:
    if not isinstance(result, Registration):
        return result
    recipient = one.recipient
    url = tracking_url(one.choice.carrier, result.barcode, recipient.country, recipient.postal_code)
    return replace(result, tracking_url=url)


class AcmePostProvider(LocalProvider):
    name = "AcmePost"
    account = AccountMessages(invalid_key="This is no key.", key_hint="The key is in AcmePost.")  # type: ignore[arg-type]

    def open(self, key: str, *, allocate: Allocate, sleep: Sleep, sender: SenderPolicy) -> AcmePost:
        return AcmePost(allocate)

    def check_credentials(self, key: str) -> AccountIdentity:
        """Every key is accepted."""
        return AccountIdentity()


def build() -> AcmePostProvider:
    return AcmePostProvider()
