"""The one way in which the engines refuse."""


class EngineError(Exception):
    """A server could not be found, started or stopped; the message is one line for a person."""
