"""An invitation on its way from a link to an account. The session remembers which, never its key."""

from django.http import HttpRequest

from accounts.models import Invitation, digest_of

_KEPT = "invitation"


def accept(request: HttpRequest, key: str) -> bool:
    """Whether the key opens a waiting invitation; it is then this visitor's."""
    found = Invitation.objects.waiting().filter(digest=digest_of(key)).first()
    if found:
        request.session[_KEPT] = found.pk
    return bool(found)


def accepted(request: HttpRequest) -> Invitation | None:
    """The visitor's invitation, while it waits."""
    kept = request.session.get(_KEPT)
    found: Invitation | None = Invitation.objects.waiting().filter(pk=kept).first() if kept else None
    return found


def use(request: HttpRequest) -> bool:
    """Whether it is this visitor's alone; only once."""
    used: bool = Invitation.objects.use(request.session.pop(_KEPT, 0))
    return used
