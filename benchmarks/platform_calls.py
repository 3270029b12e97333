"""Calls to the platform an order, counted at the sandbox: in bulk, and one order a minute by webhook."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

from benchmarks.context import ROOT, Bench
from benchmarks.floors import expect
from benchmarks.press import is_visible, running_shop
from benchmarks.programs import SITE, wait_for
from benchmarks.results import Result
from integrations.models import Fulfillment
from shipments.models import Shipment


def calls_workload(bench: Bench) -> Iterator[Result]:
    """From the first sync to the nightly audit with the limit of calls a minute: some ten minutes for 10,000 orders."""
    count = bench.sizes.orders_at_platform
    command = [sys.executable, "-m", "benchmarks.wix", "--count", str(count), "--json"]
    with bench.database() as database:
        own = {name: value for name, value in os.environ.items() if name not in ("REQUESTS_PER_MINUTE", "PRODUCTION")}
        env = own | {
            "DATABASE_URL": bench.servers.url(database),
            "DJANGO_SETTINGS_MODULE": "myparcel_backoffice.settings",
        }
        asked, before = bench.servers.cpu(), os.times()
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=False)
        after = os.times()
        expect(done.returncode == 0, "the orders did not go through all phases")
        figures = json.loads(done.stdout)
        expect(figures["refused"] == 0, f"{figures['refused']} calls were refused")
        expect(figures["mailed"] == figures["orders"] >= count, "not every buyer was mailed")
        yield Result(
            f"calls to the platform: {figures['orders']} orders",
            "calls an order",
            figures["per_order"],
            # A page of a hundred is read in one call, told of in one, and confirmed in one.
            3 / 100,
            after.children_user + after.children_system - before.children_user - before.children_system,
            bench.servers.cpu() - asked,
            measures={
                "calls": figures["calls"],
                "busiest_minute": figures["busiest_minute"],
                **{f"calls_{row['name'].replace(' ', '_')}": row["calls"] for row in figures["phases"]},
            },
        )


def webhook_workload(bench: Bench) -> Iterator[Result]:
    """One order a minute, told by webhook and imported by itself, until its label is told to the platform."""
    count, pause = bench.sizes.webhook_orders, bench.sizes.webhook_pause
    with running_shop(bench, "webhooks") as shop:
        shop.read_all()
        seeded = set(shop.account.site.orders.values_list("external_id", flat=True))
        calls = shop.server.calls(shop.account.site.external_id)
        own, database = shop.cpu
        started = time.monotonic()
        for number in range(count):
            own_id = shop.server.ask("/sandbox/orders", {"site": SITE, "count": 1})["ids"][0]
            wait_for(partial(is_visible, own_id), "an order does not become visible")
            time.sleep(max(0.0, started + (number + 1) * pause - time.monotonic()))
        made = shop.server.calls(shop.account.site.external_id) - calls
        new = shop.account.site.orders.exclude(external_id__in=seeded).count()
        expect(new == count, f"{new} orders came instead of {count}")
        expect(not Fulfillment.objects.exists() and not Shipment.objects.exists(), "something was imported")
        yield Result(
            f"calls to the platform, by webhook: an order every {pause:g} s",
            "calls an order until it is offered for import",
            made / count,
            None,
            shop.cpu[0] - own,
            shop.cpu[1] - database,
            measures={"calls": made, "orders": count},
        )
