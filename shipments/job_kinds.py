"""The kinds of jobs of this app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobKind(models.TextChoices):
    IMPORT = "import", _("Import")
    LABELS = "labels", _("Labels")
    EDIT = "edit", _("Bulk edit")
    EXPORT = "export", _("Export")
    UPLOAD = "upload", _("File import")
