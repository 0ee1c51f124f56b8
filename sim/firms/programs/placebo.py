"""A program that does nothing: it must change nobody."""

from sim.firms.program import Program, ProgramSettings


class PlaceboSettings(ProgramSettings):
    """Nothing to set."""


class Placebo(Program):
    """Do nothing: the control that shows that arms differ by what programs do, not by chance."""

    settings_class = PlaceboSettings
