"""The settings of one firm: its levers, its call center, its programs and its strategy."""

from typing import TYPE_CHECKING

from sim.call_center.settings import CallCenterSettings
from sim.registry import settings_of
from sim.settings import Settings, setting

if TYPE_CHECKING:
    Programs = Settings
    Strategies = Settings
else:
    Programs = settings_of("Programs", "programs", True, "the manager's choice", __name__)
    Strategies = settings_of("Strategies", "strategies", True, "the manager's choice", __name__)


class Offer(Settings):
    """The five attributes of an offer, as delivered or as promised, each 0-1."""

    product: float = setting(0.80, "product or core service", "0-1", ge=0, le=1)
    price_fairness: float = setting(0.72, "fairness of the price", "0-1", ge=0, le=1)
    service: float = setting(0.72, "service encounters", "0-1", ge=0, le=1)
    convenience: float = setting(0.76, "ease of dealing with the firm", "0-1", ge=0, le=1)
    personal: float = setting(0.62, "being known and met as a person", "0-1", ge=0, le=1)


class FirmSettings(Settings):
    """What a firm is and does. Levers may be moved by a strategy; programs start after the burn-in."""

    price: float = setting(1.0, "price relative to the market's reference price", "factor", gt=0, le=100)
    level: Offer = setting(Offer, "what is delivered")
    promise: Offer | None = setting(None, "what is promised; empty: what is delivered")
    brand: float = setting(0.0, "pull of the name", "utility", ge=-20, le=20)
    failures: float = setting(
        0.6, "failures a customer meets (subscription: a year; repertoire: an order)", "a year / an order", ge=0, le=100
    )
    direct_cost_share: float = setting(0.5, "direct cost of what is sold", "share of revenue", ge=0, le=1)
    acquisition_cost: float = setting(0.0, "cost of each person who joins", "currency", ge=0, le=1e6)
    fixed_cost: float = setting(0.0, "fixed cost", "currency a year", ge=0, le=1e12)
    call_center: CallCenterSettings = setting(CallCenterSettings, "the call center, own or a benchmark")
    programs: Programs = setting(Programs, "retention programs by name")
    strategy: Strategies = setting(Strategies, "what moves the levers, by name; none: they stay as they are")
