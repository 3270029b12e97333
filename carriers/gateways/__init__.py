"""The systems labels are announced to. The gateway is whom we talk to, the carrier the name on the van."""

from django.utils.translation import gettext_lazy as _

LOCAL, MYPARCEL = "local", "myparcel"
NAMES = {LOCAL: _("Test labels"), MYPARCEL: "MyParcel"}
