"""Breaks: plaintext holds at most a quarter of the threads, and a body that hardly comes is ended."""


def take(self):
    """Whoever asks has one."""


def wait(self, size):
    """As long as it takes."""
    return self._line.recv(size)


REPLACES = {"shares.plaindoors.Hold.take": take, "shares.plaindoors._Paced._wait": wait}
