"""Redis for code that does not know that it may be away: then this process's own memory stands in.

Sign-in counts its tries here. Without Redis each process counts for itself, which is stricter than
not counting, and nobody sees an error.
"""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache

from shares.redis_line import RedisAway, cache, redis_line


class NearestCache(BaseCache):
    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._near = LocMemCache(location, params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self._ask("add", key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: Any = None) -> Any:
        return self._ask("get", key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        self._ask("set", key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self._ask("touch", key, timeout, version))

    def delete(self, key: str, version: Any = None) -> bool:
        return bool(self._ask("delete", key, version=version))

    def clear(self) -> None:
        self._near.clear()
        self._ask("clear")

    def _ask(self, verb: str, *args: Any, **named: Any) -> Any:
        try:
            with redis_line():
                return getattr(cache, verb)(*args, **named)
        except RedisAway:
            return getattr(self._near, verb)(*args, **named)


class CountingCache(RedisCache):  # type: ignore[misc]
    """Redis for django-ratelimit, which adds a window's counter and then, where it was there, counts it up:
    here both go at once.
    """

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None, **_: Any
    ) -> bool:
        """Never: `incr`, which is asked next, adds what is missing. Each thread has a cache of its own."""
        self._seconds = timeout
        return False

    def incr(self, key: str, delta: int = 1, version: Any = None, **_: Any) -> int:
        name = self.client.make_key(key, version=version)
        pipeline = self.client.get_client(write=True).pipeline(transaction=False)
        pipeline.set(name, 0, nx=True, ex=self._seconds).incr(name, delta)
        return int(pipeline.execute()[1])
