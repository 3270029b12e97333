from django.urls import path

from privacy.views import account, person, retention, shop

app_name = "privacy"
urlpatterns = [
    path("account/profiel/verwijderen/", account.delete, name="delete_account"),
    path("instellingen/bewaren/", retention.retention_settings, name="retention"),
    path("privacy/", person.privacy_page, name="privacy"),
    path("privacy/persoon/", person.find, name="find_person"),
    path("privacy/persoon/bestand/", person.export, name="export_person"),
    path("privacy/persoon/wissen/", person.erase, name="erase_person"),
    path("privacy/shop/sluiten/", shop.close_page, name="close_page"),
    path("privacy/shop/sluiten/nu/", shop.close, name="close_shop"),
    path("privacy/shop/gesloten/", shop.closed, name="closed"),
    path("privacy/shop/heropenen/", shop.reopen, name="reopen_shop"),
    path("privacy/shop/bestand/", shop.export, name="export_shop"),
    path("privacy/shop/bestand/<uuid:public_id>/", shop.shop_file, name="shop_file"),
]
