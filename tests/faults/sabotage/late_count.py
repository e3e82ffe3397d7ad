"""Look at the password first and count afterwards: guesses sent together are all looked at."""

import hmac

from django.db.models import F
from django.db.models.functions import Least

from shares.errors import ShareLocked, WrongPassword
from shares.models import Share
from shares.services.claim import _proof
from shares.values import ATTEMPTS
from tests.faults.twins import replaced

NAME = "shares.services.claim.claim"


def claim(request):
    share = Share.objects.find(request.share_id, request.link_token)
    if share.is_guarded and share.refusal(share.now) is None:
        if share.attempts >= ATTEMPTS:
            raise ShareLocked
        if not hmac.compare_digest(_proof(share, request), bytes(share.password_verifier)):
            counted = Least(F("attempts") + 1, ATTEMPTS)
            Share.objects.filter(pk=share.pk).update(attempts=counted)
            raise WrongPassword(ATTEMPTS - share.attempts - 1)
    return replaced(NAME)(request)


REPLACES = {NAME: claim}
