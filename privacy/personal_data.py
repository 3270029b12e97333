"""Requests to erase a person hold whom to find until they are done."""

from lib.personal_data import Erasure, Kept, Subject, impersonal, personal

personal(
    "privacy.PersonErasure",
    "query_encrypted",
    "words_encrypted",
    whose=Subject.BUYER,
    why="whom to find and erase; encrypted",
    kept=Kept.UNTIL_DONE,
    erasure=Erasure.EXPIRES,
)
impersonal("privacy.PersonErasure", "source", "counts")
