"""What the title of a column says: whose column it is, and which part of a shipment.

Titles are read in Dutch, English, German and French, as words and as names of fields (``shipping_address_1``,
``HouseNrExt``). Words that say whose address it is (delivery, billing, sender) are told from the part itself.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

RECIPIENT, NEUTRAL, BUYER = range(3)
WEIGHT_UNITS = {
    **dict.fromkeys(("g", "gr", "gram", "grams", "gramm", "grammes", "grammen"), "g"),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm", "kilogrammes"), "kg"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds", "oz", "ounces"), "lb"),
}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WHOSE = {
    RECIPIENT: (
        "shipping ship delivery deliver recipient receiver consignee destination addressee to verzend verzending "
        "aflever aflevering bezorg bezorging levering lever ontvanger ontvangers geadresseerde liefer lieferung "
        "versand empfanger empfaenger empfangers livraison expedition destinataire"
    ),
    BUYER: (
        "billing bill invoice factuur facturatie rechnung rechnungs facturation payer besteller buyer customer klant "
        "kunde kunden client koper kaufer acheteur contact"
    ),
}
WHOSE = {word: whose for whose, words in _WHOSE.items() for word in words.split()}
SENDER = _set(
    "sender afzender absender expediteur from return retour shipper verzender origin herkomst herkunft supplier store "
    "shop winkel pickup depot warehouse"
)
NAMED_BY_WHOSE = _set(
    "recipient receiver consignee addressee ontvanger geadresseerde empfanger empfaenger destinataire customer klant "
    "kunde buyer koper client"
)
FILLERS = _set("the of in a de van het een der des du la le l d und and en et field veld kolom column")
ADDRESS_WORDS = _set("address adres adresse anschrift addr")
# The parts of a shipment a column may hold and the titles that name them, the surest titles first.
PHRASES = {
    "reference": (
        "order number,ordernumber,order no,order nr,ordernr,ordernummer,order nummer,bestelnummer,bestel nummer,"
        "bestelnr,bestellnummer,bestellnr,bestell nr,auftragsnummer,auftragsnr,numero commande,n commande,no commande,"
        "order reference,order ref,orderreferentie,reference commande,order name|reference,referentie,referenz,ref,"
        "reference number,referentienummer,referenznummer,kenmerk,uw kenmerk,reference identifier,"
        "shipment reference,external reference,external identifier,external order id,zendingreferentie|"
        "order,bestelling,bestellung,auftrag,commande|order id,orderid,bestelling id|id,zendingnummer"
    ),
    "person": (
        "full name,fullname,volledige naam,vollstandiger name,nom complet,nom prenom,prenom nom,name surname,"
        "voornaam achternaam,first last name,vor nachname|name,naam,nom,person,persoon,contact name,contactpersoon,"
        "contact person,contactnaam,ansprechpartner,attn,attention,t a v,tav,name 1,naam 1|contact,klantnaam,"
        "bedrijf naam,bedrijfsnaam naam"
    ),
    "first_name": (
        "first name,firstname,voornaam,voorletters,voorletter,initialen,initials,vorname,prenom,given name,forename"
    ),
    "last_name_prefix": "tussenvoegsel,tussenvoegsels,voorvoegsel,infix,middle name",
    "last_name": (
        "last name,lastname,achternaam,familienaam,surname,family name,nachname,familienname,nom famille,zuname"
    ),
    "company": (
        "company name,company,companyname,bedrijfsnaam,bedrijf,naam bedrijf,firma,firmenname,firmennaam,organisation,"
        "organization,organisatie,organisatienaam,business name,business,societe,entreprise,nom entreprise,"
        "raison sociale,unternehmen"
    ),
    "street": (
        "address 1,address1,address line 1,addressline 1,address 1 2,adres 1,adresregel 1,adresse 1,adresszeile 1,"
        "street 1,street line 1,line 1|street,straat,straatnaam,street name,streetname,strasse,str,strassenname,rue,"
        "nom rue,street number name,straat huisnummer,straat huisnr,straat nr,straat nummer,"
        "straat huisnummer toevoeging,straat huisnr toev,strasse hausnummer,"
        "strasse hausnr,strasse nr,street house number,street nr,rue numero,street and number,"
        "straat en nummer,strasse und nummer,rue et numero,street address,full street|address,adres,"
        "adresse,anschrift,address line,adresregel,full address"
    ),
    "number": (
        "house number,housenumber,house no,house nr,housenr,huisnummer,huisnr,huis nr,huis nummer,hausnummer,hausnr,"
        "haus nr,street number,straatnummer,numero rue,numero maison,numero voie,building number|"
        "number,nummer,nr,numero,no"
    ),
    "suffix": (
        "house number addition,house number suffix,house number extension,house nr ext,housenr ext,"
        "house number ext,huisnummertoevoeging,huisnummer toevoeging,huisnr toevoeging,huisnr toev,huisnummer toev,"
        "house no addition,hausnummerzusatz,hausnummer zusatz,number suffix,number addition,nr toevoeging,"
        "numero complement|suffix,addition,toevoeging,toev,toevoegsel,extension"
    ),
    "box": "box number,box,boxnumber,box nr,bus,busnummer,busnr,bus nr,boite,numero boite",
    "extra": (
        "address 2,address2,address line 2,addressline 2,adres 2,adresregel 2,adresse 2,adresszeile 2,street 2,"
        "street line 2,line 2,extra address line,extra adresregel|adresszusatz,complement,"
        "additional,additional information,street additional info,additional info,address additional,adresaanvulling,"
        "aanvullend,extra adresinformatie,address extra,adrestoevoeging|apartment,appartement,apt,unit,suite,building,"
        "building name,gebouw,department,afdeling"
    ),
    "postal_code": (
        "postal code,postalcode,postcode,post code,zip code,zipcode,zip,postleitzahl,plz,code postal,zip postcode,"
        "zip postal code,postcode zip,postal zip code,postal,cp"
    ),
    "city": (
        "city,town,plaats,plaatsnaam,woonplaats,stad,stadt,ort,wohnort,ville,commune,localite,gemeente,city name,"
        "locality,city town,town city,city suburb"
    ),
    "region": (
        "region,regio,state,province,provincie,county,bundesland,kanton,state province,province state,state county,"
        "state region|state code,province code,region code,provinz,departement,country state"
    ),
    "country": (
        "country code,countrycode,landcode,land code,landercode,laendercode,code pays,iso country code,"
        "country iso code,country iso,iso country,cc|country,land,pays,country name,landnaam,country region"
    ),
    "email": (
        "email,email adres,email address,emailaddress,emailadres,email adresse,mail,mailadres,mailadresse,courriel"
    ),
    "phone": (
        "phone,phone number,phonenumber,telephone,telephone number,tel,tel nr,telefoon,telefoonnummer,telefoonnr,"
        "telefon,telefonnummer,numero telephone|mobile,mobile number,mobile phone,mobiel,mobielnummer,mobiele nummer,"
        "mobiel nummer,gsm,gsm nummer,gsmnummer,handy,handynummer,mobil,mobiltelefon,portable,cell,cell phone"
    ),
    "weight": (
        "total weight,order weight,parcel weight,package weight,shipment weight,weight total,totaalgewicht,"
        "totaal gewicht,pakketgewicht,gewicht pakket,gesamtgewicht,paketgewicht,poids total,poids colis|"
        "weight,gewicht,poids"
    ),
    "item_weight": (
        "item weight,lineitem weight,line item weight,product weight,unit weight,weight per item,weight per unit,"
        "gewicht per stuk,stuksgewicht,artikelgewicht,productgewicht,gewicht artikel,gewicht product,einzelgewicht,"
        "gewicht pro stuck,stuckgewicht,produktgewicht,poids unitaire,poids article,poids produit"
    ),
    "description": "label description,label text,labeltekst,labelomschrijving,description label",
    "item_name": (
        "item name,lineitem name,line item name,product name,productnaam,artikelnaam,artikelomschrijving,"
        "artikelname,artikelbezeichnung,produktname,nom produit,product title|item,items,product,producten,products,"
        "artikel,artikelen,article,produkt,produit,line item"
    ),
    "item_variant": "variant,product variant,variant title,item variant,variation,variatie,variante,option,options",
    "item_sku": (
        "sku,item sku,lineitem sku,line item sku,product sku,product code,artikelnummer,artikelnr,artikelcode,"
        "productcode artikel,article number,item number,item code,item"
    ),
    "item_quantity": (
        "lineitem quantity,line item quantity,item quantity,item qty,qty,quantity,product quantity,quantity ordered,"
        "aantal,aantal stuks,stuks,menge,anzahl,quantite,pieces"
    ),
    "payment_status": (
        "payment status,paymentstatus,financial status,betaalstatus,betalingsstatus,zahlungsstatus,statut paiement,"
        "payment state|paid,betaald,bezahlt"
    ),
    "order_status": (
        "order status,orderstatus,bestelstatus,bestellstatus,auftragsstatus,statut commande,order state|status,statut"
    ),
    "fulfillment_status": (
        "fulfillment status,fulfilment status,fulfillmentstatus,verzendstatus,shipping status,shipment status,"
        "versandstatus,afhandelingsstatus,delivery status,statut livraison,fulfillment state"
    ),
    "cancelled_at": "cancelled at,canceled at,cancelled on,canceled on,cancellation date,geannuleerd op,storniert am",
}
RANKS = {
    (key, phrase): rank
    for key, groups in PHRASES.items()
    for rank, group in enumerate(groups.split("|"))
    for phrase in group.split(",")
}
KEYS_BY_PHRASE: dict[str, tuple[str, int]] = {}
for (_key, _phrase), _rank in RANKS.items():
    KEYS_BY_PHRASE.setdefault(_phrase, (_key, _rank))
WORDS = frozenset(word for phrase in KEYS_BY_PHRASE for word in phrase.split()) | ADDRESS_WORDS
# Longest first, so that "ontvangers" is not taken for "ontvanger".
PREFIXES = sorted({*WHOSE, *SENDER}, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Title:
    """``whose`` is RECIPIENT, NEUTRAL or BUYER; a lower ``rank`` is a surer title. ``unit`` is that of a weight."""

    key: str
    whose: int = NEUTRAL
    rank: int = 0
    unit: str = ""


@lru_cache(maxsize=4096)
def read_title(title: str) -> Title | None:
    """None for a title that names nothing we read, and for the columns of a sender."""
    words = _words(title)
    if not words or len(words) > 8:
        return None
    if SENDER & set(words):
        found = _look_up([word for word in words if word not in SENDER])
        return found if found and found.key == "reference" else None
    unit = next((WEIGHT_UNITS[word] for word in words if word in WEIGHT_UNITS), "")
    without_unit = [word for word in words if word not in WEIGHT_UNITS]
    if unit and (found := _look_up(without_unit)) and found.key in {"weight", "item_weight"}:
        return Title(found.key, rank=found.rank, unit=unit)
    return _look_up(words)


def plain_title(title: str) -> str:
    """A title as it is compared: without marks, case and punctuation."""
    return " ".join(_split(title))


def _look_up(words: list[str]) -> Title | None:
    if found := KEYS_BY_PHRASE.get(" ".join(words)):
        return Title(found[0], NEUTRAL, found[1])
    whose = min((WHOSE[word] for word in words if word in WHOSE), default=NEUTRAL)
    named = [word for word in words if word not in WHOSE]
    own = [word for word in named if word not in FILLERS]
    if not own and NAMED_BY_WHOSE & set(words):
        return Title("person", whose, 2)
    for left in (named, own, [word for word in own if word not in ADDRESS_WORDS]):
        if found := KEYS_BY_PHRASE.get(" ".join(left)):
            return Title(found[0], whose, found[1])
    return None


def _words(title: str) -> list[str]:
    words: list[str] = []
    for word in _split(title):
        prefix = next((prefix for prefix in PREFIXES if word.startswith(prefix) and word[len(prefix) :] in WORDS), "")
        words += [prefix, word[len(prefix) :]] if prefix and word not in WORDS else [word]
    return words


def _split(title: str) -> list[str]:
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=[^\W\d_])(?=\d)", " ", title[:120])
    plain = unicodedata.normalize("NFKD", apart.replace("ß", "ss")).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"\be[\s_-]*mail", "email", plain.replace("_", " ")).translate(_BLANKS).split()


_BLANKS = {code: " " for code in range(0x250) if not chr(code).isalnum()}
