"""One share's life as docs/envelope.md tells it: what each call is answered, and what follows from it.

Nothing of the product is imported. A call answers (status, refusal's code); `now` counts seconds.
"""

from dataclasses import dataclass

LEASE, HARD_END, UPLOAD, TOMBSTONE = 900, 3600, 86_400, 30 * 86_400
OK, DONE, UNKNOWN, GONE = (200, ""), (204, ""), (404, "unknown"), (410, "gone")


@dataclass
class Held:
    """A lease."""

    ends: int
    hard_end: int
    fetched: bool = False
    closed: bool = False


class Life:
    """proof: "right", "wrong" or "none"; secret: whatever names a lease."""

    def __init__(self, lifetime, claims, is_guarded, is_small):
        self.lifetime, self.claims, self.is_guarded, self.is_small = lifetime, claims, is_guarded, is_small
        self.now, self.state = 0, "unknown"

    def seen(self):
        """At its time's end it is over, whether or not a sweep came by."""
        is_due = self.state == "ready" and self.now >= self.expires
        return self.state if not is_due else "claimed" if self.open_leases() else "expired"

    def has_ended(self):
        return self.state in ("burned", "expired", "revoked", "removed")

    def open_leases(self):
        return [held for held in self.leases.values() if not held.closed and held.ends > self.now]

    def create(self):
        if self.state == "unknown":
            self.state, self.touched, self.has_part, self.has_half = "uploading", self.now, False, True
            self.claims_left, self.attempts, self.unlocks, self.is_opened = self.claims, 0, 0, False
            self.leases, self.events = {}, ["created"]
            if self.is_small:
                self._make_ready()
        return (409, "id_taken") if self.has_ended() else (201, "")

    def put_part(self):
        if self.state != "uploading":
            return 409, "part_conflict"
        self.has_part, self.touched = True, self.touched if self.has_part else self.now
        return DONE

    def complete(self):
        if self.state == "uploading":
            if not self.has_part:
                return 409, "incomplete"
            self._make_ready()
        return GONE if self.has_ended() or self.seen() == "expired" else OK

    def claim(self, secret, proof):
        if self.state == "uploading":
            return 409, "not_ready"
        if mine := self.leases.get(secret):
            is_open = mine in self.open_leases()
            return OK if is_open else (410, "lease_over") if self.seen() == "ready" else GONE
        if self.seen() != "ready":
            return GONE
        if self.is_guarded and (self.attempts == 5 or proof != "right"):
            return self._refuse_password(proof)
        self.claims_left, self.is_opened = self.claims_left - 1, True
        self.state = self.state if self.claims_left else "claimed"
        self.leases[secret] = Held(self.now + LEASE, self.now + HARD_END)
        self.events.append("claimed")
        return OK

    def _refuse_password(self, proof):
        if self.attempts == 5 or proof == "none":
            return (423, "locked") if self.attempts == 5 else (422, "password_missing")
        self.attempts += 1
        self.events += ["wrong_password"] + ["locked"] * (self.attempts == 5)
        return 403, "wrong_password"

    def fetch(self, secret):
        if not (mine := self.leases.get(secret)):
            return UNKNOWN
        if mine not in self.open_leases():
            return 410, "lease_over"
        is_first, mine.fetched, mine.ends = not mine.fetched, True, min(self.now + LEASE, mine.hard_end)
        if is_first:
            self._drop_half()
        return OK

    def burn(self, secret):
        if not (mine := self.leases.get(secret)):
            return UNKNOWN
        if not mine.closed:
            mine.closed = True
            self.events.append("received" if self.is_small or mine.fetched else "declined")
        self._burn_or_drop_half()
        return DONE

    def revoke(self):
        self.end_as("revoked")
        return DONE

    def take_down(self):
        if self.state != "unknown":
            self.end_as("removed")

    def end_as(self, state):
        """What its time has ended was told as expired, and stays so."""
        self.end("expired" if self.seen() == "expired" else state)

    def unlock(self):
        if self.seen() != "ready" or self.attempts < 5 or self.unlocks == 3:
            is_locked = self.seen() == "ready" and self.attempts == 5
            return 409, "no_unlocks_left" if is_locked else "not_locked"
        self.attempts, self.unlocks = 0, self.unlocks + 1
        self.events.append("unlocked")
        return OK

    def sweep(self):
        if self.state == "ready" and self.seen() == "claimed":
            self.state, self.claims_left = "claimed", 0
            self.events.append("closed")
        is_abandoned = self.state == "uploading" and self.now >= self.touched + UPLOAD
        if self.seen() == "expired" or is_abandoned:
            self.end("expired")
        self._close_lapsed()
        self._burn_or_drop_half()
        if self.has_ended() and self.now >= self.ended_at + TOMBSTONE:
            self.state = "unknown"

    def end(self, state):
        if not self.has_ended():
            self._close_lapsed()
            self.events.append(state)
            self.state, self.ended_at, self.has_half = state, self.now, False
            for held in self.leases.values():
                held.closed = True

    def _make_ready(self):
        self.state, self.expires = "ready", self.now + self.lifetime
        self.events.append("ready")

    def _close_lapsed(self):
        for held in self.leases.values():
            if not held.closed and held.ends <= self.now:
                held.closed = True
                self.events.append("lease_ended")

    def _drop_half(self):
        """Nothing is left to claim, and whoever may still fetch has begun to."""
        is_needed = self.claims_left or not all(held.fetched for held in self.open_leases())
        self.has_half = bool(self.has_half and is_needed)

    def _burn_or_drop_half(self):
        if self.state == "claimed" and not self.open_leases():
            self.end("burned")
        self._drop_half()
