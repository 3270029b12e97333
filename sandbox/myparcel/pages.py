"""The page of the MyParcel sandbox: shipments, tracking events, switches and webhooks."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from sandbox.myparcel import control_api, switches, tracking
from sandbox.myparcel.models import Notice, Parcel, Subscription

PAGE_SIZE = 50
PAGE_PATH = "/myparcel/pages"


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    values = switches.read()
    rows = Parcel.objects.select_related("main", "parent").order_by("-pk")
    page = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "statuses": [(code, texts[2]) for code, texts in tracking.STATUSES.items()],
        "switches": [
            (name, values[name], switches.CHOICES.get(name), switches.HELP[name]) for name in switches.DEFAULTS
        ],
        "subscriptions": Subscription.objects.order_by("hook"),
        "notices": Notice.objects.order_by("-pk")[:PAGE_SIZE],
        "api_key": switches.current_account().api_key,
        "endpoints": control_api.descriptions(),
    }
    return render(request, "myparcel/front.html", page)


@require_POST
def set_switches(request: HttpRequest) -> HttpResponse:
    flags = {name: name in request.POST for name, value in switches.DEFAULTS.items() if isinstance(value, bool)}
    changes = {name: value for name, value in request.POST.items() if name in switches.DEFAULTS}
    try:
        switches.set_switches(changes | flags)
    except ValueError as error:
        return HttpResponseBadRequest(str(error))
    return HttpResponseRedirect(PAGE_PATH)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    parcel = get_object_or_404(Parcel, pk=pk)
    status = request.POST.get("status", "")
    if not status.isdigit():
        return HttpResponseBadRequest("status is a number")
    if parcel.barcode is None:
        tracking.register([parcel])
    tracking.move(parcel, int(status), delayed="delayed" in request.POST)
    return HttpResponseRedirect(PAGE_PATH)
