"""Redirects bookmarks and links from before 0.2 to the same page with today's parameter names.

To be removed, with its entry in MIDDLEWARE and tests/test_old_parameters.py, in 0.3, not before 2027-06-01.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django_htmx.http import HttpResponseClientRedirect

# The pages that had such parameters. Platforms and the admin site choose the parameters of other pages.
PATHS = ("/zendingen/", "/zoeken/", "/cijfers/", "/volg/")
PARAMETERS = {
    "aantal": "count",
    "al": "include_imported",
    "alles": "all_matching",
    "dagen": "days",
    "keuze": "select",
    "kwart": "progress_quarter",
    "lijst": "in_list",
    "na": "after",
    "naar": "destination",
    "per": "page_size",
    "periode": "period",
    "sorteer": "sort",
    "stand": "state",
    "taak": "job",
    "taal": "lang",
    "terug": "next",
    "venster": "dialog",
    "vervoerder": "carrier",
    "voor": "before",
    "zending": "shipment",
    "zoek": "q",
}
DROPPED = {"pagina"}
SORTS = {"datum": "date", "naam": "name", "land": "country", "totaal": "total"}
# Values by the parameter's name of today.
VALUES = {
    "tab": {
        "alle": "all",
        "concepten": "drafts",
        "printen": "to_print",
        "onderweg": "in_transit",
        "bezorgd": "delivered",
        "aandacht": "attention",
    },
    "destination": {"wereld": "world"},
    "period": {"vandaag": "today", "maand": "month"},
    "select": {"alles": "all"},
    "sort": SORTS | {f"-{old}": f"-{new}" for old, new in SORTS.items()},
}


def renamed(query: QueryDict) -> QueryDict:
    """A copy with today's names and values, each as often and in the same order as before."""
    found = QueryDict(mutable=True)
    for old, values in query.lists():
        if old in DROPPED:
            continue
        name = PARAMETERS.get(old, old)
        for value in values:
            found.appendlist(name, _renamed_value(name, value))
    return found


def _renamed_value(name: str, value: str) -> str:
    if name == "all_matching":
        query = QueryDict(value)
        return value if (found := renamed(query)) == query else found.urlencode()
    return VALUES.get(name, {}).get(value, value)


class OldParametersMiddleware:
    """Answers GET and HEAD only: a form that was open during the upgrade is not sent elsewhere.

    htmx gets a redirect of the whole page, because the page that asks was rendered before the upgrade and looks for
    ids that are gone. A page it restores from the history is fetched like any other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not request.path_info.startswith(PATHS):
            return self.get_response(request)
        query = renamed(request.GET)
        if query == request.GET:
            return self.get_response(request)
        address = f"{request.path}?{query.urlencode()}" if query else request.path
        is_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
        return HttpResponseClientRedirect(address) if is_part else HttpResponseRedirect(address)
