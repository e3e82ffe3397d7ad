"""Moderation: shares and what happened to them, reports, bans. Never content, names, keys, or from where."""

from shares.admin.bans import BanAdmin
from shares.admin.limits import MemberLimitsAdmin
from shares.admin.reports import ReportAdmin
from shares.admin.shares import ShareAdmin

__all__ = ["BanAdmin", "MemberLimitsAdmin", "ReportAdmin", "ShareAdmin"]
