"""How the API refuses: one shape for all, whoever noticed it."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from shares import errors, responses


def register(api: NinjaAPI) -> None:
    for kind, answer in (
        (errors.ShareError, responses.refuse),
        (AuthenticationError, _without_token),
        (ValidationError, _invalid),
        (HttpError, _malformed),
        (Exception, _for_the_middleware),
    ):
        api.add_exception_handler(kind, answer)  # type: ignore[arg-type]


def _without_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return responses.refuse(request, errors.TokenMissing())


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the fields, never repeats their values."""
    said = "; ".join(f"{_field(e['loc'])}: {e['msg']}" for e in error.errors[:5])
    return responses.refuse(request, errors.InvalidInput(said))


def _field(place: tuple[str | int, ...]) -> str:
    """Without where Ninja found it: ("body", "body", "id") and ("query", "kind")."""
    return ".".join(str(part) for part in place[2:] or place[1:]) or "body"


def _malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return responses.refuse(request, errors.Malformed("The body is not the JSON this call takes."))


def _for_the_middleware(request: HttpRequest, error: Exception) -> HttpResponse:
    """A missing Postgres and our own faults are handled in one place for all doors."""
    raise error
