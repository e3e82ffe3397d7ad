"""How a line of the log is written: for people as text, for programs as JSON."""

import json
import logging
import re
import sys

import pytest

from onetimeshare import logs, requestid

CANARY = "canary-tJ3q9Zx0aLw"
REQUEST_ID = "4bf92f3577b34da6"


@pytest.fixture
def written():
    """Lines as a handler of ours writes them: `written(as_json, lambda log: log.info(…))`."""
    made = []

    def write(as_json, say):
        lines: list[str] = []
        handler = logging.Handler()
        logs.dress(handler)
        handler.setFormatter(logs.formatter(as_json))
        handler.emit = lambda record: lines.append(handler.format(record))
        log = logging.getLogger(f"of-this-test-{len(made)}")
        log.propagate = False
        log.setLevel(logging.DEBUG)
        log.addHandler(handler)
        made.append(log)
        say(log)
        return lines

    yield write
    requestid.end()


def test_json_has_one_object_for_each_line_and_its_request(written):
    requestid.begin({})
    name = requestid.current()

    (line,) = written(True, lambda log: log.warning("broken off: %s", "lease_over"))

    told = json.loads(line)
    assert re.fullmatch(r"[0-9-]{10}T[0-9:.]{12}\+00:00", told.pop("time"))
    assert told == {
        "level": "warning",
        "logger": "of-this-test-0",
        "event": "broken off: lease_over",
        "request_id": name,
    }


def test_text_reads_like_a_sentence_and_names_its_request_last(written):
    requestid.begin({})

    (line,) = written(False, lambda log: log.warning("broken off: %s", "lease_over"))

    assert line.endswith(f"WARNING of-this-test-0: broken off: lease_over [{requestid.current()}]")


@pytest.mark.parametrize("as_json", [True, False])
def test_nobody_begins_a_line_of_their_own(written, as_json):
    forged = "ann\n2026-01-01 INFO shares: all is well\r\x1b[2K\x85"

    (line,) = written(as_json, lambda log: log.warning("hello %s", forged))

    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


@pytest.mark.parametrize("as_json", [True, False])
def test_what_is_added_to_a_record_stays_out_of_the_line(written, as_json):
    added = {"password": CANARY, "payload": CANARY, "asked_for": CANARY}

    (line,) = written(as_json, lambda log: log.error("it failed", extra=added, stack_info=True))

    assert CANARY not in line
    assert "Stack" not in line


@pytest.mark.parametrize("as_json", [True, False])
def test_a_line_that_cannot_be_written_tells_nothing_and_breaks_nothing(written, as_json, capfd):
    def say(log):
        log.error("%d files of %s", CANARY, CANARY)
        log.error("one too many", CANARY)

    lines = written(as_json, say)

    assert len(lines) == 2
    assert all("could not be written" in line for line in lines)
    assert CANARY not in "".join(lines) + "".join(capfd.readouterr())


def test_what_nobody_caught_is_told_without_its_values(written, monkeypatch):
    monkeypatch.setattr("sys.excepthook", None)
    monkeypatch.setattr("threading.excepthook", None)
    records = []
    monkeypatch.setattr(logging.getLogger("onetimeshare"), "handle", records.append)

    logs.watch_faults()
    try:
        int(CANARY)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)

    (line,) = written(True, lambda log: log.handle(records[0]))
    assert "ValueError" in json.loads(line)["exception"]
    assert CANARY not in line


@pytest.mark.parametrize(
    ("environ", "as_json"),
    [
        ({}, True),
        ({"MODE": "development"}, False),
        ({"MODE": "development", "LOG_FORMAT": "json"}, True),
        ({"LOG_FORMAT": "text"}, False),
    ],
)
def test_production_writes_json_and_development_text_unless_told(monkeypatch, environ, as_json):
    for name in ("MODE", "LOG_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert logs.is_json() is as_json
