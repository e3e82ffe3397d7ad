"""What a member left: states, times and tries, never names, content or keys. All of it wants a session."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tokens
from accounts.models import User
from onetimeshare.addresses import client_network
from shares import stub
from shares.admission import of_member
from shares.errors import InvalidInput
from shares.services import own
from shares.terms import in_words, lifetimes_offered, opens_offered
from shares.values import ATTEMPTS
from shares.wording import times

KINDS = {
    "": gettext_lazy("All"),
    "waiting": gettext_lazy("Waiting"),
    "locked": gettext_lazy("Locked"),
    "ended": gettext_lazy("Ended"),
}
ACTIONS = ("revoke", "unlock")
MOST_AT_ONCE = own.A_PAGE


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponseBase:
    """The list, and what is done to several of it at once."""
    if request.method == "POST":
        _act(request, request.POST.getlist("share")[:MOST_AT_ONCE])
        return redirect(request.get_full_path())
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise InvalidInput("kind: waiting, locked or ended.")
    page = own.page(_user_id(request), kind, own.read_place(request.GET.get("before", "")))
    context = {
        "kinds": [(value, words, value == kind) for value, words in KINDS.items()],
        "kind": kind,
        "rows": [(share, *stub.row(share.status)) for share in page.shares],
        "older": page.older and _address(kind, page.older),
        "is_first": "before" not in request.GET,
    }
    return render(request, "shares/mine.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one_of_mine(request: HttpRequest, share_id: str) -> HttpResponseBase:
    """What happened to one, and what can be done."""
    if request.method == "POST":
        _act(request, [share_id])
        return redirect("my-share", share_id)
    receipt = own.receipt(_user_id(request), share_id)
    context = {
        "receipt": receipt,
        "told": stub.told(receipt),
        "log": reversed(list(stub.log(receipt))),
        "used_tries": _("{left} of {all}").format(left=receipt.attempts_used, all=ATTEMPTS),
    }
    return render(request, "shares/mine_one.html", context)


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """For the send page's script: who is signed in, and what they may leave."""
    if not request.user.is_authenticated:
        return JsonResponse({"email": None})
    limits = of_member(_user_id(request))
    return JsonResponse(
        {
            "email": request.user.email,
            "csrf": get_token(request),
            "share_bytes": limits.share_bytes,
            "lifetimes": [[seconds, in_words(seconds)] for seconds in lifetimes_offered(limits)],
            "opens": [[count, times(count).capitalize()] for count in opens_offered(limits)],
        }
    )


@require_POST
def send_token(request: HttpRequest) -> HttpResponse:
    """What the page sends with the share it leaves: the API knows no cookies."""
    if not isinstance(request.user, User):
        return JsonResponse({"token": None})
    assert request.session.session_key  # noqa: S101 - somebody is signed in by it
    return JsonResponse({"token": tokens.for_page(request.user, request.session.session_key)})


def _act(request: HttpRequest, share_ids: list[str]) -> int:
    action = request.POST.get("action", "")
    if action not in ACTIONS:
        raise InvalidInput("action: revoke or unlock.")
    return own.each(_user_id(request), action, share_ids, network=client_network(request))


def _user_id(request: HttpRequest) -> int:
    assert request.user.pk is not None  # noqa: S101 - login_required let only people in
    return request.user.pk


def _address(kind: str, older: own.Place) -> str:
    query = QueryDict(mutable=True)
    if kind:
        query["kind"] = kind
    query["before"] = own.write_place(older)
    return query.urlencode()
