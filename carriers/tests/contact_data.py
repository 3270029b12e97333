"""What the tables of phone numbers and e-mail addresses call a reading."""

# What the tables call a verdict, by how it was read.
VERDICTS = {
    "left_out": "repaired",
    "abroad": "repaired",
    "letters": "repaired",
    "rounded": "wrong",
    "email": "wrong",
}


def verdict(reading: str) -> str:
    return VERDICTS.get(reading, reading)
