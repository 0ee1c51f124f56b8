"""The survey of who gives data holds; not so where telling how data are used counts for no more than a discount."""

from analysis.validation.patterns_privacy import as_many_give_data_as_in_the_survey as survey


def test_the_survey_s_shares_hold_and_would_not_without_telling_how_data_are_used():
    assert survey.run(fast=True).verdict
    assert not survey.without("telling how data are used", fast=True).verdict
