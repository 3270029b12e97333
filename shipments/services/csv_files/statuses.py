"""What other programs say about an order: paid, canceled, sent. A word nobody knows is said, never taken for good."""

import re
import unicodedata
from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.problems import Text

CANCELED = (
    "cancelled,canceled,geannuleerd,storniert,annule,annulee,annuliert,voided,void,trash,failed,mislukt,fehlgeschlagen,"
    "echoue,echouee,declined,rejected,afgewezen,abgelehnt,expired,verlopen,deleted,verwijderd"
)
REFUNDED = (
    "refunded,fully refunded,terugbetaald,volledig terugbetaald,erstattet,ruckerstattet,ruckzahlung,remboursee,"
    "rembourse,chargeback"
)
UNPAID = (
    "unpaid,not paid,pending,pending payment,payment pending,on hold,awaiting payment,niet betaald,onbetaald,"
    "openstaand,open,in de wacht,in afwachting,wachtend op betaling,wacht op betaling,in afwachting van betaling,"
    "betaling in behandeling,unbezahlt,nicht bezahlt,ausstehend,offen,zahlung ausstehend,in wartestellung,impaye,"
    "impayee,non paye,non payee,en attente,en attente paiement,en attente de paiement,attente paiement,partially paid,"
    "gedeeltelijk betaald,teilweise bezahlt,draft,checkout draft,no,nee,nein,non,false,0"
)
FULFILLED = (
    "fulfilled,shipped,sent,delivered,verzonden,bezorgd,geleverd,afgehandeld,versandt,versendet,verschickt,geliefert,"
    "zugestellt,ausgefuhrt,expedie,expediee,livre,livree,traite,traitee,completed,complete,voltooid,afgerond,"
    "abgeschlossen,terminee,termine,fertig"
)
FINE = (
    "paid,betaald,bezahlt,paye,payee,processing,in behandeling,verwerken,wordt verwerkt,in bearbeitung,en cours,"
    "in progress,approved,authorized,geautoriseerd,autorisiert,autorise,free,gratis,confirmed,bevestigd,bestatigt,"
    "confirmee,new,nieuw,neu,nouveau,ready,klaar,ready to ship,unfulfilled,not fulfilled,niet verzonden,onverzonden,"
    "niet afgehandeld,niet uitgevoerd,nicht ausgefuhrt,nicht versandt,unversandt,non traite,non traitee,non expediee,"
    "non expedie,unshipped,not shipped,to ship,te verzenden,partially fulfilled,partial,gedeeltelijk verzonden,"
    "gedeeltelijk afgehandeld,teilweise versandt,partially refunded,gedeeltelijk terugbetaald,teilweise erstattet,"
    "active,actief,yes,ja,oui,true,1,backorder,preparing,wordt voorbereid,in vorbereitung,en preparation,restocked"
)
MEANINGS = {
    word: meaning
    for meaning, words in {
        "canceled": CANCELED,
        "refunded": REFUNDED,
        "unpaid": UNPAID,
        "fulfilled": FULFILLED,
        "fine": FINE,
    }.items()
    for word in words.split(",")
}
STATUS_KEYS = ("order_status", "payment_status", "fulfillment_status")

HELD_MESSAGES = {
    "canceled": _("The order was cancelled ({value})."),
    "refunded": _("The order was refunded ({value})."),
    "unpaid": _("The order has not been paid ({value})."),
}


def held_reason(cells: Mapping[str, str]) -> Text | None:
    """Why an order should not be sent as it stands in the file; None when nothing is against it."""
    if cells.get("cancelled_at"):
        return format_lazy(HELD_MESSAGES["canceled"], value=cells["cancelled_at"][:40])
    for key in STATUS_KEYS:
        status = cells.get(key, "")[:40]
        meaning = _meaning(status)
        # What has not been sent yet is "pending" too.
        if message := HELD_MESSAGES.get(meaning if key != "fulfillment_status" or meaning == "canceled" else ""):
            return format_lazy(message, value=status)
    return None


def status_remarks(cells: Mapping[str, str]) -> list[Text]:
    """What a merchant should know of an order that may be sent."""
    remarks: list[Text] = []
    for key in STATUS_KEYS:
        status = cells.get(key, "")[:40]
        meaning = _meaning(status)
        if meaning == "fulfilled":
            remarks.append(
                format_lazy(_("According to the file, this order was already handled ({value})."), value=status)
            )
        elif status and not meaning:
            remarks.append(format_lazy(_("We do not know the status “{value}”. Check the order."), value=status))
    return list(dict.fromkeys(remarks))


def _meaning(status: str) -> str:
    apart = unicodedata.normalize("NFKD", status.replace("ß", "ss")).casefold()
    apart = "".join(letter for letter in apart if not unicodedata.combining(letter))
    words = re.sub(r"[^\w]+|_", " ", apart.removeprefix("wc-")).strip()
    return MEANINGS.get(words, "")
