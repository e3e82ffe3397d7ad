"""What a terminal reads after leaving or asking: links, and commands that are safe to paste."""

import shlex
from dataclasses import dataclass

from shares import stub, wording
from shares.services.seal import Left
from shares.values import ATTEMPTS, UNLOCKS, Receipt, State


@dataclass(frozen=True)
class Answer:
    """The two links of a new share, and the commands that use them."""

    left: Left
    names: list[str]
    has_note: bool = False

    @property
    def what(self) -> str:
        if not self.names:
            return "text"
        files = f'"{self.names[0]}"' if len(self.names) == 1 else f"{len(self.names)} files"
        return files + " and a note" * self.has_note

    @property
    def is_zip(self) -> bool:
        return len(self.names) + self.has_note > 1

    @property
    def open_command(self) -> str:
        """`curl` to open it: fails on refusals, never overwrites, keeps the secret out of the address."""
        target = ""  # text is printed: a password should not stay behind in a file
        if self.names:
            name = self.names[0].rsplit("/", 1)[-1] if not self.is_zip else "files.zip"
            target = f" --no-clobber -o {shlex.quote('./' + name)}"
        guard = " --data-urlencode password@-" if self.left.is_guarded else ""
        url = self.left.link.url
        link = shlex.quote(f"link={url}")
        return f"curl -f{target} --data-urlencode {link}{guard} {shlex.quote(_without_secret(url))}"

    def manage_command(self, action: str) -> str:
        url = self.left.manage.url
        return (
            f"curl --data-urlencode {shlex.quote('link=' + url)} -d action={action} "
            f"{shlex.quote(_without_secret(url))}"
        )

    @property
    def revoke_command(self) -> str:
        return self.manage_command("revoke")

    @property
    def opens_until(self) -> str:
        terms = self.left.terms
        return f"Opens {wording.times(terms.max_claims)}, until {wording.moment(self.left.expires_at)}."

    def text(self) -> str:
        """At most 80 columns, but for the links and the lines to paste."""
        guard = ["The line waits for the password: type it, Enter, Ctrl-D."] if self.left.is_guarded else []
        return "\n".join(
            [
                f"Sealed {self.what}, {wording.size(self.left.plain_bytes)}. {self.opens_until}",
                "The server sealed it: it saw the content, and keeps only sealed bytes.",
                "",
                "Send this link:",
                f"  {self.left.link.url}",
                "",
                "It opens in a browser, or with this line. If that breaks off, it is gone.",
                *guard,
                f"  {self.open_command}",
                "",
                "Keep this one for yourself. It tells when the share was opened, and revokes it:",
                f"  {self.left.manage.url}",
                f"  {self.revoke_command}",
            ]
        )


def receipt(known: Receipt) -> str:
    """The sender's answer: a sentence, the figures, what happened."""
    status = known.status
    state = "locked" if status.is_locked and status.state is State.READY else status.state.value
    lines = [str(stub.told(known).sentence), "", f"state: {state}"]
    if not status.state.is_ended:
        lines.append(f"opens left: {status.claims_left} of {status.max_claims}")
    if status.is_guarded:
        lines.append(f"wrong passwords: {known.attempts_used} of {ATTEMPTS}")
        lines.append(f"unlocks left: {known.unlocks_left} of {UNLOCKS}")
    if state == "locked" and known.unlocks_left:
        lines.append("To unlock it, send the same line with action=unlock.")
    return "\n".join([*lines, "", *(f"{at:%F %T} UTC  {what}" for at, what in stub.log(known))])


def _without_secret(url: str) -> str:
    return url.partition("#")[0]
