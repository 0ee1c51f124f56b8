"""The command ``ecrm``: a module for each family of verbs; everything heavy is imported when a verb needs it."""

from analysis.cli import logs, names, search, studies, validation, value  # noqa: F401 - they add their verbs
from analysis.cli.app import app, main

__all__ = ["app", "main"]
