from django.urls import path

from shops.views import audit_log, gateway_account, settings, shipping_days, shipping_rules, switch, team

app_name = "shops"
urlpatterns = [
    path("shop/<uuid:public_id>/kies/", switch.switch_shop, name="switch_shop"),
    path("instellingen/", settings.settings_overview, name="settings"),
    path("instellingen/nieuw/", settings.new_shop, name="new_shop"),
    path("instellingen/algemeen/", settings.general_settings, name="general"),
    path("instellingen/algemeen/<slug:gateway>/", gateway_account.save_gateway_account, name="gateway"),
    path(
        "instellingen/algemeen/<slug:gateway>/verwijderen/",
        gateway_account.remove_gateway_account,
        name="gateway_remove",
    ),
    path("instellingen/algemeen/<slug:gateway>/zandbak/", gateway_account.save_sandbox_key, name="gateway_sandbox"),
    path(
        "instellingen/algemeen/<slug:gateway>/overnemen/",
        gateway_account.take_over_webhooks,
        name="gateway_take_over",
    ),
    path(
        "instellingen/algemeen/<slug:gateway>/teruggeven/",
        gateway_account.give_back_webhooks,
        name="gateway_give_back",
    ),
    path("instellingen/zendingen/", settings.preferences_settings, name="preferences"),
    path("instellingen/zendingen/dagen/", shipping_days.shipping_days_settings, name="shipping_days"),
    path("instellingen/zendingen/regels/", shipping_rules.rule_list, name="shipping_rules"),
    path("instellingen/zendingen/regels/nieuw/", shipping_rules.add_rule, name="add_rule"),
    path("instellingen/zendingen/regels/<uuid:public_id>/", shipping_rules.edit_rule, name="edit_rule"),
    path("instellingen/zendingen/regels/<uuid:public_id>/plaats/", shipping_rules.move_rule, name="move_rule"),
    path("instellingen/zendingen/regels/<uuid:public_id>/schakel/", shipping_rules.switch_rule, name="switch_rule"),
    path("instellingen/zendingen/regels/<uuid:public_id>/verwijderen/", shipping_rules.delete_rule, name="delete_rule"),
    path("instellingen/afzender/", settings.sender_settings, name="sender"),
    path("instellingen/labels/", settings.label_settings, name="labels"),
    path("instellingen/volgen/", settings.tracking_settings, name="tracking"),
    path("instellingen/logboek/", audit_log.audit_log, name="log"),
    path("instellingen/logboek/bestand/", audit_log.export_audit_log, name="log_export"),
    path("instellingen/team/", team.team_page, name="team"),
    path("instellingen/team/uitnodigen/", team.invite, name="invite"),
    path("instellingen/team/uitnodiging/<uuid:public_id>/opnieuw/", team.resend_invitation, name="resend_invitation"),
    path("instellingen/team/uitnodiging/<uuid:public_id>/intrekken/", team.revoke_invitation, name="revoke_invitation"),
    path("instellingen/team/tweede-stap/", team.require_second_factor, name="require_second_factor"),
    path("instellingen/team/<uuid:public_id>/rol/", team.change_role, name="change_role"),
    path("instellingen/team/<uuid:public_id>/verwijderen/", team.remove_member, name="remove_member"),
    path("uitnodiging/<str:token>/", team.accept_invitation, name="accept_invitation"),
]
