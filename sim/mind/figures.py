"""The figures that further parts of the mind give, as in ``sim.metrics``; NaN where the part is off."""

from sim.figures import Columns, Floats, Row, over, per_year, ratio, total


def _heard(counts: Columns, dt: float) -> Floats:
    persons = counts["customers"].sum(axis=0) + counts["prospects"].sum(axis=0)
    return over(counts["word_heard"].sum(axis=0), persons * dt)


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
    ("contract_share", "customers under contract", "share", "customers", None,
     ("Under contract", "Con contrato", "合约期内"), ratio("under_contract", "customers")),
    ("notice_share", "customers who gave notice and have not left yet", "share", "customers", "down",
     ("Gave notice", "Con preaviso", "已通知离开"), ratio("on_notice", "customers")),
    ("exit_fees", "exit fees paid, a part of revenue", "currency", "firm", None,
     ("Exit fees", "Penalizaciones", "违约金"), total("exit_fees")),
    ("categories_held", "mean categories held with the firm", "categories", "customers", "up",
     ("Categories held", "Categorías contratadas", "持有品类数"), ratio("categories", "customers")),
    ("share_of_wallet",
     "categories held / categories bought anywhere (repertoire: orders / orders expected of customers anywhere)",
     "share", "customers", "up", ("Share of wallet", "Cuota de cartera", "钱包份额"), ratio("wallet_here", "wallet")),
    # word of mouth and feedback
    ("tellings_per_customer", "times that a customer told friends about the firm, a customer-year", "a year",
     "customer-years", None, ("Tellings", "Recomendaciones y críticas", "口碑传播次数"),
     per_year("tellings", "customers")),
    ("word_heard_per_person", "messages about the firm that a person heard from friends, a year", "a year",
     "persons in the market", None, ("Word heard", "Mensajes oídos", "听到的口碑"), _heard),
    ("bad_word_share", "messages heard that told less than the anchor's performance / messages heard", "share",
     "messages heard", "down", ("Bad word", "Mensajes negativos", "负面口碑占比"),
     ratio("bad_word_heard", "word_heard")),
    ("public_rating", "performance as customers' reviews tell it, weighted by how readily each speaks", "0-100",
     "customers", "up", ("Public rating", "Valoración pública", "公开评分"), ratio("rated", "raters", 100.0)),
)  # fmt: skip
