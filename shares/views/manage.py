"""The sender's own page: what has happened to the share; revoke, unlock."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onetimeshare.addresses import client_network
from sealing.encoding import encode
from sealing.keys import manage_token
from shares import printed, responses, stub
from shares.errors import InvalidInput
from shares.forms import SMALL_FORM_BYTES, OpenForm
from shares.limits import limited, same_site_only
from shares.services import burn, status
from shares.uploads import small_form
from shares.values import ATTEMPTS


@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, share_id: str) -> HttpResponseBase:
    """The sender's own page: state, revoke, unlock."""
    if request.method != "POST":
        return render(request, "shares/manage.html")
    return manage_share(request)


@limited("claim")
@same_site_only
def manage_share(request: HttpRequest) -> HttpResponse:
    form = OpenForm.of(small_form(request, SMALL_FORM_BYTES), "manage")
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
        context = {
            "form": form,
            "receipt": receipt,
            "told": stub.told(receipt),
            "log": reversed(list(stub.log(receipt))),
            "used_tries": _("{left} of {all}").format(left=receipt.attempts_used, all=ATTEMPTS),
        }
        return render(request, "shares/stub.html", context)
    return responses.text(printed.receipt(receipt))
