"""Invented names, streets and products, and plain orders made of them."""

import random
from decimal import Decimal
from typing import Any

from sandbox.order_json import Product, line, order

# fmt: off
FIRST_NAMES = (
    "Hanna", "Mees", "Esra", "Jip", "Tom", "Lotte", "Ravi", "Anouk", "Thijs", "Femke", "Sjoerd", "Ilse", "Fatima",
    "Yusuf", "Noor", "Daan", "Sanne", "Bram", "Lieke", "Sem", "Roos", "Luuk", "Evi", "Milan", "Saar", "Finn", "Nina",
    "Gijs", "Fleur", "Teun", "Amira", "Joris", "Maud", "Stijn", "Isa", "Koen", "Puck", "Ruben", "Lynn", "Casper",
)
LAST_NAMES = (
    "Vermeulen", "Dijkman", "Yılmaz", "van Leeuwen", "Schouten", "de Graaf", "Ramdin", "Peeters", "Bosman", "Hoekstra",
    "Tiemersma", "Verhoeven", "El Idrissi", "Demir", "’t Hart", "van der Meer", "Jansen-Wijnbergen", "Öztürk",
    "Kuipers", "van den Heuvel", "Brouwer", "Willems", "Postma",
)
STREETS = (
    "Lindelaan", "Havenstraat", "Wilgenpad", "Molenweg", "Kerkplein", "Verzonnenstraat", "Fictielaan", "Dorpsstraat",
    "Beukenhof", "Singel", "Prinses Margrietplantsoen", "Laan van Nieuw Oost-Indië", "Vlierstraat", "Zeegroenkade",
    "Turfmarkt", "Spoorsingel", "Duinweg",
)
TOWNS = (
    ("3524", "Utrecht"), ("8911", "Leeuwarden"), ("1018", "Amsterdam"), ("5611", "Eindhoven"), ("7411", "Deventer"),
    ("2517", "Den Haag"), ("3011", "Rotterdam"), ("6211", "Maastricht"), ("9712", "Groningen"), ("4811", "Breda"),
)
# fmt: on
LETTERS = "ABCDEGHJKLMNPRTVWXZ"
ADDITIONS = ("", "", "", "", "", " A", "-2", " bis", "b")
MUG = Product("Mok Zeegroen", "MOK-ZG", "14.95", 0.35, (("Formaat", "250 ml"), ("Glazuur", "Zeegroen", "#5f9e8f")))
PLATE = Product("Bord Schelp", "BRD-SCH", "19.5", 0.6, (("Diameter", "22 cm"),))
BOWL = Product("Schaal Wad", "SCH-WAD", "34", 1.1)
VASE = Product("Vaas Oever (groot)", "VAA-OEV-L", "79.0", 1.8)
HOLDER = Product("Kaarsenhouder Duin", "KRS-DUI", "24.50", 0.25)
CANDLE = Product("Theelichtje Schelp", "THL-SCH", "12.95", 0.1)
CUP = Product("Kom Getij", "KOM-GET", "29", 0.45)
JUG = Product("Kan Getij", "KAN-GET", "64.0", 0.9)
RIBBON = Product("Linnen lint", "LNT-LIN", "11.25", 0.05)
PRODUCTS = (MUG, PLATE, BOWL, VASE, HOLDER, CANDLE, CUP, JUG)
NOTES = ("", "", "", "", "", "", "Cadeautje: graag zonder factuur.", "Bij afwezigheid bij de buren, nummer 7.", "🎁 !")


def make_contact(first: str, last: str, phone: str = "06 5555 0100", **more: str) -> dict[str, str]:
    return {"firstName": first, "lastName": last, "phone": phone, **more}


def dutch_address(address_line: str, postal_code: str, city: str, **more: Any) -> dict[str, Any]:
    return foreign_address("NL", address_line, postal_code, city, **more)


def foreign_address(country: str, address_line: str, postal_code: str, city: str, **more: Any) -> dict[str, Any]:
    return {"country": country, "city": city, "postalCode": postal_code, "addressLine": address_line, **more}


def random_contact(rng: random.Random) -> dict[str, str]:
    return make_contact(rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES), f"06 5555 {rng.randint(0, 9999):04d}")


def random_dutch_address(rng: random.Random) -> dict[str, Any]:
    digits, town = rng.choice(TOWNS)
    postal_code = f"{digits} {rng.choice(LETTERS)}{rng.choice(LETTERS)}"
    street = f"{rng.choice(STREETS)} {rng.randint(1, 240)}{rng.choice(ADDITIONS)}"
    return dutch_address(street, postal_code, town)


def plain_order(number: str, rng: random.Random) -> dict[str, Any]:
    """A paid Dutch order with one to three lines."""
    chosen = rng.sample(PRODUCTS, rng.randint(1, 3))
    lines = [line(index, product, rng.randint(1, 4)) for index, product in enumerate(chosen, 1)]
    made = order(number, lines, random_contact(rng), random_dutch_address(rng), Decimal("0.21"))
    return made | {"buyerNote": rng.choice(NOTES)}
