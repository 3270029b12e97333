"""Forms about drafts. Each returns the values that the services take."""

from shipments.forms.customs import CustomsForm, customs_formset
from shipments.forms.draft import DraftForm

__all__ = ["DraftForm", "CustomsForm", "customs_formset"]
