"""`ots status`, `receipt`, `burn`, `unlock` and `config`."""

import dataclasses
import json
from datetime import datetime
from typing import Any

import click

from ots import servers
from ots.cli import asking, config
from ots.cli.app import client, command
from ots.cli.options import as_json, insecure_http, manage_link, share_link
from ots.cli.talk import clean, moment, say, size
from ots.cli.wording import happened
from ots.errors import TermsWrong
from ots.values import Receipt, Status


@command
@share_link
@as_json
@insecure_http
def status(link: str | None, as_json: bool, insecure_http: bool) -> None:
    """Tell what waits under a link; opens nothing."""
    with client(insecure_http=insecure_http) as line:
        _show(line.status(asking.link(link, "Link")), as_json=as_json)


@command
@manage_link
@as_json
@insecure_http
def receipt(manage: str | None, as_json: bool, insecure_http: bool) -> None:
    """Tell what became of a share of yours.

    When it was opened, and what is left; never who it was.
    """
    with client(insecure_http=insecure_http) as line:
        _show(line.receipt(asking.link(manage, "Your manage link")), as_json=as_json)


@command
@manage_link
@insecure_http
def burn(manage: str | None, insecure_http: bool) -> None:
    """Take a share of yours back."""
    with client(insecure_http=insecure_http) as line:
        text = asking.link(manage, "Your manage link")
        line.burn(text)
        ended = line.receipt(text)
    say(f"It is {ended.state}, since {moment(ended.ended_at)}.")


@command
@manage_link
@as_json
@insecure_http
def unlock(manage: str | None, as_json: bool, insecure_http: bool) -> None:
    """Give a share five tries again.

    One of yours that wrong passwords have locked; at most three times.
    """
    with client(insecure_http=insecure_http) as line:
        _show(line.unlock(asking.link(manage, "Your manage link")), as_json=as_json)


@command
@click.argument("name", required=False, type=click.Choice(["server", "token"]))
@click.argument("value", required=False)
@insecure_http
def config_(name: str | None, value: str | None, insecure_http: bool) -> None:
    """Show or set the server, and a token.

    The server is where `ots send` leaves things.
    An empty VALUE forgets it. A token is asked for, or read from stdin.
    """
    if name is None:
        kept = config.load()
        print(
            f"server = {clean(kept.server or '-')}",
            f"token = {'set' if kept.token else '-'}",
            f"file = {config.path()}",
            sep="\n",
        )
    elif name == "server":
        if value is None:
            raise TermsWrong("Which server? ots config server https://…")
        server = servers.origin_of(value, allow_http=insecure_http) if value else None
        config.keep(server=server)
        say(f"server = {server or '-'}")
    else:
        if value:
            raise TermsWrong("A token is no argument: leave it out, and it is asked for.")
        config.keep(token=None if value == "" else asking.link(None, "Token").strip())


def _show(told: Status, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(dataclasses.asdict(told), default=_plain))
        return
    lines = [("state", "locked" if told.is_locked else told.state), ("size, sealed", size(told.size))]
    if told.state in ("ready", "claimed"):
        lines.append(("opens left", f"{told.claims_left} of {told.max_claims}"))
        if told.is_guarded:
            lines.append(("password", f"{told.attempts_left} tries left"))
    times = (("waits until", told.expires_at), ("opened", told.opened_at), ("ended", told.ended_at))
    lines += [(what, moment(when)) for what, when in times if when]
    if isinstance(told, Receipt):
        lines += [("unlocks left", str(told.unlocks_left))] if told.is_guarded else []
        lines += [(moment(event.at), happened(event.what)) for event in told.events]
    width = max(len(what) for what, _ in lines)
    for what, said in lines:
        print(f"{what:<{width}}  {said}")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError
