"""The figures that further parts of the mind give, as in ``sim.metrics``; NaN where the part is off."""

from typing import Literal

from sim.figures import Columns, Floats, Row, last, over, per_year, ratio, total
from sim.mind.scores import SCORES


def _heard(counts: Columns, dt: float) -> Floats:
    persons = counts["customers"].sum(axis=0) + counts["prospects"].sum(axis=0)
    return over(counts["word_heard"].sum(axis=0), persons * dt)


# Dick & Basu's cells
_CELLS: tuple[tuple[str, str, Literal["up", "down"] | None, tuple[str, str, str]], ...] = (
    ("true", "customers who would choose the firm on its merits, and stay", "up",
     ("True loyalty", "Lealtad verdadera", "真正忠诚")),
    ("latent", "customers who would choose the firm on its merits, and may well go", None,
     ("Latent loyalty", "Lealtad latente", "潜在忠诚")),
    ("spurious", "customers who stay though a rival has more to offer them", None,
     ("Spurious loyalty", "Lealtad espuria", "虚假忠诚")),
    ("none", "customers who would choose a rival on its merits, and may well go", "down",
     ("No loyalty", "Sin lealtad", "不忠诚")),
)  # fmt: skip

# what keeps customers: English, Spanish, Chinese
_SOURCES = (
    ("commitment", "commitment", "compromiso", "承诺"),
    ("offer", "a better offer", "mejor oferta", "更好的产品服务"),
    ("price", "a lower price", "menor precio", "更低的价格"),
    ("taste", "taste and brand", "gusto y marca", "偏好与品牌"),
    ("trust", "trust", "confianza", "信任"),
    ("satisfaction", "satisfaction", "satisfacción", "满意"),
    ("habit", "habit", "hábito", "习惯"),
    ("pull", "programs and invitations", "programas e invitaciones", "优惠计划与邀请"),
    ("procedural", "the effort of switching", "esfuerzo de cambiar", "转换的麻烦"),
    ("barrier", "what is built up and exit barriers", "lo acumulado y barreras de salida", "积累与退出壁垒"),
    ("relational", "the personal bond", "vínculo personal", "人情关系"),
    ("financial", "money at stake", "dinero en juego", "会损失的钱"),
)

_STAGES = (
    ("prospect", "people who never were customers", ("Never customers", "Nunca clientes", "从未成为客户")),
    ("first_time", "customers who have not chosen the firm again yet",
     ("First-time customers", "Clientes primerizos", "首次客户")),
    ("repeat", "customers who chose the firm again", ("Repeat customers", "Clientes que repiten", "重复客户")),
    ("loyal", "repeat customers who are committed", ("Loyal customers", "Clientes leales", "忠诚客户")),
    ("advocate", "loyal customers who are so satisfied that they speak for the firm",
     ("Advocates", "Prescriptores", "拥护者")),
    ("former", "people who were customers once", ("Former customers", "Antiguos clientes", "前客户")),
)  # fmt: skip

