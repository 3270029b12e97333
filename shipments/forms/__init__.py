"""What a merchant types about a draft, as the values the service takes."""

from shipments.forms.customs import CustomsForm, customs_formset
from shipments.forms.draft import DraftForm

__all__ = ["DraftForm", "CustomsForm", "customs_formset"]
