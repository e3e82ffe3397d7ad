"""A share's row: what it may do, and what the database itself forbids."""

import hmac
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shares.errors import (
    LeaseOver,
    NotReady,
    PasswordMissing,
    ShareError,
    ShareGone,
    ShareLocked,
    WrongPassword,
)
from shares.models.event import Event
from shares.models.lease import Lease
from shares.models.notice import Notice
from shares.querysets.share import ShareQuerySet
from shares.values import ATTEMPTS, ENDED, NOTICES, UNLOCKS, ClaimRequest, Occasion, State, Status, What

STATES = [(state.value, state.value) for state in State]
# Plain texts, so that migrations stand without importing us.
_ENDED = [state.value for state in ENDED]
_UPLOADING, _READY, _CLAIMED = State.UPLOADING.value, State.READY.value, State.CLAIMED.value
# A lease may be extended while bytes flow, but not for ever: a stalled reader at 100 kB/s still gets through.
SLOWEST_BYTES_PER_SECOND = 100_000
SHORTEST_HARD_END = timedelta(hours=1)
LONGEST_HARD_END = timedelta(hours=24)


class Taken(NamedTuple):
    """A claim that succeeded: until when its lease runs, and whether it is a repeat."""

    lease_ends_at: datetime
    is_repeat: bool


