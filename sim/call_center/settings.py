"""Settings of a call center. Times of callers are in minutes; a share or chance is between 0 and 1."""

from typing import Literal, Self

from pydantic import model_validator

from sim.settings import Settings, setting

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK_HOURS = 168.0

# the double hump of office hours: a peak in the late morning, a lower one in the afternoon
_HOURS = (
    *(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.4),
    *(0.8, 1.1, 1.3, 1.2, 0.9, 0.9, 1.1, 1.2, 1.0, 0.8),
    *(0.6, 0.5, 0.4, 0.3, 0.2, 0.1),
)
_PATTERN = "[A] the usual double hump with a heavy Monday; vary it in sensitivity studies"
_BANK = "a bank's call log of 1999 (Anonymous Bank, Technion) has"


class OpeningSettings(Settings):
    """When somebody answers."""

    days: tuple[Day, ...] = setting(DAYS[:6], "days on which the center is open", min_length=1, max_length=7)
    opens: int = setting(8, "hour at which it opens", "hour of the day", ge=0, le=23)
    closes: int = setting(18, "hour at which it closes", "hour of the day", ge=1, le=24)

    @model_validator(mode="after")
    def _open_at_all(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError(f"opens = {self.opens}, closes = {self.closes}: a center opens before it closes")
        if len(set(self.days)) < len(self.days):
            raise ValueError(f"days = {list(self.days)}: each day is named once")
        return self


class ProfileSettings(Settings):
    """When people call. Only hours and days on which the center is open count."""

    hours: tuple[float, ...] = setting(
        _HOURS, "weight of each hour of a day", "relative", _PATTERN, min_length=24, max_length=24
    )
    days: tuple[float, ...] = setting(
        (1.25, 1.05, 1.0, 1.0, 1.0, 0.7, 0.4),
        "weight of each day, Monday first",
        "relative",
        _PATTERN,
        min_length=7,
        max_length=7,
    )

    @model_validator(mode="after")
    def _not_negative(self) -> Self:
        for name in ("hours", "days"):
            if min(getattr(self, name)) < 0.0:
                raise ValueError(f"{name} = {list(getattr(self, name))}: allowed are weights of at least 0")
        return self


class HandleTimeSettings(Settings):
    """How long a contact keeps an agent of normal speed busy: lognormal."""

    mean_minutes: float = setting(6.0, "mean time an agent needs for a contact", "minutes", gt=0, le=240)
    log_sd: float = setting(0.9, "standard deviation of its logarithm", "log minutes", f"{_BANK} .946", ge=0, le=3)


class PatienceSettings(Settings):
    """How long callers wait before they hang up: exponential."""

    mean_minutes: float = setting(
        3.0,
        "mean patience of a caller of normal patience",
        "minutes",
        f"[A] {_BANK} 7.2",
        gt=0,
        le=1e6,
    )


class RedialSettings(Settings):
    """Who hung up may call again."""

    chance: float = setting(0.5, "chance to call again after hanging up", "chance", ge=0, le=1)
    delay_minutes: float = setting(30.0, "mean delay of that call, counted in opening hours", "minutes", gt=0, le=1e5)


class RepeatSettings(Settings):
    """Whose problem was not solved may call again."""

    chance: float = setting(0.6, "chance to call again when the contact solved nothing", "chance", ge=0, le=1)
    delay_days: float = setting(2.0, "mean delay of that call", "days", gt=0, le=365)


class TargetSettings(Settings):
    """What the center wants to reach: a share of offered calls answered within a time."""

    share: float = setting(
        0.8, "share of offered calls to answer in time", "share", "custom in the industry", ge=0, lt=1
    )
    within_seconds: float = setting(20.0, "what in time means", "seconds", "custom in the industry", ge=0, le=3600)


class StaffingSettings(Settings):
    """How many agents are on duty."""

    kind: Literal["fixed", "erlang_a"] = setting(
        "erlang_a",
        "fixed: hours_per_week, spread by load; erlang_a: what the target needs, each half hour",
        source="the firm's choice",
    )
    hours_per_week: float = setting(
        0.0, "hours on duty a week (kind: fixed)", "hours a week", "the firm's choice", ge=0, le=4e6
    )
    extra: float = setting(0.0, "hours on duty on top, as a share", "share", "the firm's choice", ge=0, le=10)


class AgentSettings(Settings):
    """Who works there."""

    speed_sd: float = setting(0.1, "spread of agents' speed (mean 1, log standard deviation)", "log", ge=0, le=1)
    quality_sd: float = setting(
        0.1,
        "spread of agents' quality, a factor on the chance to solve (mean 1, log standard deviation)",
        "log",
        ge=0,
        le=1,
    )
    hours_per_week: float = setting(30.0, "paid hours of one agent", "hours a week", gt=0, le=WEEK_HOURS)
    shrinkage: float = setting(
        0.3,
        "share of paid hours not on duty (breaks, training, absence)",
        "share",
        "custom in the industry",
        ge=0,
        lt=1,
    )
    pay_per_hour: float = setting(20.0, "loaded pay for a paid hour", "currency", ge=0, le=1e4)


class BenchmarkSettings(Settings):
    """A center that is only known by its figures: a rival's or an outsourcer's."""

    chance_of_wait: float = setting(0.3, "chance that a caller waits at all", "chance", ge=0, le=1)
    mean_wait_minutes: float = setting(0.7, "mean wait of those who wait, were they patient", "minutes", gt=0, le=1e4)
    price_per_contact: float = setting(
        5.25,
        "loaded price of an answered contact",
        "currency",
        "published cost of a phone contact; loaded",
        ge=0,
        le=1e4,
    )
    resolution: float = setting(0.72, "chance that a contact solves its problem", "chance", ge=0, le=1)


class CallCenterSettings(Settings):
    """One firm's call center."""

    kind: Literal["own", "benchmark"] = setting(
        "own",
        "own: agents answer call by call; benchmark: waits drawn from known figures",
        source="the modeler's choice",
    )
    opening: OpeningSettings = setting(OpeningSettings, "opening hours")
    profile: ProfileSettings = setting(ProfileSettings, "when people call")
    handle_time: HandleTimeSettings = setting(HandleTimeSettings, "how long a contact takes")
    patience: PatienceSettings = setting(PatienceSettings, "how long callers wait")
    redial: RedialSettings = setting(RedialSettings, "calling again after hanging up")
    repeat: RepeatSettings = setting(RepeatSettings, "calling again when nothing was solved")
    resolution: float = setting(0.72, "chance that an agent of normal quality solves the problem", "chance", ge=0, le=1)
    target: TargetSettings = setting(TargetSettings, "what the center wants to reach")
    staffing: StaffingSettings = setting(StaffingSettings, "how many agents are on duty")
    agents: AgentSettings = setting(AgentSettings, "who works there")
    tools_per_contact: float = setting(0.5, "telecoms and tools for one offered contact", "currency", ge=0, le=1e4)
    customers_represented: float = setting(
        4.0,
        "customers for whom each simulated one stands in the queue (1: neutral); service depends on a center's size",
        "customers",
        "the modeler's choice",
        ge=1,
        le=60_000,
    )
    priority: float = setting(
        0.0, "share of customers, the most valuable, answered first", "share", "the firm's choice", ge=0, le=1
    )
    benchmark: BenchmarkSettings = setting(BenchmarkSettings, "the figures of a benchmark (kind: benchmark)")

    @model_validator(mode="after")
    def _someone_calls(self) -> Self:
        hours = self.profile.hours[self.opening.opens : self.opening.closes]
        days = [self.profile.days[DAYS.index(day)] for day in self.opening.days]
        if sum(hours) <= 0.0 or sum(days) <= 0.0:
            raise ValueError("profile: some open hour and some open day needs a weight above 0")
        return self
