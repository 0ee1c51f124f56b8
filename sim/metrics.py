"""Every figure by its one name: what it is, its unit, its base, and how it follows from the counts of periods.

A figure is computed by one function from the counts of a stretch of periods, so a period's figure and a run's cannot
differ in definition. A figure that is undefined (a service level without contacts) is NaN.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.call_center.rules import CHANNELS
from sim.figures import Columns, Floats, Row, Rule, last, over, per_year, ratio, total
from sim.mind.figures import FIGURES
from sim.people.moves import Reason


@dataclass(frozen=True)
class Metric:
    """A figure of one firm."""

    name: str
    definition: str
    unit: str
    base: str
    grain: Literal["period", "run"]  # period: also of each period; run: of a whole run alone
    better: Literal["up", "down"] | None
    label: dict[str, str]  # by language
    rule: Rule | None = None  # None: the run computes it from persons

    @property
    def sign(self) -> float:
        """−1 where less is better, else 1."""
        return -1.0 if self.better == "down" else 1.0


def _churn_rate(counts: Columns, dt: float) -> Floats:
    stays = 1.0 - over(counts["left"], counts["customers_start"])
    years = len(stays) * dt
    kept = np.array([math.pow(all_of_them, 1.0 / years) for all_of_them in np.prod(stays, axis=0).flat])
    return 1.0 - kept.reshape(stays.shape[1:])


def _retention_rate(counts: Columns, dt: float) -> Floats:
    return 1.0 - _churn_rate(counts, dt)


def _spread(counts: Columns, dt: float) -> Floats:
    n = counts["customers"].sum(axis=0)
    mean = over(counts["satisfaction"].sum(axis=0), n)
    return 100.0 * np.sqrt(np.maximum(over(counts["satisfaction_squared"].sum(axis=0), n) - mean * mean, 0.0))


def _agents(counts: Columns, dt: float) -> Floats:
    return over(counts["paid_hours"].sum(axis=0), counts["full_time_hours"].sum(axis=0))


# The names of channels and of causes of leaving, in the languages of labels.
_CHANNELS = {
    "phone": ("phone", "teléfono", "电话"),
    "chat": ("chat", "chat", "在线聊天"),
    "email": ("e-mail", "correo electrónico", "电子邮件"),
}
CAUSES = {
    reason.name.lower(): dict(zip(("en", "es", "zh"), names, strict=True))
    for reason, names in {
        Reason.PRICE: ("price", "precio", "价格"),
        Reason.CORE_FAILURE: ("core failure", "fallo del servicio básico", "核心服务故障"),
        Reason.SERVICE_ENCOUNTER: ("service encounter", "trato recibido", "服务接触"),
        Reason.RESPONSE_TO_FAILURE: ("response to failure", "respuesta al fallo", "故障处理"),
        Reason.INCONVENIENCE: ("inconvenience", "incomodidad", "不便"),
        Reason.COMPETITION: ("a rival's offer", "oferta de un rival", "竞争对手的优惠"),
        Reason.INVOLUNTARY: ("reasons of life", "causas ajenas", "非自愿原因"),
        Reason.WHIM: ("a whim", "capricho", "一时兴起"),
        Reason.ETHICS: ("ethics or privacy", "ética o privacidad", "道德或隐私"),
    }.items()
}


def _by_channel(names: tuple[str, str, str], channel: str) -> tuple[str, str, str]:
    (en, es, zh), (in_en, in_es, in_zh) = names, _CHANNELS[channel]
    return f"{en}, {in_en}", f"{es}, {in_es}", f"{zh}（{in_zh}）"


def _metrics() -> dict[str, Metric]:
    """Return all figures, in the order in which tables show them."""
    rows: list[Row] = [
        ("profit", "revenue less all accrued costs", "currency", "firm", "up", ("Profit", "Beneficio", "利润"),
         total("profit")),
        ("profit_discounted", "profit of each period, discounted to the start", "currency", "firm", "up",
         ("Profit, discounted", "Beneficio descontado", "折现利润"), total("profit_discounted")),
        ("cash_profit", "cash that came in less cash that went out", "currency", "firm", "up",
         ("Cash profit", "Beneficio de caja", "现金利润"), total("cash_profit")),
        ("customer_equity",
         "expected future discounted margin of those who are customers at the end, returns after leaving included",
         "currency", "customers at the end", "up", ("Customer equity", "Valor de la clientela", "客户权益"), None),
        ("prospect_equity", "expected future discounted margin of everybody who is no customer at the end", "currency",
         "everybody else", "up",
         ("Prospect equity", "Valor de los no clientes", "潜在客户权益"), None),
        ("return_on_customer",
         "((margins before fixed cost, carried to the end at the discount rate + equity at the end) / equity at the"
         " start) ^ (1 / years) - 1; equity of customers and of everybody else", "share a year",
         "equity at the start", "up", ("Return on Customer", "Retorno sobre el cliente", "客户回报率"), None),
        ("return_on_present_customers",
         "the same on those who were customers at the start; payroll by their share of contacts", "share a year",
         "customers at the start", "up",
         ("Return on present customers", "Retorno sobre los clientes actuales", "现有客户回报率"), None),
        ("lifetime_value",
         "expected discounted margin of a customer from the end on, simulated forward (`ecrm value`; empty elsewhere)",
         "currency", "customers at the end", "up", ("Lifetime value", "Valor de vida del cliente", "客户终身价值"),
         None),
        ("lifetime_value_formula",
         "the same by formula, each at their own hazard, as if who leaves never returned", "currency",
         "customers at the end", "up",
         ("Lifetime value by formula", "Valor de vida (fórmula)", "客户终身价值（公式）"), None),
        ("churn_rate", "1 - (product over periods of 1 - left / customers at the start) ^ (1 / years)", "share a year",
         "customers at the start of each period", "down",
         ("Churn rate", "Tasa de abandono", "客户流失率"), _churn_rate),
        ("churn_hazard", "customers who left per customer-year", "a year", "customer-years", "down",
         ("Churn hazard", "Riesgo de abandono", "流失风险"), per_year("left", "customers")),
        ("retention_rate", "1 - churn rate", "share a year", "customers at the start of each period", "up",
         ("Retention rate", "Tasa de retención", "客户保留率"), _retention_rate),
        ("satisfaction", "mean true satisfaction", "0-100", "customers", "up",
         ("Satisfaction", "Satisfacción", "满意度"), ratio("satisfaction", "customers", 100.0)),
        ("satisfaction_sd", "standard deviation of true satisfaction over customers", "0-100", "customers", None,
         ("Spread of satisfaction", "Dispersión de la satisfacción", "满意度离散"), _spread),
        ("commitment", "mean commitment (attitude)", "0-100", "customers", "up", ("Commitment", "Compromiso", "承诺"),
         ratio("commitment", "customers", 100.0)),
        ("service_level", "contacts answered within the target time / offered", "share", "offered contacts", "up",
         ("Service level", "Nivel de servicio", "服务水平"), ratio("answered_within", "offered")),
        ("service_level_answered", "contacts answered within the target time / answered", "share", "answered contacts",
         "up", ("Service level of answered", "Nivel de servicio (atendidos)", "已接来电服务水平"),
         ratio("answered_within", "answered")),
        ("abandonment_rate", "contacts abandoned / offered", "share", "offered contacts", "down",
         ("Abandonment rate", "Tasa de abandono de llamadas", "放弃率"), ratio("abandoned", "offered")),
        ("mean_wait", "mean wait of all contacts that were answered or abandoned", "minutes", "ended contacts", "down",
         ("Mean wait", "Espera media", "平均等待"), ratio("wait_minutes", "waited")),
        ("mean_wait_answered", "mean wait of answered contacts (speed of answer)", "minutes", "answered contacts",
         "down", ("Speed of answer", "Velocidad de respuesta", "应答速度"),
         ratio("wait_minutes_answered", "answered")),
        ("occupancy", "time with contacts / time on duty without breaks", "share", "time on duty", None,
         ("Occupancy", "Ocupación", "占用率"), ratio("busy_minutes", "available_minutes")),
        ("handle_minutes", "mean time of an agent with a contact", "minutes", "answered contacts", None,
         ("Handle time", "Tiempo de gestión", "处理时长"), ratio("handle_minutes", "handled")),
        ("first_contact_resolution",
         "contacts not followed by another on the same need within 7 days / answered contacts that ended", "share",
         "answered contacts that ended", "up",
         ("First-contact resolution", "Resolución al primer contacto", "首次解决率"),
         ratio("handled_once", "handled")),
        ("repeat_share", "offered contacts that repeat an unresolved one", "share", "offered contacts", "down",
         ("Repeat share", "Repeticiones", "重复来电占比"), ratio("repeats", "offered")),
        ("redial_share", "offered contacts that redial an abandoned one", "share", "offered contacts", "down",
         ("Redial share", "Rellamadas", "重拨占比"), ratio("redials", "offered")),
        ("contact_rate", "contacts of simulated customers a customer-year", "a year", "customer-years", None,
         ("Contact rate", "Contactos por cliente", "联系频率"), per_year("own_contacts", "customers")),
        ("contained_share", "contacts whose need self-service or the menu met / contacts", "share", "contacts", "up",
         ("Contained", "Autoservicio", "自助解决占比"), ratio("contained", "contacts")),
        ("blocked_share", "contacts that found no free line / contacts", "share", "contacts", "down",
         ("Blocked", "Bloqueados", "占线占比"), ratio("blocked", "contacts")),
        ("called_back_share", "answered contacts that were called back / answered", "share", "answered contacts", None,
         ("Called back", "Devueltas", "回拨占比"), ratio("called_back", "answered")),
        ("backlog", "e-mails and promised call-backs that wait at the end", "contacts", "center", "down",
         ("Backlog", "Pendientes", "积压"),
         last("backlog")),
        ("agent_turnover", "agents who quit / agent-years", "a year", "agent-years", "down",
         ("Agent turnover", "Rotación de agentes", "坐席流失率"), per_year("quits", "agents_employed")),
        ("agent_tenure_years", "mean time since the first day at work", "years", "agents", "up",
         ("Agent tenure", "Antigüedad de agentes", "坐席工龄"), ratio("agent_tenure", "agents_employed")),
        ("morale", "mean morale of agents", "0-100", "agents", "up", ("Morale", "Moral", "士气"),
         ratio("agent_morale", "agents_employed", 100.0)),
        ("turnover_cost", "cost of hires, of the simulated customers' share", "currency", "center", "down",
         ("Cost of turnover", "Coste de la rotación", "坐席流失成本"), total("hiring_cost")),
        *(
            (f"service_level_{channel}", f"contacts by {channel} that ended, answered within the target time / all of"
             " them that were answered or abandoned", "share", f"ended contacts by {channel}", "up",
             _by_channel(("Service level", "Nivel de servicio", "服务水平"), channel),
             ratio(f"in_time_{channel}", f"waited_{channel}"))
            for channel in ("phone", "chat")
        ),
        *(
            (f"mean_wait_{channel}", f"mean wait of contacts by {channel} that were answered or abandoned", "minutes",
             f"ended contacts by {channel}", "down",
             _by_channel(("Mean wait", "Espera media", "平均等待"), channel),
             ratio(f"wait_minutes_{channel}", f"waited_{channel}"))
            for channel in CHANNELS
        ),
        *(
            (f"cost_per_contact_{channel}", f"payroll by busy time, and tools, / answered contacts by {channel}",
             "currency", f"answered contacts by {channel}", "down",
             _by_channel(("Cost per contact", "Coste por contacto", "每次联系成本"), channel),
             ratio(f"cost_{channel}", f"handled_{channel}"))
            for channel in CHANNELS
        ),
        ("cost_per_contact", "service cost / contacts of customers", "currency", "contacts of customers", "down",
         ("Cost per contact", "Coste por contacto", "每次联系成本"), ratio("service_cost", "own_contacts")),
        ("agents", "paid hours / hours of a full-time agent, for the whole center", "full-time equivalents", "center",
         None, ("Agents", "Agentes", "坐席"), _agents),
        ("customers", "people whose provider is the firm at the end (repertoire: who bought lately)", "people",
         "persons", "up", ("Customers", "Clientes", "客户数"), last("customers")),
        ("prospects", "people in the market who are not", "people", "persons", None,
         ("Prospects", "Clientes potenciales", "潜在客户"), last("prospects")),
        ("joined", "people who became customers", "people", "persons", "up", ("Joined", "Altas", "新增"),
         total("joined")),
        ("left", "people who ceased to be customers", "people", "persons", "down", ("Left", "Bajas", "流失"),
         total("left")),
        ("switched_in", "joined from another firm", "people", "persons", "up",
         ("Switched in", "Altas desde rivales", "转入"), total("switched_in")),
        ("switched_out", "left for another firm", "people", "persons", "down",
         ("Switched out", "Bajas hacia rivales", "转出"), total("switched_out")),
        ("share_of_customers", "customers / customers of all firms", "share", "customers of all firms", "up",
         ("Share of customers", "Cuota de clientes", "客户份额"), ratio("customers", "all_customers")),
        ("market_share", "revenue / revenue of all firms", "share", "revenue of all firms", "up",
         ("Market share", "Cuota de mercado", "市场份额"), ratio("revenue", "all_revenue")),
        ("tenure_years", "mean length of the present relationship", "years", "customers", "up",
         ("Tenure", "Antigüedad", "客龄"), ratio("tenure", "customers")),
        ("reopened_per_year", "choices reopened per customer-year", "a year", "customer-years", None,
         ("Choices reopened", "Elecciones reabiertas", "重新选择"), per_year("reopened", "customers")),
        ("open_problem_share", "customers with an open problem", "share", "customers", "down",
         ("Open problems", "Problemas abiertos", "未决问题"), ratio("open_problems", "customers")),
        ("voice_share", "complaints / failures", "share", "failures", None, ("Voice", "Voz", "投诉比例"),
         ratio("complaints", "failures")),
        ("failures_per_customer", "failures per customer-year", "a year", "customer-years", "down",
         ("Failures per customer", "Fallos por cliente", "每客户故障"), per_year("failures", "customers")),
        ("purchases", "fees paid or orders made", "number", "firm", "up", ("Purchases", "Compras", "购买次数"),
         total("purchases")),
        ("revenue", "what customers paid", "currency", "firm", "up", ("Revenue", "Ingresos", "收入"), total("revenue")),
        ("direct_cost", "direct cost of what was sold", "currency", "firm", "down",
         ("Direct cost", "Coste directo", "直接成本"), total("direct_cost")),
        ("reward_cost", "points earned x unit cost x (1 - expected breakage), trued up", "currency", "firm", "down",
         ("Reward cost", "Coste de recompensas", "奖励成本"), total("reward_cost")),
        ("reward_cash", "cost of rewards redeemed", "currency", "firm", "down",
         ("Rewards redeemed", "Recompensas canjeadas", "兑换支出"), total("reward_cash")),
        ("points_liability", "expected cost of points not redeemed yet", "currency", "firm", "down",
         ("Points liability", "Pasivo por puntos", "积分负债"), last("points_liability")),
        ("breakage", "liability released by points that expired", "currency", "firm", None,
         ("Breakage", "Puntos caducados", "积分失效"), total("breakage")),
        ("service_cost", "payroll and tools of an own center, or the price of a benchmark center", "currency", "firm",
         "down", ("Service cost", "Coste de servicio", "服务成本"), total("service_cost")),
        ("program_cost", "compensation and other costs of programs", "currency", "firm", "down",
         ("Program cost", "Coste de programas", "方案成本"), total("program_cost")),
        ("outreach_cost", "cost of messages", "currency", "firm", "down",
         ("Outreach cost", "Coste de mensajes", "触达成本"), total("outreach_cost")),
        ("acquisition_cost", "cost of people who joined", "currency", "firm", "down",
         ("Acquisition cost", "Coste de captación", "获客成本"), total("acquisition_cost")),
        ("acquisition_cost_per_joiner", "acquisition cost / joined", "currency", "people who joined", "down",
         ("Acquisition cost per joiner", "Coste de captación por alta", "每新增客户获客成本"),
         ratio("acquisition_cost", "joined")),
        ("payback_months",
         "months until the cumulated mean margin of who joined for the first time, payroll left out, covers the cost of"
         " acquisition; empty if not within the time watched", "months", "first-time joiners", "down",
         ("Payback of acquisition", "Recuperación de la captación", "获客成本回收期"), None),
        ("fixed_cost", "fixed cost", "currency", "firm", "down", ("Fixed cost", "Coste fijo", "固定成本"),
         total("fixed_cost")),
        ("margin_per_customer", "revenue less direct cost, a customer-year", "currency a year", "customer-years", "up",
         ("Margin per customer", "Margen por cliente", "每客户毛利"), per_year("gross_margin", "customers")),
        ("program_outlay",
         "discounted gross outlay on rewards accrued, compensation, price cuts, messages and payroll;"
         " a study shows it over the reference",
         "currency", "firm", None, ("Outlay", "Desembolso", "投入"), total("outlay")),
        ("value_per_person", "realized discounted margin over all persons, payroll and fixed cost left out", "currency",
         "all persons", "up", ("Value per person", "Valor por persona", "人均价值"), None),
        ("value_per_initial_customer", "realized discounted margin over those who were customers at the start",
         "currency", "customers at the start", "up",
         ("Value per initial customer", "Valor por cliente inicial", "初始客户人均价值"), None),
        ("value_per_customer",
         "realized discounted margin over those who ever were customers (its base moves with the arm)", "currency",
         "customers ever", "up", ("Value per customer", "Valor por cliente", "客户人均价值"), None),
        ("top_20_share", "share of positive realized value that the most valuable fifth brings, of all who ever were"
         " customers", "share", "customers ever", None,
         ("Top fifth's share", "Cuota del 20 % mejor", "前20%占比"), None),
        ("gini", "Gini coefficient of realized value, its positive part (0: all alike, 1: one customer has all)", "0-1",
         "customers ever", None, ("Gini of value", "Gini del valor", "价值基尼系数"), None),
        ("negative_share", "realized value of customers who cost more than they bring / positive realized value",
         "share", "customers ever", "down", ("Negative part of value", "Parte negativa del valor", "负价值占比"), None),
        *FIGURES,
    ]  # fmt: skip
    languages = ("en", "es", "zh")
    return {
        name: Metric(
            name,
            definition,
            unit,
            base,
            "period" if rule else "run",
            better,
            dict(zip(languages, label, strict=True)),
            rule,
        )
        for name, definition, unit, base, better, label, rule in rows
    } | {metric.name: metric for metric in _leaving_causes()}


def _leaving_causes() -> list[Metric]:
    """Return the share of leavers by their main cause."""
    return [
        Metric(
            f"leaving_cause.{name}",
            f"share of leavers whose main cause was {label['en']}",
            "share",
            "people who left (subscription)",
            "period",
            None,
            {"en": f"Left: {label['en']}", "es": f"Baja: {label['es']}", "zh": f"流失：{label['zh']}"},
            ratio(f"left_by_{name}", "leavers"),
        )
        for name, label in CAUSES.items()
    ]


METRICS: dict[str, Metric] = _metrics()
