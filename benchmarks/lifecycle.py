"""The life of a shop's orders, from reading them to the nightly audit, within the limit of calls a minute."""

import time
import uuid

from django.core.management import call_command

from accounts.models import User
from integrations.models import Connection, Fulfillment, SyncRun
from integrations.providers import PROVIDERS
from integrations.services import fulfillment_audit, fulfillments, sync
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.imports import order_changes, order_import
from shipments.services.labels import register
from shops.models import Membership, PackagePreferences, Shop
from shops.services.gateway_accounts import save_api_key

PAUSE = 0.5


class ShopRun:
    """A shop with one connected site. Each method runs one step and waits for the call limit as workers do."""

    def __init__(self, installation: str, site: str, api_key: str) -> None:
        call_command("migrate", verbosity=0)
        self.user = User.objects.create_user("bench@backoffice.example")
        self.shop = Shop.objects.create(
            name="Bench", person="Bench", street="Kade", number="1", postal_code="3511 AA", city="Utrecht"
        )
        Membership.objects.create(user=self.user, shop=self.shop, role="owner")
        PackagePreferences.objects.create(shop=self.shop)
        # Without a key its labels would be test labels, which the platform is not told of.
        save_api_key(self.shop, api_key)
        self.connection = Connection.objects.create(
            shop=self.shop, platform=next(iter(PROVIDERS)), external_id=installation, site_id=site, site_name="Bench"
        )

    def read(self) -> None:
        self._sync("changes")

    def _sync(self, kind: str) -> None:
        run = sync.request_sync(self.connection, kind)
        while SyncRun.objects.filter(pk=run.pk, state__in=["queued", "running"]).exists():
            if not sync.sync_due():
                time.sleep(PAUSE)
        self.connection.refresh_from_db()

    def import_all(self) -> None:
        orders = self.connection.orders.open().order_by("pk")
        order_import.start_import(self.shop, self.user, orders=orders, key=uuid.uuid4().hex)
        self._work()
        order_changes.apply_due()

    def make_labels(self) -> None:
        ready = Shipment.objects.filter(status="draft", blocked_by="").order_by("pk")
        register.start_labels(self.shop, self.user, shipments=ready, layout="a6", start=1, key=uuid.uuid4().hex)
        self._work()

    def _work(self) -> None:
        while Job.objects.unfinished().exists():
            if not runner.run_due():
                time.sleep(PAUSE)

    def tell(self) -> None:
        while Fulfillment.objects.unfinished().exclude(state="needs_attention").exists():
            if not fulfillments.push_due():
                time.sleep(PAUSE)

    def read_back(self) -> None:
        """Read the orders again, which are fulfilled and whose buyers are mailed."""
        self._sync("changes")
        order_changes.apply_due()

    def night(self) -> None:
        self._sync("nightly")
        while Fulfillment.objects.exclude(audit_at=None).exists():
            if not fulfillment_audit.audit_due():
                time.sleep(PAUSE)

    def mailed(self) -> int:
        return Fulfillment.objects.exclude(buyer_mailed_at=None).count()

    def check(self, wanted: int) -> int:
        """The number of confirmed orders. Raises SystemExit if any order was not handled."""
        for job in Job.objects.all():
            if runner.progress(job).failed:
                raise SystemExit(f"{job}: {runner.progress(job).failed} were refused")
        told = Fulfillment.objects.filter(state="done").count()
        if told < wanted or told != Shipment.objects.exclude(barcode=None).count():
            raise SystemExit(f"only {told} of {wanted} were told")
        return told
