"""The settings of the further parts of the mind, a field for each that the registry finds."""

from typing import TYPE_CHECKING

from sim.registry import settings_of
from sim.settings import Settings

if TYPE_CHECKING:
    MindSettings = Settings
else:
    MindSettings = settings_of("MindSettings", "parts", False, "the modeler's choice", __name__)
