"""Live and ready, for balancers and people; neither says more than a word for each part."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, JsonResponse

from shares.models import Sweep
from shares.redis_line import cache, redis_line
from shares.storage import share_storage

STALE_SWEEP_SECONDS = 15 * 60


def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers; nothing else is asked."""
    return JsonResponse({"live": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """503 when Postgres or storage fails. Redis away and a stale sweep are told, and leave it ready."""
    has_postgres = _works(_postgres)
    parts = {
        "postgres": has_postgres,
        "storage": _works(lambda: share_storage().look()),
        "redis": _works(_redis),
        # Asked only of a Postgres that answers: two silent waits would outlast a balancer's patience.
        "sweep": has_postgres and _works(_sweep),
    }
    is_ready = parts["postgres"] and parts["storage"]
    response = JsonResponse({"ready": is_ready, **parts}, status=200 if is_ready else 503)
    if not is_ready:
        response["Retry-After"] = "5"
    return response


def _works(look: Callable[[], object]) -> bool:
    try:
        return look() is not False
    except Exception:  # whatever is wrong with it, it does not work
        return False


def _postgres() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis() -> None:
    with redis_line():
        cache.get("readyz")


def _sweep() -> bool:
    age = Sweep.objects.seconds_since()
    return age is not None and age < STALE_SWEEP_SECONDS
