"""Shop, language, profile, settings and team."""

from django.urls import path

from accounts.views import gateway, people, settings, team

app_name = "accounts"
urlpatterns = [
    path("shop/<uuid:public_id>/kies/", people.shop_switch, name="shop_switch"),
    path("taal/", people.language, name="language"),
    path("account/profiel/", people.profile, name="profile"),
    path("account/profiel/wachtwoord/", people.password, name="password"),
    path("instellingen/", settings.overview, name="settings"),
    path("instellingen/nieuw/", settings.new_shop, name="new_shop"),
    path("instellingen/algemeen/", settings.general, name="general"),
    path("instellingen/algemeen/myparcel/", gateway.save, name="gateway"),
    path("instellingen/algemeen/myparcel/verwijderen/", gateway.remove, name="gateway_remove"),
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
