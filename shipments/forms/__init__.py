"""What a merchant types about a concept, as the values the service takes."""

from shipments.forms.customs import CustomsForm, customs_formset
from shipments.forms.draft import ConceptForm

__all__ = ["ConceptForm", "CustomsForm", "customs_formset"]
