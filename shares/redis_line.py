"""The line to Redis. Redis holds time and rates, never the truth: when it is away we go on without it.

One failed call costs at most a tenth of a second; after it nobody calls for a second, so a dead or
silent Redis cannot slow every request down.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import caches
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

cache: Any = caches["redis"]
REST_SECONDS = 1.0
_rest_until = 0.0


class RedisAway(Exception):
    """Redis does not answer, or did not a moment ago."""


@contextmanager
def redis_line() -> Iterator[None]:
    """Calls to `cache` go inside; any trouble comes out as RedisAway."""
    global _rest_until
    if time.monotonic() < _rest_until:
        raise RedisAway
    try:
        yield
    except (RedisError, ConnectionInterrupted, OSError) as error:
        _rest_until = time.monotonic() + REST_SECONDS
        raise RedisAway from error
