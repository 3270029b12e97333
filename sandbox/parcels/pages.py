"""The stand-in's own page: shipments, their statuses to push, knobs and webhooks."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from sandbox.parcels import doors, journeys, knobs
from sandbox.parcels.models import Notice, Parcel, Subscription

PER_PAGE = 50
PAGE = "/myparcel/pages"


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    values = knobs.read()
    rows = Parcel.objects.select_related("main", "parent").order_by("-pk")
    page = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "statuses": [(code, told[2]) for code, told in journeys.STATUSES.items()],
        "knobs": [(name, values[name], knobs.CHOICES.get(name), knobs.HELP[name]) for name in knobs.DEFAULTS],
        "subscriptions": Subscription.objects.order_by("hook"),
        "notices": Notice.objects.order_by("-pk")[:PER_PAGE],
        "api_key": knobs.the_account().api_key,
        "doors": doors.described(),
    }
    return render(request, "parcels/front.html", page)


@require_POST
def turn(request: HttpRequest) -> HttpResponse:
    flags = {name: name in request.POST for name, value in knobs.DEFAULTS.items() if isinstance(value, bool)}
    changes = {name: value for name, value in request.POST.items() if name in knobs.DEFAULTS}
    try:
        knobs.turn(changes | flags)
    except ValueError as error:
        return HttpResponseBadRequest(str(error))
    return HttpResponseRedirect(PAGE)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    parcel = get_object_or_404(Parcel, pk=pk)
    status = request.POST.get("status", "")
    if not status.isdigit():
        return HttpResponseBadRequest("status is a number")
    if parcel.barcode is None:
        journeys.register([parcel])
    journeys.move(parcel, int(status), delayed="delayed" in request.POST)
    return HttpResponseRedirect(PAGE)
