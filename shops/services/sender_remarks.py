"""What a shop should know of its sender address; nothing of it stops a label."""

from carriers.contact_rules import contact_remarks
from carriers.legibility import illegible_problems, lost_characters
from carriers.parcels import Address
from carriers.problems import Text
from carriers.tax_numbers import read_vat


def sender_remarks(sender: Address) -> list[Text]:
    """Sentences about what labels cannot show, carriers do not get and customs may refuse."""
    found: list[Text] = [problem.text for problem in illegible_problems(sender)]
    found += [part.text for part in lost_characters(sender)]
    found += [remark.text for remark in contact_remarks(sender)]
    if message := read_vat(sender.vat, sender.country).message:
        found.append(message)
    return found
