"""Notices by mail: plain text, two sentences and where to look. Nothing in it tells what was shared."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.mail import proven_address
from onetimeshare.addresses import public
from shares import wording
from shares.models import Notice, NoticeChoice
from shares.services.notices import NobodyToTell, NotTold, WayClosed
from shares.values import TEST, Occasion


def send(notice: Notice) -> None:
    """Raises NobodyToTell, NotTold, WayClosed."""
    address = proven_address(notice.account)
    if not address or not settings.HAS_MAIL:
        raise NobodyToTell
    with translation.override(NoticeChoice.objects.of(notice.account_id).language or settings.LANGUAGE_CODE):
        subject, text = letter(notice)
    _hand_over(EmailMessage(subject, text, to=[address], headers=_headers(notice.name)))


def letter(notice: Notice) -> tuple[str, str]:
    """Subject and text, in the language of the moment."""
    subject, sentences = _SAID[notice.what](wording.moment(notice.at))
    if notice.what == TEST:
        return subject, f"{sentences}\n"
    stub = public("manage", notice.share_id)
    hint = _("Its stub is here; for more, open it with your whole stub link.")
    return subject, f"{sentences}\n\n{hint}\n{stub}\n"


def _opened(at: str) -> tuple[str, str]:
    text = _("It was opened on {at}. If that was not the right person, change what was inside.")
    return _("Your share was opened"), text.format(at=at)


def _locked(at: str) -> tuple[str, str]:
    text = _(
        "On {at} it got its fifth wrong password. Nobody can open it until you unlock it; "
        "if your recipient did not do this, revoke it."
    )
    return _("Your share is locked"), text.format(at=at)


def _expired(at: str) -> tuple[str, str]:
    text = _("It waited until {at}. Nobody opened it, so it was destroyed unopened.")
    return _("Your share expired unopened"), text.format(at=at)


def _test(at: str) -> tuple[str, str]:
    text = _("You asked for this on {at}. Notices about your shares reach you here.")
    return _("A test of your notices"), text.format(at=at)


_SAID = {Occasion.OPENED: _opened, Occasion.LOCKED: _locked, Occasion.EXPIRED: _expired, TEST: _test}


def _headers(name: str) -> dict[str, str]:
    """The same Message-ID at each try, so that a repeat is known as one; and no answer by a machine."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}


def _hand_over(message: EmailMessage) -> None:
    try:
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        raise NotTold("refused") from error
    except (OSError, smtplib.SMTPException) as error:
        raise WayClosed("unreachable") from error
