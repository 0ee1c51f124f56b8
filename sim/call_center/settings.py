"""Settings of a call center. Times of callers are in minutes; a share or chance is between 0 and 1."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import model_validator

from sim.call_center.agents import AgentSettings
from sim.call_center.conduct import ConductSettings
from sim.call_center.morale import MoraleSettings
from sim.call_center.turnover import TurnoverSettings
from sim.settings import Settings, setting

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

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

    day_spread: float = setting(
        0.0, "coefficient of variation of a day's busyness (gamma, mean 1)", "ratio", f"{_BANK} about .25", ge=0, le=2
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
    """How long callers wait before they hang up: Weibull, exponential by default."""

    mean_minutes: float = setting(
        3.0,
        "mean patience of a caller of normal patience",
        "minutes",
        f"[A] {_BANK} 7.2",
        gt=0,
        le=1e6,
    )
    shape: float = setting(1.0, "shape of the law of patience; 1: exponential", "", f"{_BANK} .8", ge=0.2, le=5)


class RedialSettings(Settings):
    """Who hung up may call again."""

    chance: float = setting(0.5, "chance to call again after hanging up", "chance", ge=0, le=1)
    delay_minutes: float = setting(30.0, "mean delay of that call, counted in opening hours", "minutes", gt=0, le=1e5)


class RepeatSettings(Settings):
    """Whose problem was not solved may call again."""

    chance: float = setting(0.6, "chance to call again when the contact solved nothing", "chance", ge=0, le=1)
    delay_days: float = setting(2.0, "mean delay of that call", "days", gt=0, le=365)


class SkillSettings(Settings):
    """A kind of work: a channel, and who asks for it. What is empty is the center's."""

    channel: Literal["phone", "chat", "email"] = setting("phone", "how people reach it", source="the firm's choice")
    share: float = setting(1.0, "weight among what contacts ask for", "relative", ge=0, le=1e6)
    key_accounts: bool = setting(False, "for the most valuable customers (priority) only", source="the firm's choice")
    rank: int | None = setting(
        None,
        "who is answered first: rank 0 before 1, and so on; empty: e-mail after everything else",
        "",
        "the firm's choice",
        ge=0,
        le=20,
    )
    handle_minutes: float | None = setting(None, "mean time an agent needs", "minutes", gt=0, le=240)
    patience_minutes: float | None = setting(None, "mean patience (e-mail: without end)", "minutes", gt=0, le=1e6)
    resolution: float | None = setting(None, "chance that an agent of normal quality solves it", "chance", ge=0, le=1)
    overflow_minutes: float | None = setting(
        None, "wait after which groups whose second choice it is may take it; empty: never", "minutes", ge=0, le=1e5
    )


class GroupSettings(Settings):
    """Agents who can do the same."""

    share: float = setting(1.0, "weight among the agents; 0: nobody", "relative", "the firm's choice", ge=0, le=1e6)
    first: tuple[str, ...] = setting((), "skills that they take at once; empty: all", source="the firm's choice")
    second: tuple[str, ...] = setting((), "skills that they take after its overflow", source="the firm's choice")


class ChatSettings(Settings):
    """Several chats at once."""

    pace: tuple[float, ...] = setting(
        (1.0, 0.62, 0.45),
        "pace of each chat when an agent has one, two, ... at once; as many as there are numbers",
        "of the pace of one",
        "[A] two at once bring a quarter more, three a third",
        min_length=1,
        max_length=10,
    )

    @model_validator(mode="after")
    def _slows_down(self) -> Self:
        if self.pace[0] != 1.0 or min(self.pace) <= 0.0 or any(a < b for a, b in pairwise(self.pace)):
            raise ValueError(f"pace = {list(self.pace)}: allowed are numbers above 0 that do not rise, from 1")
        return self


class CallBackSettings(Settings):
    """Virtual hold: who would wait long may hang up, keep the place in the queue, and is called back."""

    after_minutes: float | None = setting(
        None, "expected wait above which it is offered; empty: never", "minutes", "the firm's choice", ge=0, le=1e5
    )
    accepted: float = setting(0.5, "chance that it is accepted", "chance", ge=0, le=1)


class FeltWaitSettings(Settings):
    """What a minute's wait weighs in what people feel, of one on the line (1)."""

    chat: float = setting(0.7, "in a chat window", "ratio", "[A] one can do something else", ge=0, le=1)
    email: float = setting(0.008, "for an e-mail: two hours are like a minute", "ratio", "[A]", ge=0, le=1)
    call_back: float = setting(0.3, "for a call-back", "ratio", "[A] one can do something else", ge=0, le=1)


class NoticeSettings(Settings):
    """Telling people before they ask."""

    avoided: float = setting(0.0, "share of questions that it answers before they are asked", "share", ge=0, le=1)
    price: float = setting(0.4, "price of the notices that avoid one contact", "currency", "[A]", ge=0, le=1e4)


class SelfServiceSettings(Settings):
    """Answers on the web: instant, for who finds them. A failed try goes on to a person, less patient."""

    tried: float = setting(0.0, "share of needs that are first put to it", "share", ge=0, le=1)
    coverage: float = setting(0.5, "share of needs that it can meet, for a person of full e-skill", "share", ge=0, le=1)
    patience_after: float = setting(0.7, "factor on patience after it failed", "ratio", gt=0, le=1)
    price: float = setting(
        0.1, "price of a need that it, or the voice menu, met", "currency", "published: 0.10-1.00", ge=0, le=1e4
    )


