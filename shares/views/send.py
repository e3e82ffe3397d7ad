"""Leave something: the send page, the form it posts, and `curl -T`."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sealing.encoding import encode
from sealing.envelope import FileEntry
from sealing.names import safe_name
from shares import limits, printed, responses, terms, wording
from shares.admission import admit, of_strangers, strangers_may
from shares.errors import InvalidInput, ShareError, TooLarge
from shares.forms import MAX_NOTE_CHARACTERS, SendForm
from shares.limits import same_site_only
from shares.plaindoors import paced, plain_door
from shares.services import seal
from shares.services.seal import Left
from shares.uploads import Body, taken_form

# A form's fields and its boundaries, beside the files.
FORM_SLACK_BYTES = 2 * 1024**2
# An address is written down in many places; what is secret never goes into one.
IN_ADDRESS = {"expires", "opens"}


@require_http_methods(["GET", "HEAD", "POST", "PUT"])
def send(request: HttpRequest) -> HttpResponseBase:
    """The send page, the form it posts, and `curl -T -`."""
    if request.method == "POST":
        return leave_form(request)
    if request.method == "PUT":
        return leave_body(request, "file")
    return _page(request, QueryDict())


def _page(request: HttpRequest, fields: QueryDict, problem: ShareError | None = None) -> HttpResponse:
    """The form; after a refusal with what was typed, so that only files are to be chosen again."""
    most = of_strangers()  # the page is the same for everybody; a member's script asks for its own
    context = {
        "fields": fields,
        "problem": problem and wording.refusal(problem).sentence,
        "lifetimes": [(str(seconds), terms.in_words(seconds)) for seconds in terms.lifetimes_offered(most)],
        "lifetime": fields.get("expires") or str(terms.default_lifetime(most)),
        "opens": [(str(count), wording.times(count).capitalize()) for count in terms.opens_offered(most)],
        "sign_in_first": not strangers_may(request),
        "max_bytes": most.share_bytes,
        "max_text_bytes": settings.MAX_TEXT_BYTES,
        "max_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "max_note": MAX_NOTE_CHARACTERS,
    }
    return render(
        request, "shares/send.html", context, status=responses.STATUS[type(problem)] if problem else 200
    )


def send_named(request: HttpRequest, name: str) -> HttpResponseBase:
    """`curl -T file`: the last part of the address is the file's name; nothing else lives there."""
    if request.method != "PUT":
        raise Http404
    return leave_body(request, name.rsplit("/", 1)[-1] or "file")


@same_site_only
@plain_door
def leave_form(request: HttpRequest) -> HttpResponse:
    sender = admit(request)
    limits.refuse_large_body(request, sender.limits.share_bytes + FORM_SLACK_BYTES)
    fields = None
    try:
        with taken_form(request, sender) as taken:
            fields = taken.fields
            form = SendForm.of(fields, sender.limits)
            left = form.finish(taken.sealing(), taken.entries, settings.PUBLIC_URL)
    except (InvalidInput, TooLarge) as problem:
        if fields is None or not responses.wants_html(request):
            raise
        return _page(request, fields, problem)
    return _left(request, left, taken.entries, has_note=bool(taken.entries and form.text))


@plain_door
def leave_body(request: HttpRequest, name: str) -> HttpResponse:
    sender = admit(request)
    if request.META.get("CONTENT_LENGTH"):
        limits.refuse_large_body(request, sender.limits.share_bytes)
    if not set(request.GET) <= IN_ADDRESS:
        raise InvalidInput("Only expires and opens go into an address: use curl -F for a password or a note.")
    form = SendForm.of(request.GET, sender.limits)
    with seal.sealing(sender) as sealed:
        with paced(request):
            for block in Body(request).blocks():
                sealed.write(block)
        entries = [FileEntry(name, "", sealed.plain_bytes)]
        left = form.finish(sealed, entries, settings.PUBLIC_URL)
    return _left(request, left, entries, has_note=False)


def _left(request: HttpRequest, left: Left, entries: list[FileEntry], *, has_note: bool) -> HttpResponse:
    answer = printed.Answer(left, [safe_name(entry.name) for entry in entries], has_note)
    if responses.wants_html(request):
        context = {"left": left, "answer": answer, "share_id": encode(left.link.share_id)}
        return render(request, "shares/left.html", context, status=201)
    return responses.text(answer.text(), status=201)
