"""What another visitor holds meanwhile, in a thread of their own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


@contextmanager
def by_somebody_else(held: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with held():
            taken.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()
