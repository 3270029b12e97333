"""What a merchant types about a concept, as the values the service takes."""

from shipments.forms.concept import ConceptForm
from shipments.forms.customs import CustomsForm, customs_formset

__all__ = ["ConceptForm", "CustomsForm", "customs_formset"]
