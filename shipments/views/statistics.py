"""The statistics page (Cijfers)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from carriers.choices import CARRIER_NAMES
from lib.text import parse_int
from shipments.queries import statistics
from shipments.queries.statistics import DAY, HOUR, Durations
from shipments.views.shipment_list import DESTINATION_NAMES
from shops.tenancy import ShopRequest
from ui import charts

PERIODS = (14, 30, statistics.MAX_PERIOD)


@require_GET
def statistics_page(request: ShopRequest) -> HttpResponse:
    requested = parse_int(request.GET.get("days"))
    days = requested if requested in PERIODS else PERIODS[1]
    daily, totals = statistics.per_day(request.shop, days), statistics.totals(request.shop, days)
    facts: dict[str, Any] = {
        "periods": PERIODS,
        "period": days,
        "days": daily,
        "marks": charts.labeled_days([day for day, _number in daily]),
        "chart": charts.build_column_chart([(day.isoformat(), number) for day, number in daily]),
        "total": sum(number for _day, number in daily),
        "a_day": statistics.per_working_day(daily),
        "carriers": charts.build_slices([(CARRIER_NAMES.get(key, key), n) for key, n in totals.carriers]),
        "destinations": charts.build_slices(
            [(str(DESTINATION_NAMES[key]), n) for key, n in totals.destinations.items()]
        ),
        "to_label": _slices(totals.order_to_label),
        "delivery_time": _slices(totals.delivery_time),
        "push_timings": totals.push_timings,
    }
    return render(request, "shipments/statistics.html", facts | {"pushes": _push_slices(facts["push_timings"])})


def _slices(durations: Durations) -> list[charts.Slice]:
    names = [_within(limit.days, int(limit / HOUR)) for limit in durations.limits]
    longest = durations.limits[-1] // DAY
    names.append(ngettext("More than %(n)d day", "More than %(n)d days", longest) % {"n": longest})
    return charts.build_slices(list(zip(names, durations.counts, strict=True)))


def _within(days: int, hours: int) -> str:
    if not days:
        return ngettext("Within %(n)d hour", "Within %(n)d hours", hours) % {"n": hours}
    return ngettext("Within %(n)d day", "Within %(n)d days", days) % {"n": days}


def _push_slices(timings: statistics.PushTimings) -> list[charts.Slice]:
    return charts.build_slices(
        [
            (_("Immediately"), timings.immediate),
            (_("Later"), timings.later),
            (_("Queued"), timings.waiting),
            (_("Failed"), timings.failed),
        ]
    )
