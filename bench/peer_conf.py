"""gunicorn for an app that is not ours, in a venv without our packages: the same numbers as ours."""

import os
from pathlib import Path

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 32)
bind = os.environ.get("BIND", "127.0.0.1:8000")
timeout = 60
keepalive = 5
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True
loglevel = "warning"
