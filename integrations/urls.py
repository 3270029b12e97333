"""Externe koppelingen."""

from django.urls import path

from integrations import views

app_name = "integrations"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("wix/", views.wix, name="wix"),
    path("wix/toestemming/", views.consent, name="consent"),
    path("wix/terug/", views.callback, name="callback"),
    path("<uuid:public_id>/intrekken/", views.revoke, name="revoke"),
    path("<uuid:public_id>/synchroniseer/", views.sync, name="sync"),
]
