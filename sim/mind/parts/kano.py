"""Kinds of attributes: what must be is only missed, what delights is only enjoyed, the rest is both."""

from typing import TYPE_CHECKING, Literal

from sim.kernel import kernel
from sim.mind.part import Part, PartSettings
from sim.people.columns import Attribute
from sim.people.feelings import asymmetric
from sim.rule import rule
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market

Class = Literal["must_be", "linear", "delight"]
_NUMBER = {"must_be": -1, "linear": 0, "delight": 1}
_KANO = "Kano, Seraku, Takahashi & Tsuji 1984; [A] which class"


class KanoSettings(PartSettings):
    """The class of each attribute. Linear: as without this part."""

    product: Class = setting("must_be", "class of the product or core service", source=_KANO)
    price_fairness: Class = setting("linear", "class of the fairness of the price", source=_KANO)
    service: Class = setting("linear", "class of service encounters", source=_KANO)
    convenience: Class = setting("linear", "class of the ease of dealing with the firm", source=_KANO)
    personal: Class = setting("delight", "class of being known and met as a person", source=_KANO)


@rule(
    "gap", -0.4, 0.4, lines=("kind", -1, 0, 1), also=("kano", "must_be", "delight"), gain=1.0, loss=2.0,
    reads={
        "kind": "mind.kano.product mind.kano.price_fairness mind.kano.service mind.kano.convenience mind.kano.personal",
        "gain": "feel.gain",
        "loss": "feel.loss",
    },
)  # fmt: skip
@kernel
def felt_by_class(gap: float, kind: int, gain: float, loss: float) -> float:
    """Return how strongly a gap between experience and expectation is felt in an attribute of a class.

    Equation: asymmetric(gap, gain, loss) for a linear attribute; (gain + loss) min(gap, 0) for one that must be;
        (gain + loss) max(gap, 0) for one that delights
    Units: gap on the attribute scale (0-1), in [-1, 1]; kind -1 must be, 0 linear, 1 delight; gain and loss are
        weights, the settings feel.gain and feel.loss
    Source: Kano, Seraku, Takahashi & Tsuji 1984; [A] the two weights of an attribute add up to the same in each class
    """
    if kind < 0:
        return asymmetric(gap, 0.0, gain + loss)
    if kind > 0:
        return asymmetric(gap, gain + loss, 0.0)
    return asymmetric(gap, gain, loss)


class Kano(Part):
    """Kinds of attributes: what must be is only missed, what delights is only enjoyed, the rest is both."""

    settings_class = KanoSettings
    settings: KanoSettings

    def lean(self, market: "Market") -> None:
        """Weigh gaps in each attribute by its class: its weights are what a gap of 1 is felt as."""
        weights, leanings = market.world.feel, market.leanings
        for attribute in Attribute:
            kind = _NUMBER[getattr(self.settings, attribute.name.lower())]
            leanings.gain[attribute] += felt_by_class(1.0, kind, weights.gain, weights.loss) - weights.gain
            leanings.loss[attribute] -= felt_by_class(-1.0, kind, weights.gain, weights.loss) + weights.loss
