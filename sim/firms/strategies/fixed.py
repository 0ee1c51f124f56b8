"""The strategy of leaving the levers where they are."""

from sim.firms.strategy import Strategy
from sim.settings import Settings


class FixedSettings(Settings):
    """Nothing to set."""


class Fixed(Strategy):
    """Leave all levers where they are."""

    settings_class = FixedSettings