FIGURES: tuple[Row, ...] = (
    ("toughness", "mean toughness of customers, in standard deviations of the people", "standard deviations",
     "customers", None, ("Toughness", "Exigencia", "挑剔程度"), ratio("toughness", "customers")),
    # satisfaction and needs
    *SCORES,
    # trust and privacy
    ("trust", "mean trust of customers in the firm, 0-100", "0-100", "customers", "up",
     ("Trust", "Confianza", "信任"), ratio("trust", "customers", 100.0)),
    ("credibility", "mean credibility of the firm to customers, 0-100", "0-100", "customers", "up",
     ("Credibility", "Credibilidad", "可信度"), ratio("credibility", "customers", 100.0)),
    ("reliability", "mean reliability of the firm to customers, 0-100", "0-100", "customers", "up",
     ("Reliability", "Fiabilidad", "可靠度"), ratio("reliability", "customers", 100.0)),
    ("intimacy", "mean closeness that customers feel to the firm, 0-100", "0-100", "customers", "up",
     ("Intimacy", "Cercanía", "亲近度"), ratio("intimacy", "customers", 100.0)),
    ("self_orientation", "mean self-orientation of the firm as customers see it, which divides trust; 1: as any firm",
     "0.5-2", "customers", "down", ("Self-orientation", "Interés propio", "利己程度"),
     ratio("self_orientation", "customers")),
    ("consent_share", "share of customers whose data the firm may use", "share", "customers", "up",
     ("Consent", "Consentimiento", "同意率"), ratio("consent", "customers")),
    ("knowledge", "mean knowledge that the firm has of its customers, 0-100", "0-100", "customers", "up",
     ("Knowledge of customers", "Conocimiento de los clientes", "客户了解度"), ratio("knowledge", "customers", 100.0)),
    ("disclosure_rate", "share of those asked for their data who gave them", "share", "requests", "up",
     ("Disclosure", "Entrega de datos", "信息披露率"), ratio("data_given", "data_asked")),
    ("privacy_alarm", "mean alarm of customers about the use of data, log factor on their hazard", "log factor",
     "customers", "down", ("Privacy alarm", "Alarma por la privacidad", "隐私警觉"), ratio("alarm", "customers")),
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
    *(
        (f"loyalty.{name}", definition, "share", "customers", better, label, ratio(f"loyalty_{name}", "loyalty_seen"))
        for name, definition, better, label in _CELLS
    ),
    ("stays_a_year",
     "mean chance of customers to stay for a year as they feel now; repertoire: to buy here next and not to lapse",
     "share", "customers", "up", ("Would stay a year", "Seguiría un año", "会留一年"),
     ratio("stays_a_year", "loyalty_seen")),
    *(
        (f"stays_for.{name}", f"customers kept most by {name_en}", "share", "customers", None,
         (f"Stays for: {name_en}", f"Se queda por: {es}", f"留下因：{zh}"), ratio(f"stays_for_{name}", "loyalty_seen"))
        for name, name_en, es, zh in _SOURCES
    ),
    *(
        (f"kept_by.{name}", f"mean rise of customers' chance to stay for a year by {name_en}", "share", "customers",
         None, (f"Kept by: {name_en}", f"Retiene: {es}", f"留住客户：{zh}"), ratio(f"kept_by_{name}", "loyalty_seen"))
        for name, name_en, es, zh in _SOURCES
    ),
    *(
        (f"stage.{name}", definition, "people", "persons", None, label, last(f"stage_{name}"))
        for name, definition, label in _STAGES
    ),
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
    ("referrals", "people who came by a friend's invitation", "people", "persons", "up",
     ("Referrals", "Altas por invitación", "推荐新增"), total("referrals")),
    ("referred_share", "customers who came by a friend's invitation / customers", "share", "customers", "up",
     ("Referred customers", "Clientes recomendados", "推荐客户占比"), ratio("referred", "customers")),
    ("referral_value",
     "customer referral value: margin, within the time that counts, of the share of those whom a customer brought that"
     " would not have come alone, and the cost of acquisition spared with all, less rewards, for each who brought some",
     "currency a year", "people who brought some", "up",
     ("Referral value", "Valor de recomendación", "推荐价值"), per_year("referral_margin", "referrers")),
    ("community_share", "members of the firm's community / customers", "share", "customers", None,
     ("Community members", "Miembros de la comunidad", "社区成员占比"), ratio("community_members", "customers")),
    ("crowd_solved_share", "questions that other customers answered / questions", "share", "questions", "up",
     ("Answered by the crowd", "Resuelto por la comunidad", "众答占比"), ratio("crowd_answered", "questions_asked")),
    ("open_complaint_share", "customers whose complaint is still open / customers", "share", "customers", "down",
     ("Open complaints", "Quejas abiertas", "未结投诉占比"), ratio("open_complaints", "customers")),
    ("feedback_used", "complaints that the firm acted upon", "number", "firm", None,
     ("Feedback used", "Quejas aprovechadas", "采纳的反馈"), total("feedback_used")),
    ("failures_spared_per_feedback",
     "failures that mending is expected to have spared since the watch began / complaints acted upon since then",
     "number", "complaints acted upon", "up", ("Value of feedback", "Valor de cada queja", "反馈价值"),
     lambda counts, dt: over(counts["spared_so_far"][-1], counts["used_so_far"][-1])),
)  # fmt: skip
