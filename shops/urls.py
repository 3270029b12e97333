"""Choosing a shop, its settings and its team."""

from django.urls import path

from shops.views import gateway_account, settings, switch, team

app_name = "shops"
urlpatterns = [
    path("shop/<uuid:public_id>/kies/", switch.switch_shop, name="switch_shop"),
    path("instellingen/", settings.overview, name="settings"),
    path("instellingen/nieuw/", settings.new_shop, name="new_shop"),
    path("instellingen/algemeen/", settings.general, name="general"),
    path("instellingen/algemeen/<slug:gateway>/", gateway_account.save, name="gateway"),
    path("instellingen/algemeen/<slug:gateway>/verwijderen/", gateway_account.remove, name="gateway_remove"),
    path("instellingen/zendingen/", settings.preferences, name="preferences"),
    path("instellingen/afzender/", settings.sender, name="sender"),
    path("instellingen/labels/", settings.labels, name="labels"),
    path("instellingen/volgen/", settings.tracking, name="tracking"),
    path("instellingen/team/", team.page, name="team"),
    path("instellingen/team/uitnodigen/", team.invite, name="invite"),
    path("instellingen/team/uitnodiging/<uuid:public_id>/opnieuw/", team.invite_again, name="invite_again"),
    path("instellingen/team/uitnodiging/<uuid:public_id>/intrekken/", team.withdraw, name="withdraw"),
    path("instellingen/team/<uuid:public_id>/rol/", team.change_role, name="change_role"),
    path("instellingen/team/<uuid:public_id>/verwijderen/", team.remove, name="remove_member"),
    path("uitnodiging/<str:token>/", team.join, name="join"),
]
