"""gunicorn, for `make run` and for the image: threads, limits, and logs that name no path and no visitor."""

import gc
import os
import resource
import sys
from pathlib import Path
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from onetimeshare import logs, requestid, strict, tallies

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class DiscreetLogger(Logger):  # type: ignore[misc]
    """gunicorn writes the path, the caller's address and his malformed lines; any may hold a file's name."""

    def setup(self, cfg: Any) -> None:
        """Its lines look like all others, and leave out what the others leave out."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            logs.dress(handler)

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        if str(msg).startswith("Invalid request from ip="):
            msg, args = "A request was refused: not valid HTTP", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling a request", ()
        super().exception(msg, *args, **kwargs)


def _write_error(line: Any, status: int, reason: str, told: str) -> None:
    """gunicorn's own page has none of the strict headers, and says the caller's words again."""
    util.write_nonblock(line, strict.bare_refusal(status, reason))


# It has no setting for this.
util.write_error = _write_error

wsgi_app = "onetimeshare.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")

# A thread is held for as long as a stranger's slow line needs, so there are many of them. More processes
# than four need a database that takes more than 100 connections (16 each); such a server says so itself.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or min(max(CORES, 2), 4))
threads = int(os.environ.get("WEB_THREADS") or 32)

# Imported once, and forked: a worker costs half the memory, and is there again in an instant when one dies.
# So a new version needs a restart; HUP renews workers, not what they run.
preload_app = True

timeout = 60  # a heartbeat of the process, not a bound on a download
# What runs may end; then a download is cut, and its claimant resumes.
graceful_timeout = int(os.environ.get("WEB_GRACE_SECONDS") or 30)
keepalive = 5
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
# No proxy of ours moves the site by headers; from a visitor on this machine SCRIPT_NAME would be a 500.
forwarder_headers = ""

# Heartbeats are written to a file; on a slow disk they would stall the process they watch.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
logger_class = DiscreetLogger


def on_starting(server: Any) -> None:
    """All is imported by now; what workers never change they share with us."""
    gc.freeze()
    # Passwords and plaintext pass through: no crash may write us to a disk. Workers inherit it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def pre_fork(server: Any, worker: Any) -> None:
    """A row for its numbers that no living worker writes."""
    taken = {getattr(living, "row", 0) for living in server.WORKERS.values()}
    worker.row = tallies.free_row(taken)


# 1000 connections, and two files for each slow reader; most systems give 1024 to whoever does not ask.
FILES = 4096


def _allow_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


# What is imported stays: to look for rubbish in it would only cost time, at each start and ever after.
def post_fork(server: Any, worker: Any) -> None:
    _allow_files()
    gc.disable()
    tallies.take_row(worker.row)


def post_worker_init(worker: Any) -> None:
    gc.freeze()
    gc.enable()


def worker_exit(server: Any, worker: Any) -> None:
    """Slow readers (`shares/slowreaders.py`), of whom gunicorn knows nothing, get a grace as well."""
    if served := sys.modules.get("shares.slowreaders"):  # not where the application was never loaded
        served.slow_readers.finish(min(graceful_timeout, timeout / 2))


def post_request(worker: Any, req: Any, environ: Any, resp: Any) -> None:
    """What gunicorn says next on this thread is about somebody else's request."""
    requestid.end()
