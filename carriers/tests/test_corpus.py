"""The rates that ``script/corpus`` prints stay at or above their bounds."""

import subprocess

import pytest

from carriers.tests.corpus import Rate, main, rates
from tests.stack import ROOT

RATES = list(rates())


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: rate.name)
def test_a_rate_of_the_corpus_is_met(rate):
    assert rate.total >= 150
    assert rate.is_met, f"{rate.value:.2%}: {rate.wrong[:20]}"


def test_the_command_lists_what_is_wrong_and_fails_below_a_bound(monkeypatch, capsys):
    missed = Rate("street lines", 200, 0.97, ("NL Kersenlaan 12 / : number “”",) * 10)
    monkeypatch.setattr("carriers.tests.corpus.rates", lambda: iter([missed]))
    monkeypatch.setattr("sys.argv", ["script/corpus"])
    assert main() == 1
    printed = capsys.readouterr().out
    assert "! street lines" in printed
    assert "95.00% of 200, at least 97%" in printed
    assert "NL Kersenlaan 12 / : number “”" in printed


def test_the_command_explains_itself():
    said = subprocess.run([ROOT / "script" / "corpus", "--help"], check=True, capture_output=True, text=True).stdout
    assert "addresses and postcodes" in said
    assert "--quiet" in said
