"""The figures that further parts of the mind give, as in ``sim.metrics``; NaN where the part is off."""

from sim.figures import Row, ratio

FIGURES: tuple[Row, ...] = (
    ("toughness", "mean toughness of customers, in standard deviations of the people", "standard deviations",
     "customers", None, ("Toughness", "Exigencia", "挑剔程度"), ratio("toughness", "customers")),
    # satisfaction and needs
    # trust and privacy
    ("trust", "mean trust of customers in the firm, 0-100", "0-100", "customers", "up",
     ("Trust", "Confianza", "信任"), ratio("trust", "customers", 100.0)),
    ("credibility", "mean credibility of the firm to customers, 0-100", "0-100", "customers", "up",
     ("Credibility", "Credibilidad", "可信度"), ratio("credibility", "customers", 100.0)),
    ("reliability", "mean reliability of the firm to customers, 0-100", "0-100", "customers", "up",
     ("Reliability", "Fiabilidad", "可靠度"), ratio("reliability", "customers", 100.0)),
    ("intimacy", "mean closeness that customers feel to the firm, 0-100", "0-100", "customers", "up",
     ("Intimacy", "Cercanía", "亲近度"), ratio("intimacy", "customers", 100.0)),
    # loyalty and contracts
    # word of mouth and feedback
)  # fmt: skip
