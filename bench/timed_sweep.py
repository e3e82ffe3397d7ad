"""`python -m bench.timed_sweep`: one sweep that measures itself, as JSON.

Every outermost transaction is timed from before BEGIN to after COMMIT: no row lock lasts longer.
"""

import json
import os
import time
from typing import Any


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "onetimeshare.settings"
    django.setup()
    from django.db import connection
    from django.db.transaction import Atomic

    from shares.querysets import ShareQuerySet
    from shares.services.sweep import sweep

    held: list[float] = []
    batches: list[int] = []
    enter, leave, lock_some = Atomic.__enter__, Atomic.__exit__, ShareQuerySet.lock_some

    def timed_enter(self: Any) -> Any:
        if not connection.in_atomic_block:
            self.began = time.perf_counter()
        return enter(self)

    def timed_leave(self: Any, *error: Any) -> Any:
        outcome = leave(self, *error)
        if not connection.in_atomic_block:
            held.append(time.perf_counter() - self.began)
        return outcome

    def counted(self: Any, count: int) -> Any:
        locked = lock_some(self, count)
        batches.append(len(locked))
        return locked

    Atomic.__enter__, Atomic.__exit__, ShareQuerySet.lock_some = timed_enter, timed_leave, counted  # type: ignore
    began = time.perf_counter()
    counts = sweep()
    seconds = time.perf_counter() - began
    print(json.dumps({"counts": counts, "seconds": seconds, "held": held, "batches": batches}))


if __name__ == "__main__":
    main()
