"""What only Wix can say: Stores, Manage Apps, Add to Site."""

from django.utils.translation import gettext_lazy as _

from integrations.providers.base import PlatformMessages

SETUP_MESSAGE = _("No Wix app has been set up here yet. Ask your administrator to enter its ID and secret.")
MESSAGES = PlatformMessages(
    consent_button="Add to Site",
    app_list=_("Apps › Manage Apps"),
    app_removal=_("Apps › Manage Apps › MyParcel Backoffice › Delete"),
    permission_missing=_(
        "Wix does not allow the app to manage orders. Accept the new permissions in Wix under Manage "
        "Apps and reconnect."
    ),
    permission_missing_named=_(
        "The app does not have the Wix permission {name}. Accept the new permissions in Wix under "
        "Manage Apps, then check the connection."
    ),
    permission_step=_("Accept the new permissions in Wix under Manage Apps, then reconnect."),
    store_present=_("Wix gives us the orders of this site."),
    store_unlisted=_(
        "Wix gives us the orders of this site, but does not name Wix Stores among its apps. If no orders come in, "
        "check in Wix that Wix Stores is on the site."
    ),
    store_missing=_("This site no longer has Wix Stores. Install Wix Stores on the site, then check the connection."),
    store_missing_at_consent=_(
        "This site has no Wix Stores, so there are no orders to ship. "
        "Install Wix Stores on the site and give consent again."
    ),
    store_missing_for_update=_("Wix Stores is no longer installed on this site. Install it in Wix, then try again."),
    store_missing_for_order=_("Wix Stores is no longer installed on this site."),
    store_step=_("Install Wix Stores on the site in Wix, then check again."),
    buyer_mail=_(
        "Wix emails the buyer the Track & Trace code if its shipping confirmation is switched on: the email that Wix "
        "itself calls “Shipping confirmation”."
    ),
    not_done=_(
        "We cancel no orders, charge or refund nothing, read no customer list and send no email through Wix. The Wix "
        "permission Manage Orders would also let an app cancel orders and email buyers; we do not use that."
    ),
    upkeep=_(
        "You never have to update anything: nothing of ours is installed in your Wix site. Wix only asks for your "
        "consent again if we ever need another permission."
    ),
    delivery_options=_(
        "Wix's own checkout cannot show {gateway}'s delivery options, as {gateway}'s manual says too. Choose what "
        "usually applies in your parcel preferences, and change a single parcel in its draft: another delivery, or a "
        "pick-up point that you choose there."
    ),
)
