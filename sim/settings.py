"""What every room's settings have in common."""

from pydantic import BaseModel, ConfigDict


class BadInput(ValueError):
    """Input that cannot be used: its text names the key, the value, what is allowed and the nearest name."""


class Settings(BaseModel):
    """Base of all settings: unknown keys are refused, numbers are finite, and nothing changes after it was checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)
