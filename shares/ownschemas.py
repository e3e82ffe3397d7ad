"""What the API takes and gives where an account is meant: lists of its shares, what it is told."""

from ninja import Schema
from pydantic import Field

from shares import examples
from shares.fields import Moment, ShareIdOut
from shares.schemas import StatusOut, like
from shares.values import Occasion, Owned, Way


class OwnOut(StatusOut):
    """One of an account's shares."""

    model_config = like(examples.OWN)

    id: ShareIdOut = Field(description="the share's id, in lower case")
    created_at: Moment = Field(description="when the envelope was left")


class OwnPageOut(Schema):
    """Some of an account's shares, newest first."""

    model_config = like(examples.OWN_PAGE)

    shares: list[OwnOut] = Field(description="at most 50")
    older: str | None = Field(description="what `before` takes for the next page; null on the last")

    @classmethod
    def of(cls, shares: list[Owned], older: str | None) -> "OwnPageOut":
        return cls(
            shares=[
                OwnOut(**StatusOut.of(one.status).model_dump(), id=one.share_id, created_at=one.created_at)
                for one in shares
            ],
            older=older,
        )


class NoticesIn(Schema):
    """What the owner is told of, by each way."""

    model_config = like(examples.NOTICES)

    email: list[Occasion] = Field(
        max_length=len(Occasion), description="by mail to the account's own address"
    )
    webhook: list[Occasion] = Field(
        max_length=len(Occasion), description="by a signed POST to where the account said"
    )

    def notices(self) -> list[str]:
        return [f"{way}:{occasion}" for way in Way for occasion in Occasion if occasion in getattr(self, way)]


class NoticesOut(Schema):
    """What the owner is told of, by each way."""

    model_config = like(examples.NOTICES)

    email: list[Occasion] = Field(description="by mail to the account's own address")
    webhook: list[Occasion] = Field(description="by a signed POST to where the account said")

    @classmethod
    def of(cls, notices: list[str]) -> "NoticesOut":
        told: dict[str, list[Occasion]] = {way.value: [] for way in Way}
        for wanted in notices:
            way, occasion = wanted.split(":")
            told[way].append(Occasion(occasion))
        return cls(**told)
