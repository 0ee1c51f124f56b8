import pytest
from pydantic import ValidationError

from sim.call_center.settings import CallCenterSettings


def test_the_defaults_are_a_center_that_can_work():
    settings = CallCenterSettings()
    assert settings.kind == "own"
    assert settings.customers_represented >= 1.0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"opening": {"opens": 18, "closes": 8}}, "a center opens before it closes"),
        ({"opening": {"days": ["mon", "mon"]}}, "each day is named once"),
        ({"opening": {"days": ["funday"]}}, "'mon', 'tue'"),
        ({"profile": {"hours": [1.0] * 23}}, "at least 24 items"),
        ({"profile": {"days": [-1.0] * 7}}, "weights of at least 0"),
        ({"profile": {"hours": [1.0] * 8 + [0.0] * 16}}, "some open hour and some open day needs a weight above 0"),
        ({"agents": {"shrinkage": 1.0}}, "less than 1"),
        ({"target": {"share": 1.0}}, "less than 1"),
        ({"customers_represented": 0.5}, "greater than or equal to 1"),
        ({"handle_time": {"mean_minutes": float("inf")}}, "finite number"),
        ({"paitence": {}}, "Extra inputs are not permitted"),
    ],
)
def test_a_center_that_cannot_work_is_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        CallCenterSettings.model_validate(changes)
