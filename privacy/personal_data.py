"""Requests to erase a person hold whom to find until they are done."""

from lib.personal_data import Erasure, Kept, Life, Subject, impersonal, personal

REQUEST = Life(Subject.BUYER, Kept.UNTIL_DONE, Erasure.EXPIRES)

personal("privacy.PersonErasure", REQUEST, {"whom to find and erase; encrypted": "query_encrypted words_encrypted"})
# The progress has moments and keys of rows, and the name of a file that we chose.
impersonal("privacy.PersonErasure", "source counts looked_through progress")
