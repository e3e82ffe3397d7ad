"""Around everything that answers: each request gets its name, and its answer is counted.

Outside of Django, so that answers made before it are seen as well. It costs every request, so it does little.
"""

from collections.abc import Callable, Iterable
from typing import Any

from onetimeshare import metrics, requestid

# Says to the server, before headers go out, that this line serves no other request: WSGI has no word for it.
LAST_ANSWER = "onetimeshare.last_answer"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Watched:
    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        name = requestid.begin(environ)
        environ[LAST_ANSWER] = _force_close(start_response)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            metrics.answered(status)
            headers.append((requestid.HEADER, name))
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return self.application(environ, start)


def _force_close(start_response: Callable[..., Any]) -> Callable[[], None]:
    """gunicorn's way to say it; nothing where somebody stands between it and us."""
    server = getattr(start_response, "__self__", None)
    found: Callable[[], None] = getattr(server, "force_close", _nothing)
    return found


def _nothing() -> None:
    return None
