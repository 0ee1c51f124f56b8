"""The figures of satisfaction and needs.

By attribute, those of the scorecard: satisfaction, and the gap between what is got and what is expected.
"""

import numpy as np

from sim.figures import Columns, Floats, Row, Rule, over, ratio

_NAMES = {
    "product": ("product", "producto", "产品"),
    "price_fairness": ("fairness of the price", "equidad del precio", "价格公平性"),
    "service": ("service", "servicio", "服务"),
    "convenience": ("convenience", "comodidad", "便利性"),
    "personal": ("personal side", "trato personal", "人际关怀"),
}


def _per_look(counts: Columns, name: str, k: str) -> Floats:
    return over(counts[f"{name}_{k}"].sum(axis=0), counts[f"seen_{k}"].sum(axis=0))


def _weight(counts: Columns, k: str) -> Floats:
    return over(counts[f"weight_{k}"].sum(axis=0), counts["seen_product"].sum(axis=0))  # all customers see the product


def _gap(k: str) -> Rule:
    return lambda counts, dt: 100.0 * (_per_look(counts, "performance", k) - _per_look(counts, "expected", k))


def _weighted_gap(k: str) -> Rule:
    return lambda counts, dt: _weight(counts, k) * _gap(k)(counts, dt)


def _satisfaction_with(k: str) -> Rule:
    return lambda counts, dt: 100.0 * _per_look(counts, "judged", k)


def satisfaction_index(counts: Columns, dt: float) -> Floats:
    """Return the satisfaction with each attribute that was met, weighed by importance, 0-100."""
    weights = np.array([_weight(counts, k) for k in _NAMES])
    scores = np.array([_satisfaction_with(k)(counts, dt) for k in _NAMES])
    met = np.where(np.isnan(scores), 0.0, weights)
    return over((met * np.nan_to_num(scores)).sum(axis=0), met.sum(axis=0))


def _rows(k: str, names: tuple[str, str, str]) -> list[Row]:
    en, es, zh = names
    base = "contacts that ended" if k == "service" else "customers"
    return [
        (f"satisfaction_with.{k}", f"mean satisfaction that the {en} alone would call for", "0-100", base, "up",
         (f"Satisfaction: {en}", f"Satisfacción: {es}", f"满意度：{zh}"), _satisfaction_with(k)),
        (f"gap.{k}", f"what is got less what is expected, {en}", "points of 100", base, "up",
         (f"Gap: {en}", f"Brecha: {es}", f"差距：{zh}"), _gap(k)),
        (f"weighted_gap.{k}", f"that gap times its importance, {en}: the lowest is the first to mend", "points of 100",
         base, "up", (f"Weighted gap: {en}", f"Brecha ponderada: {es}", f"加权差距：{zh}"), _weighted_gap(k)),
    ]  # fmt: skip


def _survey_bias(counts: Columns, dt: float) -> Floats:
    measured = over(counts["survey_answers"].sum(axis=0), counts["survey_answered"].sum(axis=0))
    return 100.0 * (measured - over(counts["survey_truth"].sum(axis=0), counts["survey_asked"].sum(axis=0)))


SCORES: tuple[Row, ...] = (
    ("satisfaction_index", "satisfaction with each attribute, weighed by its importance", "0-100", "customers", "up",
     ("Satisfaction index", "Índice de satisfacción", "满意度指数"), satisfaction_index),
    *(row for k, names in _NAMES.items() for row in _rows(k, names)),
    ("measured_satisfaction", "mean satisfaction answered in surveys", "0-100", "answers", "up",
     ("Measured satisfaction", "Satisfacción medida", "调查满意度"), ratio("survey_answers", "survey_answered", 100.0)),
    ("response_rate", "customers who answered a survey / customers asked", "share", "customers asked", None,
     ("Response rate", "Tasa de respuesta", "调查应答率"), ratio("survey_answered", "survey_asked")),
    ("survey_bias", "measured satisfaction less the true one of all who were asked", "points of 100",
     "customers asked", None, ("Bias of the survey", "Sesgo de la encuesta", "调查偏差"), _survey_bias),
    ("need_seen_by_demographics", "customers whose need segment is guessed rightly from demographics / customers",
     "share", "customers", None,
     ("Need seen by demographics", "Necesidad vista por la demografía", "从人口特征看出的需求"),
     ratio("needs_guessed", "customers")),
    ("need_known", "customers whose need segment the firm knows from their data / customers", "share", "customers",
     "up", ("Need known", "Necesidad conocida", "已知需求"), ratio("needs_known", "customers")),
    ("online_share", "customers who use the e-channel / customers", "share", "customers", None,
     ("Online", "En línea", "上网比例"), ratio("online_customers", "customers")),
)  # fmt: skip
