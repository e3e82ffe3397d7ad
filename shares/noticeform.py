"""What people fill in to be told of their shares, and in which words the page answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onetimeshare import outward
from shares.models import NoticeChoice
from shares.models.notice import MAX_URL_CHARACTERS
from shares.querysets import release_connection
from shares.values import Occasion, Way

OCCASIONS = [
    (Occasion.OPENED.value, gettext_lazy("It was opened")),
    (Occasion.LOCKED.value, gettext_lazy("It locked: five wrong passwords")),
    (Occasion.EXPIRED.value, gettext_lazy("It expired unopened")),
]
_NOBODY_THERE = gettext_lazy("There is no such host, or nobody could say just now.")
_WRONG = {
    "not_https": gettext_lazy("It must begin with https://"),
    "credentials": gettext_lazy("Leave out the user and the password."),
    "unreadable": gettext_lazy("This is not the address of a web server."),
    "port": gettext_lazy("This server speaks to port 443 only."),
    # One answer for both: the difference would tell which names this server's own network knows.
    "not_public": _NOBODY_THERE,
    "unknown_host": _NOBODY_THERE,
}
_OUTCOMES = {
    **_WRONG,
    "told": gettext_lazy("Taken."),
    "no_answer": gettext_lazy("No answer within 5 seconds."),
    "certificate": gettext_lazy("Its certificate does not fit."),
    "secret": gettext_lazy("The secret cannot be read any more. Make a new one."),
}
# A web thread waits for it.
LOOK_UP_SECONDS = 2.0


def outcome(word: str) -> str:
    """How the last try to reach a webhook went."""
    if word.startswith("status_"):
        return _("It answered with status {status}.").format(status=word.removeprefix("status_"))
    return str(_OUTCOMES.get(word, word))


class Boxes(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class NoticesForm(forms.Form):
    """Three boxes for each way, and where the webhook goes."""

    email = Boxes(choices=OCCASIONS, required=False)
    webhook = Boxes(choices=OCCASIONS, required=False)
    webhook_url = forms.CharField(max_length=MAX_URL_CHARACTERS, required=False)

    def __init__(self, choice: NoticeChoice, data: Any = None) -> None:
        initial: dict[str, Any] = {way.value: [] for way in Way} | {"webhook_url": choice.webhook_url}
        for wanted in choice.notices:
            way, occasion = wanted.split(":")
            initial[way].append(occasion)
        super().__init__(data, initial=initial)

    @property
    def notices(self) -> list[str]:
        return [f"{way}:{occasion}" for way in Way for occasion in self.cleaned_data[way]]

    def clean_webhook_url(self) -> str:
        """Looked up where it is new: an old one may be away just now, and boxes can be changed meanwhile."""
        url = _with_small_scheme(self.cleaned_data["webhook_url"])
        if not url or url == self.initial["webhook_url"]:
            return url
        release_connection()
        try:
            outward.find(url, LOOK_UP_SECONDS)
        except (outward.Refused, outward.NoAnswer) as error:
            raise forms.ValidationError(_WRONG[str(error)]) from error
        return url

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("webhook") and self.cleaned_data.get("webhook_url") == "":
            self.add_error("webhook_url", _("Where shall it go? Or leave its boxes empty."))
        return self.cleaned_data


def _with_small_scheme(url: str) -> str:
    """`HTTPS://` means the same, and the database knows one spelling."""
    scheme, colon, rest = url.partition(":")
    return f"{scheme.lower()}{colon}{rest}"
