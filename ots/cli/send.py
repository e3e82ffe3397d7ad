"""`ots send` and `ots resume`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import click

from ots import sources
from ots.cli import asking
from ots.cli.app import client, command
from ots.cli.options import PATH, as_json, insecure_http, password_sources, share_link
from ots.cli.talk import Talk, moment, say, size
from ots.client import Client
from ots.errors import OtsError, SourceUnreadable, TermsWrong
from ots.patience import passes
from ots.values import Sent


@command
@click.argument("paths", nargs=-1, type=PATH)
@click.option("--expires", default="1d", show_default=True, help="How long it waits: 30m, 2h, 7d, 2w.")
@click.option("--opens", type=click.IntRange(1), default=1, show_default=True, help="How often it opens.")
@click.option(
    "--copies",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="So many shares, one link for each recipient.",
)
@click.option("--password", "asks", is_flag=True, help="Ask for a password, without echo.")
@password_sources
@click.option("--generate-password", "generates", is_flag=True, help="Make a password, and print it.")
@click.option("--note", help="A few words beside the files.")
@click.option("--name", help="The name for stdin, or another one for one file.")
@click.option("--hide-size", is_flag=True, help="Pad it, to hide the exact size.")
@click.option("--qr", is_flag=True, help="Draw the link as a QR code, on stderr.")
@as_json
@click.option("--server", help="Where to leave it; else OTS_SERVER, else `ots config`.")
@insecure_http
def send(
    paths: tuple[Path, ...],
    expires: str,
    opens: int,
    copies: int,
    asks: bool,
    password_file: Path | None,
    password_fd: int | None,
    generates: bool,
    note: str | None,
    name: str | None,
    hide_size: bool,
    qr: bool,
    as_json: bool,
    server: str | None,
    insecure_http: bool,
) -> None:
    """Seal files, folders or stdin, and print the link.

    Without PATHS, or with -, stdin is read.
    Text from stdin is shown to its recipient at once; with --name it is a file.
    """
    if sum((asks, generates, password_file is not None, password_fd is not None)) > 1:
        raise TermsWrong("A password comes from one place.")
    lifetime = asking.lifetime(expires)
    _check(paths, asks=asks)
    talk = Talk("Sending")
    with client(server, tell=talk, insecure_http=insecure_http, sends=True) as line:
        secret = asking.password_from(password_file, password_fd)
        if asks:
            secret = asking.new_password()
        elif generates:
            secret = asking.generated_password()
        terms = {
            "expires": lifetime,
            "opens": opens,
            "password": secret,
            "note": note,
            "hide_size": hide_size,
        }
        left = _source(line, paths, name, terms, copies)
        for _ in range(copies):
            sent = _talked(talk, left)
            _print(sent, secret if generates else None, as_json=as_json, qr=qr)


@command
@share_link
@as_json
@insecure_http
def resume(link: str | None, as_json: bool, insecure_http: bool) -> None:
    """Go on with a sending that broke off. The files must be what they were."""
    talk = Talk("Sending")
    with client(tell=talk, insecure_http=insecure_http) as line:
        text = asking.link(link, "Link")
        _print(_talked(talk, lambda: line.resume(text)), None, as_json=as_json, qr=False)


def _check(paths: tuple[Path, ...], *, asks: bool) -> None:
    """Before anybody types a password."""
    for path in paths:
        if str(path) != "-" and not path.exists():
            hint = " A password is no argument: --password asks for it." if asks else ""
            raise SourceUnreadable(f"{path} is not there.{hint}")


def _source(
    line: Client, paths: tuple[Path, ...], name: str | None, terms: dict[str, Any], copies: int
) -> Callable[[], Sent]:
    """What to send, as often as wanted."""
    is_stdin = not paths or (len(paths) == 1 and str(paths[0]) == "-")
    if not is_stdin and not (len(paths) == 1 and sources.is_stream(paths[0])):
        return lambda: line.send_files(*paths, name=name, **terms)
    if is_stdin and sys.stdin.isatty():
        say("Type or paste the text; end it with Ctrl-D on an empty line.")
    source = sys.stdin.buffer if is_stdin else _opened(paths[0])
    head, rest = sources.begin(source, sources.TEXT_BYTES)
    if rest is None:
        if not head:
            raise TermsWrong("There is nothing to send.")
        if name is None and sources.is_text(head):
            return lambda: line.send_text(head.decode(), **terms)
        return lambda: line.send_stream([head], name=name or "stdin", **terms)
    if copies > 1:
        raise TermsWrong("Copies of much from stdin: write it into a file first.")
    return lambda: line.send_stream(_again(head, rest), name=name or "stdin", **terms)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise SourceUnreadable(f"{path} cannot be read: {error.strerror}") from error


def _again(head: bytes, rest: Any) -> Any:
    yield head
    yield from rest


def _talked(talk: Talk, left: Callable[[], Sent]) -> Sent:
    """Whoever stops it, or loses the line, hears how to go on."""
    talk.begins_anew()
    try:
        with talk:
            return left()
    except (OtsError, KeyboardInterrupt) as error:
        talk.ends()
        if talk.begun and (isinstance(error, KeyboardInterrupt) or passes(error)):
            share = 100 * talk.done // (talk.total or 1)
            say(f"It stopped at {share} %. Go on with `ots resume` and the link above, within a day.")
        raise


def _print(sent: Sent, password: str | None, *, as_json: bool, qr: bool) -> None:
    """The link alone on stdout; with JSON an object, one line for each share."""
    times = "once" if sent.opens == 1 else f"{sent.opens} times"
    say(f"Sealed and left, {size(sent.size)}. Opens {times}, until {moment(sent.expires_at)}.")
    if as_json:
        told = {
            "link": sent.link,
            "manage_link": sent.manage_link,
            "expires_at": sent.expires_at.isoformat(),
            "opens": sent.opens,
            "size": sent.size,
        }
        print(json.dumps(told | ({"password": password} if password else {})), flush=True)
    else:
        if password:
            say(f"Password, to send by another way:\n  {password}")
        say(
            "Keep this one for yourself; it tells when it was opened, and takes it back:\n"
            f"  {sent.manage_link}"
        )
        if sys.stdout.isatty():
            say("Send this link:")
        print(sent.link, flush=True)
    if qr:
        import segno

        segno.make(sent.link, error="l", micro=False).terminal(out=sys.stderr, compact=True)
