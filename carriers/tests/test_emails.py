"""E-mail addresses as buyers write them: one that mail reaches, one that is offered, or a sentence why not."""

import time

import pytest
from django.utils.translation import override

from carriers.emails import Form, is_email, read_email
from carriers.tests.contact_data import verdict
from carriers.tests.tables import read_rows

ROWS = read_rows("emails.tsv")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["given"])
def test_an_address_is_read_mended_offered_or_refused(row):
    email = read_email(row["given"])
    assert verdict(email.form) == row["verdict"]
    assert (email.offered if email.form is Form.OFFERED else email.address) == row["right"]
    assert bool(email.message) == (email.form in {Form.WRONG, Form.OFFERED, Form.LEFT_OUT})


def test_only_an_offered_address_is_a_question():
    email = read_email("kim@example,com")
    assert (email.address, email.kept, email.to_send) == ("", "kim@example,com", "")
    assert "kim@example.com" in str(email.message)
    with override("nl"):
        assert "kim@example.com" in str(email.message)


def test_the_second_address_is_said():
    email = read_email("kim@example.com; robin@example.com")
    assert (email.address, email.rest) == ("kim@example.com", "robin@example.com")
    assert "robin@example.com" in str(email.message)


def test_a_domain_with_other_letters_is_kept_as_written_and_sent_as_mail_servers_know_it():
    email = read_email("kim@müller.example")
    assert (email.kept, email.to_send) == ("kim@müller.example", "kim@xn--mller-kva.example")
    assert read_email("kim@example.com").to_send == "kim@example.com"


@pytest.mark.parametrize("length", [64, 65])
def test_the_longest_name_is_known(length):
    assert is_email(f"{'k' * length}@example.com") == (length == 64)


def test_the_longest_address_is_known():
    domain = ".".join(["d" * 60] * 3) + ".example"
    name = "k" * (254 - len(domain) - 1)
    assert is_email(f"{name}@{domain}")
    assert not is_email(f"{name}k@{domain}")


def test_a_mended_address_is_read_back_as_itself():
    for row in ROWS:
        if row["right"]:
            assert read_email(row["right"]).form is Form.FITS


@pytest.mark.parametrize("text", ["@" * 254, "a@" * 127, ". " * 127, "<" * 254, "a" * 254, " at " * 60, "a,b@" * 60])
def test_the_oddest_text_is_read_within_a_moment(text):
    started = time.perf_counter()
    assert read_email(text[:254]).address == ""
    assert time.perf_counter() - started < 0.5
