"""The people of the storm send forms as a browser would."""

from storm.people import Form

PAGE = """
<form method="post" action="/uit/"><input type="hidden" name="version" value="9"></form>
<form method=post>
  <input type=hidden name=version value=3>
  <input name=number value="12"><input name=city>
  <input type=checkbox name=signature checked><input type=checkbox name=insured>
  <input type=radio name=carrier value=postnl><input type=radio name=carrier value=dpd checked>
  <select name=country><option value=BE>Belgi&euml;<option value=NL selected>Nederland</select>
  <button name=delete value=1>Weg</button>
</form>
"""


def test_the_form_with_a_field_is_read_as_a_browser_would_send_it():
    assert Form(PAGE, having="number").fields == {
        "version": ["3"],
        "number": ["12"],
        "city": [""],
        "signature": ["on"],
        "carrier": ["dpd"],
        "country": ["NL"],
    }


def test_a_page_without_such_a_form_has_none():
    assert Form(PAGE, having="w0").fields == {}
    assert Form("", having="number").fields == {}
