"""What the two calls take and give that send a client to the store of the bytes itself."""

from ninja import Schema
from pydantic import Field, StrictInt

from sealing.encoding import unb64
from shares import examples
from shares.fields import Digest
from shares.schemas import like
from shares.storage.base import Signed


class PartIn(Schema):
    """A part that its sender would send past this server."""

    model_config = like(examples.PART)

    digest: Digest = Field(description="SHA-256 of this part's bytes, 32 bytes")

    @property
    def sha256(self) -> bytes:
        return unb64(self.digest)


class RangeIn(Schema):
    """Bytes that their claimant would read past this server."""

    model_config = like(examples.RANGE)

    start: StrictInt = Field(ge=0, le=2**53, description="the first byte, counted from 0")
    stop: StrictInt = Field(ge=1, le=2**53, description="behind the last byte")


class LeaveOut(Schema):
    """Leave for one request to another host, for a minute. Whoever has it can use it: keep it nowhere."""

    headers: dict[str, str] = Field(description="what that request must carry, and nothing of ours besides")
    seconds: int = Field(description="how long it is good; then ask anew")


class PartLeaveOut(LeaveOut):
    """Leave to send one part, by PUT."""

    model_config = like(examples.PART_LEAVE, examples.PART_HERE)

    url: str | None = Field(description="where to send it; null: the part is here, nothing is left to send")

    @classmethod
    def of(cls, leave: Signed | None) -> "PartLeaveOut":
        return cls(**(leave._asdict() if leave else {"url": None, "headers": {}, "seconds": 0}))


class RangeLeaveOut(LeaveOut):
    """Leave to read some bytes, by GET: those from `start` on, perhaps fewer than were asked for."""

    model_config = like(examples.RANGE_LEAVE)

    url: str = Field(description="where to read them")
    start: int = Field(description="the first byte of those that come")
    stop: int = Field(description="behind the last of them")

    @classmethod
    def of(cls, leave: Signed, start: int, stop: int) -> "RangeLeaveOut":
        return cls(**leave._asdict(), start=start, stop=stop)
