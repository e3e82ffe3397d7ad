"""What runs beside the web server: the sweep, the worker, the mail server."""

from collections.abc import Iterator

from django.conf import settings
from django.core.mail import get_connection

from onetimeshare.doctor.findings import Finding, fail, ok, warn
from onetimeshare.health import STALE_SWEEP_SECONDS
from onetimeshare.mail import send_test
from shares.models import Notice, Sweep

LATE_SECONDS = 300


def look_at_sweep() -> Iterator[Finding]:
    age = Sweep.objects.seconds_since()
    if age is not None and age < STALE_SWEEP_SECONDS:
        yield ok("sweep", f"succeeded {age:.0f} s ago")
        return
    said = (
        "None ever succeeded." if age is None else f"The last that succeeded was {age / 60:.0f} minutes ago."
    )
    yield fail("sweep", said, "Run manage.py purge_shares: it says why. Then let cron run it each minute.")


def look_at_worker() -> Iterator[Finding]:
    waiting, late = Notice.objects.depth()
    count = sum(waiting.values())
    if late > LATE_SECONDS:
        said = f"{count} notices wait, and none was taken for {late / 60:.0f} minutes."
        yield warn("worker", said, "Run manage.py worker as a service.")
    else:
        yield ok("worker", f"{count} notices wait" if count else "nothing waits to be sent")


def look_at_mail(address: str = "") -> Iterator[Finding]:
    """Speaks to the mail server and sends nothing, unless to *address*."""
    if not settings.EMAIL_URL:
        said = "EMAIL_URL is not set: nobody gets letters or notices by mail."
        yield (fail if address else warn)("mail", said, "Set EMAIL_URL and MAIL_FROM.")
        return
    try:
        if address:
            send_test(address)
        else:
            line = get_connection()
            line.open()
            line.close()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        do = "Look at EMAIL_URL: host, port, name, password; and whether this host may reach it."
        yield fail("mail", f"{type(error).__name__}: {error}", do)
        return
    yield ok("mail", "the mail server took it" if address else "the mail server answers, and lets us in")
