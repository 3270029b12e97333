"""Invented buyers, streets and products, and a plain order made of them."""

import random
from typing import Any

FIRST = [
    "Hanna",
    "Mees",
    "Esra",
    "Jip",
    "Tom",
    "Lotte",
    "Ravi",
    "Anouk",
    "Thijs",
    "Femke",
    "Sjoerd",
    "Ilse",
    "Fatima",
    "Yusuf",
    "Noor",
    "Daan",
    "Sanne",
    "Bram",
    "Lieke",
    "Sem",
    "Roos",
    "Luuk",
    "Evi",
    "Milan",
    "Saar",
    "Finn",
    "Nina",
    "Gijs",
    "Fleur",
    "Teun",
    "Amira",
    "Joris",
    "Maud",
    "Stijn",
    "Isa",
    "Koen",
    "Puck",
    "Ruben",
    "Lynn",
    "Casper",
]
LAST = [
    "Vermeulen",
    "Dijkman",
    "Yılmaz",
    "van Leeuwen",
    "Schouten",
    "de Graaf",
    "Ramdin",
    "Peeters",
    "Bosman",
    "Hoekstra",
    "Tiemersma",
    "Verhoeven",
    "El Idrissi",
    "Demir",
    "’t Hart",
    "van der Meer",
    "Jansen-Wijnbergen",
    "Öztürk",
    "Kuipers",
    "van den Heuvel",
    "Brouwer",
    "Willems",
    "Postma",
]
STREETS = [
    "Lindelaan",
    "Havenstraat",
    "Wilgenpad",
    "Molenweg",
    "Kerkplein",
    "Verzonnenstraat",
    "Fictielaan",
    "Dorpsstraat",
    "Beukenhof",
    "Singel",
    "Prinses Margrietplantsoen",
    "Laan van Nieuw Oost-Indië",
    "Vlierstraat",
    "Zeegroenkade",
    "Turfmarkt",
    "Spoorsingel",
    "Duinweg",
]
TOWNS = (
    ("3524", "Utrecht"),
    ("8911", "Leeuwarden"),
    ("1018", "Amsterdam"),
    ("5611", "Eindhoven"),
    ("7411", "Deventer"),
    ("2517", "Den Haag"),
    ("3011", "Rotterdam"),
    ("6211", "Maastricht"),
    ("9712", "Groningen"),
    ("4811", "Breda"),
)
PRODUCTS = (
    ("Mok Zeegroen", "MOK-ZG", 14.95, 0.35),
    ("Bord Schelp", "BRD-SCH", 19.5, 0.6),
    ("Schaal Wad", "SCH-WAD", 34, 1.1),
    ("Vaas Oever (groot)", "VAA-OEV-L", 79.0, 1.8),
    ("Kaarsenhouder Duin", "KRS-DUI", 24.50, 0.25),
    ("Theelichtje Schelp", "THL-SCH", 12.95, 0.1),
    ("Kom Getij", "KOM-GET", 29, 0.45),
    ("Kan Getij", "KAN-GET", 64.0, 0.9),
)
STORES_APP = "215238eb-22a5-4c36-9e7b-e7c08025e04e"


def line(index: int, product: tuple[str, str, float, float], quantity: int) -> dict[str, Any]:
    """An order line as Wix numbers them: ids repeat across orders."""
    name, sku, price, weight = product
    total = f"{price * quantity:.2f}"
    return {
        "id": f"00000000-0000-0000-0000-{index:012d}",
        "productName": {"original": name, "translated": name},
        "catalogReference": {"catalogItemId": f"prod-{sku}", "appId": STORES_APP},
        "quantity": quantity,
        "physicalProperties": {"weight": weight, "sku": sku, "shippable": True},
        "itemType": {"preset": "PHYSICAL"},
        "price": {"amount": f"{price}", "formattedAmount": f"€{price:.2f}"},
        "totalPriceBeforeTax": {"amount": f"{price * quantity / 1.21:.4f}"},
        "totalPriceAfterTax": {"amount": total},
        "paymentOption": "FULL_PAYMENT_ONLINE",
    }


def order(number: str, lines: list[dict[str, Any]], contact: dict[str, str], address: dict[str, Any]) -> dict[str, Any]:
    """A paid and approved order that waits to be sent."""
    subtotal = sum(float(one["totalPriceAfterTax"]["amount"]) for one in lines)
    email = f"{contact.get('firstName', 'buyer').lower()}.{number}@example.com"
    place = {"address": address, "contactDetails": contact}
    return {
        "number": number,
        "status": "APPROVED",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "NOT_FULFILLED",
        "currency": "EUR",
        "weightUnit": "KG",
        "taxIncludedInPrices": True,
        "buyerLanguage": "nl",
        "siteLanguage": "nl",
        "lineItems": lines,
        "buyerInfo": {"contactId": f"contact-{number}", "email": email},
        "shippingInfo": {
            "title": "Standaard verzending",
            "code": "standard",
            "carrierId": "c8a08776-c095-4dec-8553-8f9698d86adc",
            "logistics": {"shippingDestination": place},
        },
        "recipientInfo": place,
        "billingInfo": place,
        "priceSummary": {
            "subtotal": {"amount": f"{subtotal:.2f}"},
            "shipping": {"amount": "4.95"},
            "total": {"amount": f"{subtotal + 4.95:.2f}"},
        },
        "channelInfo": {"type": "WEB"},
        "activities": [{"activityType": "ORDER_PLACED"}, {"activityType": "ORDER_PAID"}],
        "aFieldOfNextYear": {"unknown": True},
    }


def person(chance: random.Random) -> dict[str, str]:
    phone = f"06 5555 {chance.randint(0, 9999):04d}"
    return {"firstName": chance.choice(FIRST), "lastName": chance.choice(LAST), "phone": phone}


def dutch_address(chance: random.Random) -> dict[str, Any]:
    digits, town = chance.choice(TOWNS)
    letters = "".join(chance.choice("ABCDEGHJKLMNPRTVWXZ") for _letter in range(2))
    addition = chance.choice(("", "", "", "", " A", "-2", " bis", "b"))
    return {
        "country": "NL",
        "city": town,
        "postalCode": f"{digits} {letters}",
        "addressLine": f"{chance.choice(STREETS)} {chance.randint(1, 240)}{addition}",
    }


def plain_order(number: str, chance: random.Random) -> dict[str, Any]:
    """A Dutch order with one to three lines."""
    chosen = chance.sample(PRODUCTS, chance.randint(1, 3))
    lines = [line(index, product, chance.randint(1, 4)) for index, product in enumerate(chosen, 1)]
    return order(number, lines, person(chance), dutch_address(chance))
