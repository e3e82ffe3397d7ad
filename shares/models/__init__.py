"""The rows, what each may do, and what the database itself forbids."""

from shares.models.allowance import Allowance, MemberLimits
from shares.models.event import Event
from shares.models.half import ServerHalf
from shares.models.lease import Lease
from shares.models.moderation import Ban, Report
from shares.models.notice import Notice, NoticeChoice, NoticeTurn
from shares.models.part import Part
from shares.models.share import Share, Taken
from shares.models.sweep import Sweep

__all__ = [
    "Allowance",
    "Ban",
    "Event",
    "Lease",
    "MemberLimits",
    "Notice",
    "NoticeChoice",
    "NoticeTurn",
    "Part",
    "Report",
    "ServerHalf",
    "Share",
    "Sweep",
    "Taken",
]
