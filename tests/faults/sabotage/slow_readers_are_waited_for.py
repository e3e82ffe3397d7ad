"""Breaks: no thread waits for a slow reader of sealed bytes."""

import select


def wait(line, most_seconds):
    """As long as it takes."""
    poll = select.poll()
    poll.register(line, select.POLLOUT)
    poll.poll()
    return 0.0


REPLACES = {"shares.outgoing._wait": wait}
