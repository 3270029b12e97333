"""The product's pages, and an empty one of the same layout."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from myparcel_backoffice.urls import handler403, handler404, handler500, urlpatterns

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
EMPTY_PAGE = "/benchmark/empty/"


def empty_page(request: HttpRequest) -> HttpResponse:
    """The floor of every page: the layout with the menu and nothing in it."""
    return render(request, "base.html")


urlpatterns.append(path(EMPTY_PAGE[1:], empty_page))
