"""What may go wrong though the input is right."""


class Failure(RuntimeError):
    """A study that cannot give an answer; its text says why, and the command ends with 1."""