class VoiceMenuSettings(Settings):
    """A voice menu (IVR) before the agents."""

    contained: float = setting(0.0, "share of telephone contacts whose need it meets", "share", ge=0, le=1)


class TargetSettings(Settings):
    """What the center wants to reach: a share of offered calls answered within a time."""

    share: float = setting(
        0.8, "share of offered calls to answer in time", "share", "custom in the industry", ge=0, lt=1
    )
    within_seconds: float = setting(20.0, "what in time means", "seconds", "custom in the industry", ge=0, le=3600)


class StaffingSettings(Settings):
    """How many agents are on duty."""

    kind: Literal["fixed", "erlang_a", "erlang_c", "square_root"] = setting(
        "erlang_a",
        "fixed: hours_per_week, spread by load; erlang_a, erlang_c: what the target needs, each half hour, with and"
        " without callers who hang up; square_root: load + square_root x its square root",
        source="the firm's choice",
    )
    hours_per_week: float = setting(
        0.0, "hours on duty a week (kind: fixed)", "hours a week", "the firm's choice", ge=0, le=4e6
    )
    email_load: float = setting(
        0.85,
        "share of the time planned for e-mail that e-mail is to fill",
        "share",
        "[A] what is left is slack",
        gt=0,
        le=1,
    )
    square_root: float = setting(
        0.5,
        "safety staff over the square root of the load (kind: square_root)",
        "ratio",
        "the firm's choice",
        ge=-3,
        le=10,
    )
    extra: float = setting(
        0.0, "hours on duty on top, as a share; below 0: so many fewer", "share", "the firm's choice", ge=-0.9, le=10
    )


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
    skills: dict[str, SkillSettings] = setting(
        lambda: {"phone": SkillSettings()}, "kinds of work by name", min_length=1, max_length=20
    )
    groups: dict[str, GroupSettings] = setting(
        lambda: {"agents": GroupSettings()}, "groups of agents by name", min_length=1, max_length=20
    )
    chat: ChatSettings = setting(ChatSettings, "several chats at once")
    call_back: CallBackSettings = setting(CallBackSettings, "virtual hold")
    felt_wait: FeltWaitSettings = setting(FeltWaitSettings, "what waits weigh")
    notice: NoticeSettings = setting(NoticeSettings, "telling people before they ask")
    self_service: SelfServiceSettings = setting(SelfServiceSettings, "answers on the web")
    voice_menu: VoiceMenuSettings = setting(VoiceMenuSettings, "a voice menu before the agents")
    screen_pop: float = setting(
        0.0, "share of the handle time saved when the history is fully known", "share", ge=0, lt=1
    )
    lines: int | None = setting(
        None, "telephone lines; who finds none free is blocked; empty: no limit", "lines", ge=1, le=100_000
    )
    engine: Literal["auto", "simpy", "compiled"] = setting(
        "auto",
        "simpy: the readable reference; compiled: its fast twin; auto: by size. No figure depends on it",
        source="the modeler's choice",
    )
    target: TargetSettings = setting(TargetSettings, "what the center wants to reach")
    staffing: StaffingSettings = setting(StaffingSettings, "how many agents are on duty")
    agents: AgentSettings = setting(AgentSettings, "who works there")
    conduct: ConductSettings = setting(ConductSettings, "how agents are led")
    morale: MoraleSettings = setting(MoraleSettings, "how agents feel")
    turnover: TurnoverSettings = setting(TurnoverSettings, "who quits, and who is hired")
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

    def handle_minutes_of(self, skill: SkillSettings) -> float:
        """Return a skill's mean handle time: its own, or the center's."""
        return skill.handle_minutes or self.handle_time.mean_minutes

    def patience_minutes_of(self, skill: SkillSettings) -> float:
        """Return the mean patience of who asks for a skill: its own, or the center's."""
        return skill.patience_minutes or self.patience.mean_minutes

    def resolution_of(self, skill: SkillSettings) -> float:
        """Return the chance that an agent of normal quality solves a contact: the skill's, or the center's."""
        return self.resolution if skill.resolution is None else skill.resolution

    @model_validator(mode="after")
    def _someone_calls(self) -> Self:
        hours = self.profile.hours[self.opening.opens : self.opening.closes]
        days = [self.profile.days[DAYS.index(day)] for day in self.opening.days]
        if sum(hours) <= 0.0 or sum(days) <= 0.0:
            raise ValueError("profile: some open hour and some open day needs a weight above 0")
        return self

    @model_validator(mode="after")
    def _someone_answers(self) -> Self:
        """Each skill is somebody's first choice, and groups name skills that there are."""
        for name, group in self.groups.items():
            for skill in (*group.first, *group.second):
                if skill not in self.skills:
                    raise ValueError(f"groups.{name}: there is no skill {skill!r}; there are: {', '.join(self.skills)}")
        staffed = [group for group in self.groups.values() if group.share > 0.0]
        taken = {skill for group in staffed for skill in group.first or self.skills}
        for name, settings in self.skills.items():
            if name not in taken and settings.share > 0.0:
                raise ValueError(f"skills.{name}: no group has it as a first choice")
            if settings.key_accounts and self.priority <= 0.0:
                raise ValueError(f"skills.{name}.key_accounts: without a priority above 0 nobody is a key account")
        if all(one.key_accounts or one.share <= 0.0 for one in self.skills.values()):
            raise ValueError("skills: one that everybody may ask for needs a share above 0")
        return self
