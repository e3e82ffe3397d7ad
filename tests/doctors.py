"""`manage.py doctor`, and what it says."""

import io
import socket
from itertools import pairwise

from django.core.management import call_command


def doctor(*words):
    """Exit code; "LEVEL part" → (what is said, what to do). The last of each counts."""
    out, code = io.StringIO(), 0
    try:
        call_command("doctor", *words, stdout=out)
    except SystemExit as end:
        code = end.code
    found: dict[str, tuple[str, str]] = {}
    lines = out.getvalue().splitlines()
    for line, following in pairwise(lines):
        if line.startswith((" ", *"0123456789")):
            continue
        level, part, said = line[:5].strip(), line[6:17].strip(), line[17:]
        do = following.partition("-> ")[2] if following.startswith(" ") else ""
        assert bool(do) == (level != "OK"), line
        found[f"{level} {part}"] = (said, do)
    return code, found


def a_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
