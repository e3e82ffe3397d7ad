"""`python -m bench.timed_sweep`: one sweep that measures itself, as JSON.

Every outermost transaction is timed from before BEGIN to after COMMIT, beside the step it belongs to: no
row lock lasts longer.
"""

import json
import os
import time
from typing import Any


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetimeshare.settings")
    django.setup()
    from django.db import connection
    from django.db.transaction import Atomic

    from shares.querysets.share import ShareQuerySet
    from shares.services.sweep import Sweeper, sweep

    held: list[tuple[float, str]] = []
    batches: list[int] = []
    step = ""
    enter, leave, lock_some, each = Atomic.__enter__, Atomic.__exit__, ShareQuerySet.lock_some, Sweeper._each

    def named_each(self: Any, what: str, *rest: Any, **more: Any) -> None:
        nonlocal step
        step = what
        each(self, what, *rest, **more)

    def timed_enter(self: Any) -> Any:
        if not connection.in_atomic_block:
            self.began = time.perf_counter()
        return enter(self)

    def timed_leave(self: Any, *error: Any) -> Any:
        outcome = leave(self, *error)
        if not connection.in_atomic_block:
            held.append((time.perf_counter() - self.began, step))
        return outcome

    def counted(self: Any, count: int) -> Any:
        locked = lock_some(self, count)
        batches.append(len(locked))
        return locked

    Atomic.__enter__, Atomic.__exit__ = timed_enter, timed_leave
    ShareQuerySet.lock_some, Sweeper._each = counted, named_each
    began = time.perf_counter()
    counts = sweep()
    seconds = time.perf_counter() - began
    print(json.dumps({"counts": counts, "seconds": seconds, "held": held, "batches": batches}))


if __name__ == "__main__":
    main()
