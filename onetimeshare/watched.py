"""Around everything that answers: each request gets its name, and its answer is counted.

Outside of Django, so that answers made before it are seen as well. It costs every request, so it does little.
"""

from collections.abc import Callable, Iterable
from typing import Any

from onetimeshare import metrics, requestid

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Watched:
    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        name = requestid.begin(environ)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            metrics.answered(status)
            headers.append((requestid.HEADER, name))
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return self.application(environ, start)
