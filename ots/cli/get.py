"""`ots get`."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from ots.agefiles import save_age
from ots.cli import asking
from ots.cli.app import client, command
from ots.cli.options import PATH, as_json, insecure_http, password_sources, share_link
from ots.cli.talk import Talk, clean_text, moment, say, size
from ots.cli.wording import told
from ots.client import Client
from ots.errors import Gone, Offline, OtsError, ServerStrange, TargetUnwritable, TermsWrong, WrongPassword
from ots.receiving import Opening
from ots.targets import Target, save
from ots.values import Status

_TEXT_BYTES = 1024**2
_SHOWN = 10


@command
@share_link
@click.option("-o", "--output", type=PATH, metavar="PATH|-", help="A new file, a folder, or - for stdout.")
@click.option("--force", is_flag=True, help="Replace the file that -o names.")
@click.option("--as-age", is_flag=True, help="Save it as an .age file; the key for it goes to stdout.")
@password_sources
@as_json
@insecure_http
def get(
    link: str | None,
    output: Path | None,
    force: bool,
    as_age: bool,
    password_file: Path | None,
    password_fd: int | None,
    as_json: bool,
    insecure_http: bool,
) -> None:
    """Open a share: print a text, save files.

    Files go into this folder, or where -o says. Then the server destroys the share.

    Files get their names only when all is verified, and none is overwritten. With -o - what is verified goes
    to stdout at once; a later part may still turn out to be damaged, so look at the exit code. If it breaks
    off, the same command goes on, for a quarter of an hour at least.
    """
    to_stdout = output == Path("-")
    if force and (output is None or to_stdout):
        raise TermsWrong("--force goes with -o and the name of a file.")
    if to_stdout and (as_json or as_age):
        raise TermsWrong("-o - does not go with --json or --as-age.")
    target = None if to_stdout else Target.of(output, force=force)
    password = asking.password_from(password_file, password_fd)
    talk = Talk("Fetching")
    with client(tell=talk, insecure_http=insecure_http) as line:
        text = asking.link(link, "Link")
        with _opened(line, text, password, target) as opening, talk:
            try:
                _taken(opening, target, is_named=output is not None, as_age=as_age, as_json=as_json)
            except (OtsError, KeyboardInterrupt) as error:
                talk.ends()
                if not isinstance(error, Gone):
                    say("It is yours still: the same command goes on, for a quarter of an hour at least.")
                raise
            talk.ends()
            _end(opening)


def _opened(line: Client, link: str, password: str | None, target: Target | None) -> Opening:
    """Claimed; a wrong password that was typed may be typed again."""

    def before_claim(status: Status) -> None:
        if target:
            target.check(status.size)

    while True:
        try:
            return line.open(link, asking.password_for_opening(password), before_claim=before_claim)
        except WrongPassword as error:
            if password is not None or not asking.can_ask() or error.attempts_left == 0:
                raise
            say(told(error))


def _taken(opening: Opening, target: Target | None, *, is_named: bool, as_age: bool, as_json: bool) -> None:
    if opening.note:
        say("Note: " + opening.note.replace("\n", "\n      "))
    if opening.metadata.by == "server":
        say("It was encrypted by the server, not by its sender.")
    if target is None:
        _to_stdout(opening)
    elif as_age:
        path, identity = save_age(opening, target)
        say(f"Saved as {path}. Open it with this identity, for example: age -d -i key.txt {path.name}")
        print(json.dumps({"path": str(path), "identity": identity}) if as_json else identity, flush=True)
    elif opening.kind == "text" and not is_named and opening.metadata.plain_size <= _TEXT_BYTES:
        _print_text(opening, as_json=as_json)
    else:
        _saved(opening, target, as_json=as_json)


def _to_stdout(opening: Opening) -> None:
    """Verified bytes as they come."""
    if len(opening.files) > 1:
        raise TargetUnwritable(
            "It holds several files, which stdout cannot keep apart: use -o FOLDER. Nothing was destroyed."
        )
    try:
        for _, data in opening:
            sys.stdout.buffer.write(data)
        _flush()
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise TargetUnwritable(
            f"stdout cannot be written: {error.strerror}. Nothing was destroyed."
        ) from error


def _print_text(opening: Opening, *, as_json: bool) -> None:
    """The whole text, when all of it is verified; to a terminal without what would give it orders."""
    data = b"".join(data for _, data in opening)
    if as_json:
        print(json.dumps({"kind": "text", "text": data.decode(errors="replace"), "note": opening.note}))
    elif sys.stdout.isatty():
        text = clean_text(data.decode(errors="replace"))
        print(text, end="" if text.endswith("\n") else "\n")
    else:
        sys.stdout.buffer.write(data)
    _flush()


def _saved(opening: Opening, target: Target, *, as_json: bool) -> None:
    paths = save(opening, target)
    count = len(opening.files)
    what = f"{count} files, " if count > 1 else ""
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    say(f"Saved {what}{size(opening.metadata.plain_size)}: {', '.join(map(_shown, paths[:_SHOWN]))}{more}")
    if as_json:
        said: dict[str, Any] = {
            "kind": opening.kind,
            "paths": [str(path) for path in paths],
            "note": opening.note,
        }
        print(json.dumps(said), flush=True)


def _shown(path: Path) -> str:
    """Below this folder without the way to it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _flush() -> None:
    sys.stdout.flush()
    with suppress(OSError):  # pipes and terminals have no disk
        os.fsync(sys.stdout.fileno())


def _end(opening: Opening) -> None:
    """It is safe here: that the server cannot be told yet is no failure."""
    try:
        opening.done()
        status = opening.status()
    except (Offline, ServerStrange, Gone):
        say("The server could not be told that it arrived; it destroys the share by itself, within a day.")
        return
    if status.state == "burned":
        say(f"Destroyed on the server, {moment(status.ended_at)}.")
    elif status.claims_left:
        say(f"It can be opened {status.claims_left} more {'times' if status.claims_left > 1 else 'time'}.")
