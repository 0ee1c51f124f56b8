"""Service recovery: who complains and is helped gets compensation."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.firms.program import Program, ProgramSettings
from sim.ledger import Cents, to_cents
from sim.people.experience import Incident
from sim.settings import setting

if TYPE_CHECKING:
    from sim.call_center.records import Records
    from sim.market import Market


class RecoverySettings(ProgramSettings):
    """What a failure is compensated with."""

    compensation: float = setting(
        10.0, "paid to a complainer whose contact resolves the failure", "currency", ge=0, le=1e5
    )
    by_severity: bool = setting(
        True, "in proportion to the severity of the problem, 0 to twice the amount", source="the manager's choice"
    )


class Recovery(Program):
    """Compensate complainers whose failure is resolved: distributive justice (Smith, Bolton & Wagner 1999)."""

    settings_class = RecoverySettings
    settings: RecoverySettings

    def compensation(self, market: "Market", records: "Records") -> Cents:
        """Return cents for each of the firm's own ended contacts: complaints resolved while the problem was open."""
        severity = market.people.problem[records.person, self.firm.number].astype(np.float64)
        helped: NDArray[np.bool_] = (records.cause == Incident.FAILURE) & records.resolved & (severity > 0.0)
        factor = 2.0 * severity if self.settings.by_severity else 1.0
        return np.where(helped, to_cents(self.settings.compensation * factor * np.ones(len(severity))), 0)
