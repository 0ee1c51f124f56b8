"""What may go wrong though the input is right."""


class Failure(RuntimeError):
    """A study that cannot give an answer; its text says why, and the command ends with 1."""


class Stopped(Failure):
    """The user stopped it; its text says how to go on, and the command ends with 130, as a shell says of Ctrl-C."""
