"""The check against an e-mail trial: not run without one, true for a known law, false where mails do nothing.

The trial is made up from the law, with more buyers than the real one had. One look at 5 %.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.validation import data_mail
from analysis.validation.limits import not_run
from analysis.validation.registry import checks, chosen

NAME = "a_mail_does_to_others_what_it_did_to_some"
LOGS = np.log([0.6, 8.0, 2.0])


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    generator, people = np.random.default_rng(1), 12_000
    recency, segment = generator.integers(1, 13, people), generator.choice(["No E-Mail", "E-Mail"], people)
    chance = data_mail.chance_to_buy(LOGS, (recency - 0.5) * 52.0 / 12.0, segment == "E-Mail")
    bought = generator.random(people) < chance
    spend = np.where(bought, generator.gamma(1.2, 100.0, people), 0.0)
    rows = pd.DataFrame({"recency": recency, "segment": segment, "conversion": bought.astype(int), "spend": spend})
    rows.to_csv(file := tmp_path_factory.mktemp("trial") / "trial.csv", index=False)
    return file


def test_what_a_mail_did_to_half_of_the_people_it_did_to_the_others(
    trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECRM_MAIL_TRIAL", str(trial))
    found = checks()[NAME].run(fast=True)
    assert found.verdict
    assert "no mail, 9 to 12 months" in found.note
    assert not checks()[NAME].without("reminders by mail", fast=True).verdict


def test_the_law_of_a_trial_is_found(trial: Path) -> None:
    found = data_mail._fitted(str(trial))
    gap = found.logs - LOGS
    assert gap @ np.linalg.solve(found.errors, gap) < 16.3  # the .999 quantile of chi-squared with three degrees
    assert found.shape == pytest.approx(1.2, rel=0.2)


def test_without_a_trial_it_is_named_as_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECRM_MAIL_TRIAL", raising=False)
    assert checks()[NAME].claim in {each.claim for each in not_run()}
    assert NAME not in {check.name for check in chosen([])}
