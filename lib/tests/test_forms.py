"""Forms clean every text that a browser sends, except passwords."""

from django import forms
from django.http import QueryDict

from lib.forms import CleanTextMixin, clean_data


class NameForm(CleanTextMixin, forms.Form):
    name = forms.CharField(max_length=5)
    password = forms.CharField(strip=False)


def test_a_text_is_cleaned_before_its_length_is_judged_and_a_password_is_left_alone():
    form = NameForm({"name": "\ufeffK\u200bi\u00adm\u200e\u200e\u200e", "password": " pass\u200b "})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "Kim", "password": " pass\u200b "}
    assert form["name"].value() == "Kim"


def test_every_value_of_a_name_stays_and_what_was_sent_is_not_changed():
    sent = QueryDict("row=1\u200b&row=2&empty=")
    assert clean_data(sent).getlist("row") == ["1", "2"]
    assert clean_data(sent)["empty"] == ""
    assert sent.getlist("row") == ["1\u200b", "2"]
    assert clean_data(None) is None
    assert not NameForm().is_bound
