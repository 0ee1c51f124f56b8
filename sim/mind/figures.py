"""The figures that further parts of the mind give, as in ``sim.metrics``; NaN where the part is off."""

from sim.figures import Row, ratio

FIGURES: tuple[Row, ...] = (
    ("toughness", "mean toughness of customers, in standard deviations of the people", "standard deviations",
     "customers", None, ("Toughness", "Exigencia", "挑剔程度"), ratio("toughness", "customers")),
    # satisfaction and needs
    # trust and privacy
    # loyalty and contracts
    # word of mouth and feedback
)  # fmt: skip
