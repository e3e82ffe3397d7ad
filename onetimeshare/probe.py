"""`python -m onetimeshare.probe`: whether the gunicorn here answers, for the healthcheck of a container.

Exit status 0 or 1. It imports nothing of Django: it runs every half minute.
"""

import http.client
import os
import sys

PATIENCE_SECONDS = 5


def main() -> int:
    port = int(os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2])
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        line.request("GET", "/healthz")
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer on port {port}: {error}", file=sys.stderr)
        return 1
    finally:
        line.close()
    return 0 if status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
