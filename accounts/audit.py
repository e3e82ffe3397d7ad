"""What staff did, for good: written by the database itself, beside each entry of the admin's own log."""

from django.db import models


class Audit(models.Model):
    """One action of staff. A trigger adds the row, another refuses to change or remove it.

    Texts only, no foreign keys: it stays true when the person or the thing is gone. Unmanaged, so that no
    command of Django's empties it; migration 0004 makes the table.
    """

    at = models.DateTimeField()
    who = models.CharField(max_length=254)
    action = models.CharField(max_length=8)
    target_type = models.CharField(max_length=201)
    target_id = models.TextField()
    target = models.CharField(max_length=200)
    said = models.TextField()

    class Meta:
        managed = False
        db_table = "accounts_audit"
        ordering = ("-id",)
        verbose_name = "action of staff"
        verbose_name_plural = "actions of staff"
        permissions = (("export_audit", "Can export actions of staff"),)

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"
