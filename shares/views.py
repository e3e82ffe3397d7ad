"""The plain doors: pages without scripts, and `curl`. The server seals and opens, and says so."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from onetimeshare.addresses import client_network
from sealing.encoding import b64, encode
from sealing.envelope import FileEntry
from sealing.keys import link_token, manage_token, new_lease_secret
from sealing.names import safe_name
from shares import limits, printed, responses
from shares.errors import InvalidInput, ShareError, ShareGone
from shares.forms import OpenForm, SendForm
from shares.limits import limited, same_site_only
from shares.querysets import release_connection
from shares.services import burn, seal, status
from shares.services import open as opening
from shares.services.open import Opened
from shares.services.seal import Left
from shares.unpack import download
from shares.uploads import Body, taken_form
from shares.values import State

# A form's fields and its boundaries, beside the files.
FORM_SLACK_BYTES = 2 * 1024**2
SMALL_FORM_BYTES = 16 * 1024
LIFETIMES = ("5m", "1h", "24h", "3d", "7d", "30d")
OPENS = (1, 2, 3, 5, 10, 25, 100)


@require_http_methods(["GET", "HEAD", "POST", "PUT"])
def send(request: HttpRequest) -> HttpResponseBase:
    """The send page, the form it posts, and `curl -T -`."""
    if request.method == "POST":
        return leave_form(request)
    if request.method == "PUT":
        return leave_body(request, "file")
    return _page("shares/send.html")


def send_named(request: HttpRequest, name: str) -> HttpResponseBase:
    """`curl -T file`: the last part of the address is the file's name; nothing else lives there."""
    if request.method != "PUT":
        raise Http404
    return leave_body(request, name.rsplit("/", 1)[-1] or "file")


@limited("create")
@same_site_only
def leave_form(request: HttpRequest) -> HttpResponse:
    limits.refuse_large_body(request, settings.MAX_SHARE_BYTES + FORM_SLACK_BYTES)
    with taken_form(request, client_network(request)) as taken:
        form = SendForm.of(taken.fields)
        left = form.finish(taken.sealing(), taken.entries, settings.PUBLIC_URL)
    return _left(request, left, taken.entries)


@limited("create")
def leave_body(request: HttpRequest, name: str) -> HttpResponse:
    if request.META.get("CONTENT_LENGTH"):
        limits.refuse_large_body(request, settings.MAX_SHARE_BYTES)
    if "password" in request.GET:
        raise InvalidInput("A password never goes into an address: use curl -F file=@… -F 'password=<file'.")
    form = SendForm.of(request.GET)
    with seal.sealing(network=client_network(request)) as sealed:
        for block in Body(request).blocks():
            sealed.write(block)
        entries = [FileEntry(name, "", sealed.plain_bytes)]
        left = form.finish(sealed, entries, settings.PUBLIC_URL)
    return _left(request, left, entries)


def _left(request: HttpRequest, left: Left, entries: list[FileEntry]) -> HttpResponse:
    answer = printed.Answer(left, [safe_name(entry.name) for entry in entries])
    if responses.wants_html(request):
        return render(request, "shares/left.html", {"left": left, "answer": answer}, status=201)
    return responses.text(answer.text(), status=201)


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, share_id: str) -> HttpResponseBase:
    """The same page for every id; only a deliberate POST of the whole link opens anything."""
    if request.method != "POST":
        return _page("shares/receive.html")
    return open_share(request)


@limited("claim")
@same_site_only
def open_share(request: HttpRequest) -> HttpResponseBase:
    limits.refuse_large_body(request, SMALL_FORM_BYTES)
    form = OpenForm.of(request.POST, "share")
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
    opened = opening.open_for(form.link, form.password, new_lease_secret(), keeps_half=False, network=network)
    release_connection()  # nothing of Postgres is held while bytes flow
    return download(opened, at_the_end=lambda: opening.close(opened, network=network))


def _facts(request: HttpRequest, form: OpenForm, refusal: ShareError | None = None) -> HttpResponse:
    """What is known before it is opened, and the form that opens it."""
    share_id = encode(form.link.share_id)
    known = status.status(share_id, link_token(form.link.secret, form.link.share_id))
    if known.state.is_ended or (known.state is State.CLAIMED and form.lease_secret is None):
        raise ShareGone(known.state, known.ended_at, known.opened_at)
    lease_secret = form.lease_secret or new_lease_secret()
    context = {"form": form, "known": known, "lease": b64(lease_secret), "refusal": refusal}
    code = responses.STATUS[type(refusal)] if refusal else 200
    return render(request, "shares/facts.html", context, status=code)


def _open_under_lease(request: HttpRequest, form: OpenForm) -> HttpResponseBase:
    """For a browser without scripts: the lease keeps the half, so going back opens it again."""
    assert form.lease_secret is not None  # noqa: S101 - the caller looked
    network = client_network(request)
    try:
        opened = opening.open_for(
            form.link, form.password, form.lease_secret, keeps_half=True, network=network
        )
    except ShareError as error:
        if error.code in ("wrong_password", "password_missing", "locked", "busy"):
            return _facts(request, form, error)
        raise
    if opened.metadata.kind == "text":
        return _show_text(request, form, opened)
    release_connection()
    return download(opened)


def _show_text(request: HttpRequest, form: OpenForm, opened: Opened) -> HttpResponse:
    size = opened.metadata.plain_size
    if size > settings.MAX_TEXT_BYTES:
        return download(opened)  # type: ignore[return-value]
    data = b"".join(opened.plain())[:size]
    assert form.lease_secret is not None  # noqa: S101
    context = {
        "form": form,
        "lease": b64(form.lease_secret),
        "text": data.decode(errors="replace"),
        "until": opened.expires_at,
    }
    return render(request, "shares/text.html", context)


def _destroy(request: HttpRequest, form: OpenForm) -> HttpResponse:
    assert form.lease_secret is not None  # noqa: S101
    burn.burn(encode(form.link.share_id), form.lease_secret, network=client_network(request))
    return render(request, "shares/destroyed.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, share_id: str) -> HttpResponseBase:
    """The sender's own page: state, revoke, unlock."""
    if request.method != "POST":
        return _page("shares/manage.html")
    return manage_share(request)


@limited("claim")
@same_site_only
def manage_share(request: HttpRequest) -> HttpResponse:
    limits.refuse_large_body(request, SMALL_FORM_BYTES)
    form = OpenForm.of(request.POST, "manage")
    share_id = encode(form.link.share_id)
    token = manage_token(form.link.secret, form.link.share_id)
    network = client_network(request)
    if form.action == "revoke":
        burn.revoke(share_id, token, network=network)
    elif form.action == "unlock":
        status.unlock(share_id, token, network=network)
    elif form.action not in ("", "status"):
        raise InvalidInput("action: status, revoke or unlock.")
    receipt = status.receipt(share_id, token)
    if responses.wants_html(request):
        context: dict[str, Any] = {"form": form, "receipt": receipt}
        return render(request, "shares/stub.html", context)
    return responses.text(printed.receipt(receipt))


def _page(template: str) -> HttpResponse:
    """A page that is the same for everybody."""
    context = {
        "lifetimes": LIFETIMES,
        "opens": [count for count in OPENS if count <= settings.MAX_OPENS],
        "max_bytes": settings.MAX_SHARE_BYTES,
    }
    return HttpResponse(render_to_string(template, context))
