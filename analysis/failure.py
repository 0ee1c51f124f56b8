"""What may go wrong though the input is right."""

from typing import Literal

OnError = Literal["continue", "stop"]  # a failed run is recorded and the rest go on, or they stop


class Failure(RuntimeError):
    """A study that cannot give an answer; its text says why, and the command ends with 1."""


class Stopped(Failure):
    """The user stopped it; its text says how to go on, and the command ends with 130, as a shell says of Ctrl-C."""
