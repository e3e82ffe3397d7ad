"""Open what was left: paste the link, see the facts, take it; or all at once, for `curl`."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onetimeshare.addresses import client_network
from onetimeshare.site import same_for_all
from sealing.encoding import b64, encode
from sealing.keys import link_token, new_lease_secret
from shares import responses, wording
from shares.errors import (
    Busy,
    InvalidInput,
    NotReady,
    PasswordMissing,
    ShareError,
    ShareGone,
    ShareLocked,
    ShareUnknown,
    WrongPassword,
)
from shares.forms import SMALL_FORM_BYTES, OpenForm
from shares.limits import limited, same_site_only
from shares.plaindoors import plain_door, room_to_send
from shares.querysets import release_connection
from shares.services import burn, status
from shares.services import open as opening
from shares.services.open import Opened
from shares.unpack import download, only_file
from shares.uploads import small_form
from shares.values import State, Status


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, share_id: str) -> HttpResponseBase:
    """The same page for every id; only a deliberate POST of the whole link opens anything."""
    if request.method != "POST":
        return same_for_all(request, "shares/receive.html")
    return open_share(request)


@limited("claim")
@same_site_only
@plain_door
def open_share(request: HttpRequest) -> HttpResponseBase:
    form = OpenForm.of(small_form(request, SMALL_FORM_BYTES), "share")
    if not responses.wants_html(request):
        return _open_at_once(request, form)
    if form.lease_secret is None:
        return _facts(request, form)
    if form.action == "destroy":
        return _destroy(request, form)
    return _open_under_lease(request, form)


def _open_at_once(request: HttpRequest, form: OpenForm) -> HttpResponseBase:
    """For curl: at most once; the share burns when the answer ends, whole or broken."""
    network = client_network(request)
    room_to_send(request, lambda: _known(form).size_bytes)
    opened = opening.open_for(form.link, form.password, new_lease_secret(), keeps_half=False, network=network)
    release_connection()  # nothing of Postgres is held while bytes flow
    return download(opened, at_the_end=lambda whole: opening.close(opened, whole=whole, network=network))


def _facts(request: HttpRequest, form: OpenForm, problem: ShareError | None = None) -> HttpResponse:
    """What is known before it is opened, and the form that opens it."""
    known = _known(form)
    if known.state is State.UPLOADING:
        raise NotReady
    if known.state.is_ended or (known.state is State.CLAIMED and form.lease_secret is None):
        raise ShareGone(known.state, known.ended_at, known.opened_at)
    context = {
        "form": form,
        "share_id": encode(form.link.share_id),
        "known": known,
        "lease": b64(form.lease_secret or new_lease_secret()),
        "lease_span": wording.span(settings.LEASE_SECONDS),
        "problem": problem and wording.refusal(problem).sentence,
        "is_about_password": isinstance(problem, WrongPassword | PasswordMissing),
    }
    return render(
        request, "shares/facts.html", context, status=responses.STATUS[type(problem)] if problem else 200
    )


def _known(form: OpenForm) -> Status:
    return status.status(encode(form.link.share_id), link_token(form.link.secret, form.link.share_id))


def _open_under_lease(request: HttpRequest, form: OpenForm) -> HttpResponseBase:
    """For a browser without scripts: the lease keeps the half, so going back opens it again."""
    assert form.lease_secret is not None  # noqa: S101 - the caller looked
    network = client_network(request)
    try:
        room_to_send(request, lambda: _known(form).size_bytes)
        opened = opening.open_for(
            form.link, form.password, form.lease_secret, keeps_half=True, network=network
        )
    except (WrongPassword, PasswordMissing, ShareLocked, Busy) as error:
        return _facts(request, form, error)
    if opened.metadata.kind == "text":
        return _show_text(request, form, opened)
    release_connection()
    return download(opened)


def _show_text(request: HttpRequest, form: OpenForm, opened: Opened) -> HttpResponse:
    size = opened.metadata.plain_size
    if size > settings.MAX_TEXT_BYTES:
        return download(opened)  # type: ignore[return-value]
    data = b"".join(only_file(opened))
    assert form.lease_secret is not None  # noqa: S101
    context = {
        "form": form,
        "share_id": encode(form.link.share_id),
        "lease": b64(form.lease_secret),
        "text": data.decode(errors="replace"),
        "until": opened.expires_at,
        "known": _known(form),
    }
    return render(request, "shares/text.html", context)


def _destroy(request: HttpRequest, form: OpenForm) -> HttpResponse:
    """End the opening of this page, and with the last one the share."""
    assert form.lease_secret is not None  # noqa: S101
    try:
        burn.burn(encode(form.link.share_id), form.lease_secret, network=client_network(request))
    except ShareUnknown:
        problem = InvalidInput(_("It has not been opened from this page yet. Nothing was destroyed."))
        return _facts(request, form, problem)
    return render(request, "shares/destroyed.html", {"known": _known(form)})
