"""Which passwords are refused, wherever one is chosen, and in whose words."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from accounts.models import User

REFUSED = {
    "short": "Dit wachtwoord is te kort. Kies er een van minstens 12 tekens.",
    "qwerty123456": "Veel mensen gebruiken dit wachtwoord, dus het wordt als eerste geraden. Kies een ander.",
    "olga.owner@example.com": "Dit wachtwoord lijkt te veel op je naam of e-mailadres. Kies een ander.",
    "OlgavanOosterzee1": "Dit wachtwoord lijkt te veel op je naam of e-mailadres. Kies een ander.",
}


@pytest.mark.parametrize(("password", "sentence"), REFUSED.items())
def test_a_password_that_is_guessed_soon_is_refused_with_a_sentence(password, sentence):
    owner = User(email="olga.owner@example.com", name="Olga van Oosterzee")
    with override("nl"), pytest.raises(ValidationError) as refused:
        validate_password(password, owner)
    assert refused.value.messages == [sentence]


@pytest.mark.parametrize("password", ["twaalf tekens", "x" * 200, "  spaties eromheen  "])
def test_any_other_password_of_twelve_characters_is_taken(password):
    validate_password(password, User(email="olga.owner@example.com", name="Olga van Oosterzee"))
