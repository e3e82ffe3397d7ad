"""A dead Redis is tried anew in every call, with a pause as redis-py makes it by default."""

import time

from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from shares.redis_line import RedisAway


def patient():
    try:
        yield
    except (RedisError, ConnectionInterrupted, OSError) as error:
        time.sleep(0.3)
        raise RedisAway from error


REPLACES = {"shares.redis_line.redis_line": patient}