class Share(models.Model):
    """One thing left for someone: its terms, its counters, where its blob lies."""

    id = models.CharField(primary_key=True, max_length=16)
    state = models.CharField(max_length=9, choices=STATES)
    ended = models.GeneratedField(
        expression=Q(state__in=_ENDED),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    kdf = models.PositiveSmallIntegerField()
    size = models.BigIntegerField()
    # 0: the bytes stream through one request of ours, there are no parts to go on with.
    part_size = models.PositiveIntegerField(default=0)
    closing = models.BooleanField(default=False)
    lifetime = models.DurationField()
    max_claims = models.PositiveSmallIntegerField()
    claims_left = models.SmallIntegerField()
    attempts = models.SmallIntegerField(default=0)
    unlocks = models.SmallIntegerField(default=0)
    link_verifier = models.BinaryField(max_length=32)
    manage_verifier = models.BinaryField(max_length=32)
    password_verifier = models.BinaryField(max_length=32, null=True)
    create_digest = models.BinaryField(max_length=32, null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,  # share_owned serves
    )
    # The sender's network, sealed under the key file of the half's day; a moderator may ban it, unseen.
    origin = models.BinaryField(max_length=64, null=True)
    # What its owner is told; null: what they chose for all of theirs.
    notices = ArrayField(models.CharField(max_length=16), null=True, blank=True)
    storage_name = models.CharField(max_length=64, blank=True)
    upload_id = models.CharField(max_length=1024, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[ShareQuerySet] = ShareQuerySet.as_manager()  # type: ignore[assignment]
    now: datetime  # the moment of the query, where a queryset annotated it

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[value for value, _ in STATES]), name="share_state_known"
            ),
            models.CheckConstraint(condition=Q(attempts__range=(0, ATTEMPTS)), name="share_attempts_range"),
            models.CheckConstraint(condition=Q(unlocks__range=(0, UNLOCKS)), name="share_unlocks_range"),
            models.CheckConstraint(
                condition=Q(claims_left__gte=0, claims_left__lte=models.F("max_claims")),
                name="share_claims_left_range",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED)
                | Q(kdf=0, password_verifier=None)
                | Q(kdf__gt=0, password_verifier__isnull=False)
                | Q(state=_UPLOADING, part_size=0),
                name="share_guarded_has_verifier",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED, ended_at__isnull=False)
                | (~Q(state__in=_ENDED) & Q(ended_at=None)),
                name="share_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_READY, _CLAIMED])
                | Q(expires_at__isnull=False, ready_at__isnull=False),
                name="share_ready_has_times",
            ),
            models.CheckConstraint(
                condition=~Q(state=_CLAIMED) | Q(claims_left=0), name="share_claimed_has_none_left"
            ),
            models.CheckConstraint(
                condition=Q(notices=None) | Q(notices__contained_by=list(NOTICES)), name="share_notices_known"
            ),
        )
        indexes = (
            models.Index(fields=["expires_at"], condition=Q(state=_READY), name="share_due"),
            models.Index(fields=["touched_at"], condition=Q(state=_UPLOADING), name="share_uploading"),
            models.Index(
                fields=["created_at"], condition=Q(state=_UPLOADING, part_size=0), name="share_streamed"
            ),
            models.Index(fields=["opened_at"], condition=Q(state=_CLAIMED), name="share_claimed"),
            models.Index(fields=["ended_at"], condition=Q(state__in=_ENDED), name="share_tombstone"),
            models.Index(
                fields=["ended_at"],
                condition=Q(state__in=_ENDED) & ~Q(storage_name=""),
                name="share_blob_to_remove",
            ),
            models.Index(
                fields=["owner", "-created_at", "-id"], condition=Q(owner__isnull=False), name="share_owned"
            ),
            # With those that have ended apart: to find the few that have not, or have, no others are read.
            models.Index(
                fields=["owner", "ended", "-created_at", "-id"],
                include=["size"],
                condition=Q(owner__isnull=False),
                name="share_owned_by_end",
            ),
            models.Index(
                fields=["owner", "-created_at", "-id"],
                condition=Q(owner__isnull=False, ended=False, state=_READY, kdf__gt=0, attempts=ATTEMPTS),
                name="share_owned_locked",
            ),
            models.Index(fields=["created_at"], condition=Q(origin__isnull=False), name="share_origin"),
            models.Index(fields=["storage_name"], condition=~Q(storage_name=""), name="share_storage_name"),
        )

    def __str__(self) -> str:
        return self.id

    @property
    def is_guarded(self) -> bool:
        return self.kdf != 0

    # Only of a page's shares past their time, where they were asked for at once.
    open_leases: "list[Lease]"

    def is_past(self, now: datetime) -> bool:
        """Its time is over, and no sweep has said so yet."""
        return self.state == State.READY and self.expires_at is not None and self.expires_at <= now

    def seen_state(self, now: datetime) -> State:
        """The state as it is true at *now*, also where the sweep has not come by yet."""
        if not self.is_past(now):
            return State(self.state)
        known = getattr(self, "open_leases", None)
        is_fetched = self.leases.still_open().exists() if known is None else bool(known)
        return State.CLAIMED if is_fetched else State.EXPIRED

    def status(self, now: datetime) -> Status:
        state = self.seen_state(now)
        return Status(
            state=state,
            size_bytes=self.size,
            kdf=self.kdf,
            attempts_left=ATTEMPTS - self.attempts,
            claims_left=self.claims_left if state in (State.UPLOADING, State.READY) else 0,
            max_claims=self.max_claims,
            expires_at=self.expires_at,
            opened_at=self.opened_at,
            ended_at=self.ended_at or (self.expires_at if state is State.EXPIRED else None),
        )

    def refusal(self, now: datetime) -> ShareError | None:
        """Why this share cannot be claimed at *now*; None when it can."""
        state = self.seen_state(now)
        if state is State.UPLOADING:
            return NotReady()
        if state is not State.READY:
            status = self.status(now)
            return ShareGone(state, status.ended_at, self.opened_at)
        return None

    def take(self, request: ClaimRequest, proof: bytes | None) -> Taken | ShareError:
        """One claim on a row the caller has locked. Returns refusals, never raises them:

        a raise would roll the paid attempt back. *proof* is what the password should come to.
        """
        seen = Share.objects.moment_and_lease(self.pk, request.lease_verifier)
        now: datetime = seen["now"]
        if seen["mine__id"] is not None:
            if seen["mine__closed_at"] is None and seen["mine__ends_at"] > now:
                if request.paid_attempt:  # the same form came twice at once: one of them was enough
                    Share.objects.give_attempt_back(self.pk)
                return Taken(seen["mine__ends_at"], is_repeat=True)
            if self.seen_state(now) is State.READY:
                return LeaseOver()  # others may still claim: it is not gone
            return ShareGone(self.seen_state(now), self.ended_at, self.opened_at)
        if refusal := self.refusal(now):
            return refusal
        if self.is_guarded and (refusal := self._check_password(request, proof)):
            return refusal
        if not Share.objects.take_one(self.pk, attempt_back=self.is_guarded):
            return ShareGone(State.EXPIRED, self.expires_at, self.opened_at)
        lease_ends_at = self._open_lease(request, now)
        self._tell(Occasion.OPENED)
        return Taken(lease_ends_at, is_repeat=False)

    def _check_password(self, request: ClaimRequest, proof: bytes | None) -> ShareError | None:
        if proof is None:
            return ShareLocked() if self.attempts >= ATTEMPTS else PasswordMissing()
        number = request.paid_attempt or Share.objects.pay_attempt(self.pk)
        if number is None:
            return ShareLocked()
        if hmac.compare_digest(proof, bytes(self.password_verifier or b"")):
            return None
        whats = [What.WRONG_PASSWORD, What.LOCKED] if number == ATTEMPTS else [What.WRONG_PASSWORD]
        Event.objects.note([self.pk], *whats, network=request.network)
        if number == ATTEMPTS:
            self._tell(Occasion.LOCKED)
        return WrongPassword(ATTEMPTS - number)

    def _tell(self, occasion: Occasion) -> None:
        if self.owner_id is not None:  # nobody else can have asked for it
            Notice.objects.note(self.pk, occasion)

    def _open_lease(self, request: ClaimRequest, now: datetime) -> datetime:
        slowest = timedelta(seconds=self.size / SLOWEST_BYTES_PER_SECOND)
        hard_end = now + min(max(SHORTEST_HARD_END, slowest), LONGEST_HARD_END)
        ends_at = min(now + timedelta(seconds=settings.LEASE_SECONDS), hard_end)
        Lease.objects.open_one(
            share_id=self.pk,
            verifier=request.lease_verifier,
            ends_at=ends_at,
            hard_end=hard_end,
            keeps_half=request.keeps_half,
            network=request.network,
        )
        return ends_at
