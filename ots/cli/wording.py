"""The sentences for what goes wrong, as the pages say them."""

from ots import errors
from ots.answers import time_in
from ots.cli.talk import moment, size, span


def told(error: errors.OtsError) -> str:
    match error:
        case errors.LeaseOver():
            return f"{error}" if not error.details else "The time to fetch it is over; it is destroyed."
        case errors.Gone():
            return _ended(error)
        case errors.Unknown():
            return "There is nothing under this link. It may be mistyped, or over for a month."
        case errors.Locked():
            return "Locked after five wrong passwords. Nothing is lost: ask the sender to unlock it."
        case errors.WrongPassword():
            return _wrong_password(error)
        case errors.PasswordMissing():
            return str(error) or "It needs a password. No try was used up."
        case errors.NotReady():
            return "The sender is still leaving this. Nothing was used up. Try again in a while."
        case errors.TooLarge():
            most = error.details.get("max_bytes")
            return (
                f"This server takes at most {size(most)}. Nothing was left."
                if type(most) is int
                else str(error)
            )
        case errors.Later():
            if error.refusal == "too_many":
                wait = span(error.retry_after)
                return f"Too many requests from your network. Wait {wait}. No try was used up."
            return "The server does not answer properly just now. Nothing was lost and nothing was used up."
        case errors.Refused(refusal="sign_in_needed" | "token_invalid"):
            return f"{error} A token of an account goes in with `ots config token`, or OTS_TOKEN."
        case errors.Refused():
            why = "" if error.refusal == "invalid" else f" ({error.refusal})"
            return f"The server refused{why}: {error}"
    return str(error)


_HAPPENED = {
    "created": "Begun",
    "ready": "Sealed and left",
    "claimed": "Opened",
    "closed": "Its time ended while it was being fetched",
    "wrong_password": "A wrong password",
    "locked": "Locked",
    "unlocked": "Unlocked by you",
    "received": "Received whole",
    "declined": "Destroyed by who opened it, nothing fetched",
    "lease_ended": "Fetching ended, not confirmed",
    "burned": "Destroyed: the server's half of the key, the sealed bytes",
    "expired": "Expired, and destroyed",
    "revoked": "Revoked by you, and destroyed",
    "removed": "Taken down by the people who run this server",
}


def happened(what: str) -> str:
    """An event in a receipt. A later server may tell of others."""
    return _HAPPENED.get(what, what.replace("_", " "))


def _wrong_password(error: errors.WrongPassword) -> str:
    left = error.attempts_left
    if left is None:
        return str(error) or "That is not the password."
    if left == 0:
        return "That is not the password. It is locked now; the sender can unlock it."
    return f"That is not the password. {left} {'tries are' if left != 1 else 'try is'} left."


def _ended(error: errors.Gone) -> str:
    opened, ended = (time_in(error.details, name) for name in ("opened_at", "ended_at"))
    state = error.details.get("state")
    mine = " If that was not you, tell the sender, and change the secret." if opened else ""
    match state:
        case "claimed":
            return f"This share was opened on {moment(opened)}. Nobody else can open it.{mine}"
        case "burned":
            what = f"This share was opened on {moment(opened)}, and then destroyed."
            return f"{what} Nobody can open it again.{mine}"
        case "expired" if opened:
            return f"It waited until {moment(ended)}, and is gone. It had been opened before.{mine}"
        case "expired":
            return (
                f"It waited until {moment(ended)}. Nobody opened it in time, so it is gone, unopened. "
                "Ask the sender to leave it again."
            )
        case "revoked" | "removed":
            who = "The sender" if state == "revoked" else "Whoever runs the server"
            before = "It had been opened before." if opened else "Nobody had opened it."
            return f"{who} took it back on {moment(ended)}. {before}{mine}"
    return str(error) or "It is gone. Nobody can open it any more."
