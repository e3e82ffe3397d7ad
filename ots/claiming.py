"""Takes a share: the lease secret is kept before the claim, its answer before the first byte is fetched."""

from collections.abc import Callable
from typing import Any

from ots.api import Api
from ots.errors import Damaged, Gone, LeaseOver, Locked, Newer, PasswordMissing, WrongPassword
from ots.patience import Patience
from ots.state import Notes
from ots.values import Half, Lease, Status
from sealing import keys
from sealing.encoding import b64, encode, unb64
from sealing.errors import EnvelopeDamaged, KdfUnknown, PasswordInvalid, SealingError
from sealing.links import Link

# Asked for only when the share has one; told how many tries are left, None where it is not known.
AskPassword = Callable[[int | None], str]
# The last moment to find that there is no room for it: nothing is taken yet.
BeforeClaim = Callable[[Status], None]


class Claim:
    """One claimant's hold on a share."""

    def __init__(self, api: Api, link: Link, notes: Notes, patience: Patience) -> None:
        self._api, self._link, self._notes, self._patience = api, link, notes, patience
        self._id = encode(link.share_id)
        self._token = keys.link_token(link.secret, link.share_id)
        self.blob: bytes | None = None

    @property
    def lease_secret(self) -> bytes:
        kept = self._notes.find("lease")
        if kept is None:
            self._notes.add(lease=b64(keys.new_lease_secret()))
        return unb64(self._notes.find("lease"))

    @property
    def is_begun(self) -> bool:
        """A claim of ours may be open: the same lease secret gets the same answer."""
        return self._notes.find("lease") is not None

    @property
    def half(self) -> Half | None:
        """What an earlier claim of ours gave."""
        kept = self._notes.find("half")
        return kept and _half(kept)

    def status(self) -> Status:
        return self._patience.persist(lambda: self._api.status(self._id, self._token))

    def file_key(self, ask: AskPassword | None, before_claim: BeforeClaim) -> tuple[Half, bytes]:
        """Claims, if that is still to do, and unwraps. Raises whatever refuses."""
        kept = self.half
        if kept:
            guard = self._guard(kept.kdf, None, ask)
            return kept, self._unwrapped(kept, guard, is_proven=False)
        status = self.status()
        self._check(status)
        before_claim(status)
        half = self._claimed(guard := self._guard(status.kdf, status.attempts_left, ask))
        return half, self._unwrapped(half, guard, is_proven=True)

    def _check(self, status: Status) -> None:
        """What the claim would refuse anyway, before anybody types a password."""
        if self.is_begun:
            return
        if status.is_locked:
            raise Locked("It is locked.")
        if status.state not in ("ready", "uploading"):
            times = {"opened_at": status.opened_at, "ended_at": status.ended_at}
            told = {name: when.isoformat() for name, when in times.items() if when}
            raise Gone("It is gone.", details={"state": status.state, **told})

    def _guard(self, kdf: int, left: int | None, ask: AskPassword | None) -> keys.PasswordKeys | None:
        if kdf == keys.KDF_NONE:
            return None
        if kdf != keys.KDF_ARGON2ID:
            raise Newer("This share needs a newer version of this program: update it.")
        if ask is None:
            raise PasswordMissing("It needs a password. No try was used up.")
        try:
            return keys.password_keys(ask(left), self._link.secret, self._link.share_id)
        except PasswordInvalid:
            raise WrongPassword("That cannot be the password. No try was used up.") from None

    def _claimed(self, guard: keys.PasswordKeys | None) -> Half:
        body = {"lease_verifier": b64(keys.verifier(self.lease_secret))}
        if guard:
            body["password_token"] = b64(guard.token)
        self._patience.moves()
        lease = self._leased(body, is_guarded=guard is not None)
        if lease.half is None:
            raise LeaseOver(
                "It was opened here before, and the server no longer has its half of the key. "
                "Nobody can open it any more."
            )
        half, self.blob = lease.half, lease.blob
        kept = {
            "wrapped_key": b64(half.wrapped_key),
            "meta": b64(half.meta),
            "size": half.size,
            "kdf": half.kdf,
            "direct": half.direct,
        }
        self._notes.add(half=kept)
        return half

    def _leased(self, body: dict[str, str], *, is_guarded: bool) -> Lease:
        """One claim is one try: when the answer is lost, the tries left tell whether it was a no."""
        before = self.status().attempts_left if is_guarded else 0
        is_repeated = False

        def ask() -> Lease:
            nonlocal is_repeated
            if is_guarded and is_repeated:
                now = self._api.status(self._id, self._token)
                if now.state == "ready" and now.attempts_left < before:
                    left = {"attempts_left": now.attempts_left}
                    raise WrongPassword("That is not the password.", details=left)
            is_repeated = True
            return self._api.claim(self._id, body, self._token)

        return self._patience.persist(ask)

    def _unwrapped(self, half: Half, guard: keys.PasswordKeys | None, *, is_proven: bool) -> bytes:
        link, key = self._link, guard.key if guard else b""
        try:
            return keys.unwrap(half.wrapped_key, link.secret, link.share_id, half.kdf, key)
        except KdfUnknown:
            raise Newer("This share needs a newer version of this program: update it.") from None
        except EnvelopeDamaged:
            if guard and not is_proven:
                raise WrongPassword("That is not the password. No try was used up.") from None
            raise Damaged("The key that came is not the one of this link. Nothing was destroyed.") from None
        except SealingError:
            raise Damaged("The server's answer does not fit this share. Nothing was destroyed.") from None

    def burn(self) -> None:
        """Received and verified: this lease ends, and with the last one the share."""
        self._patience.persist(lambda: self._api.burn(self._id, self.lease_secret))


def _half(kept: dict[str, Any]) -> Half:
    """As a note has it; those of earlier versions know no other way than the server's."""
    wrapped_key, meta = unb64(kept["wrapped_key"]), unb64(kept["meta"])
    return Half(wrapped_key, meta, kept["size"], kept["kdf"], kept.get("direct", False))
