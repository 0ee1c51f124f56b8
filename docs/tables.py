"""Write the generated parts of pages: ``python -m docs.tables``. A test fails while they are out of date.

In ``model.md`` and ``validation.md`` a generated part stands between ``<!-- KIND NAMES -->`` and ``<!-- end -->``:

- ``settings feel``: the settings right below ``feel``; ``settings customers.*``: all below; ``settings .``: the top;
- ``rules sim.people.feelings``: the rules of a module, in the order of the code;
- ``checks pattern``: the checks of `ecrm validate` of a kind; ``limits .``: what the model is not held to.
"""

import inspect
import re
from collections.abc import Sequence
from pathlib import Path

from analysis import rules, schema
from analysis.messages import show
from analysis.schema import Setting
from analysis.validation.limits import NOT_HELD
from analysis.validation.registry import checks
from sim.world import World

PAGES = tuple(Path(__file__).with_name(name) for name in ("model.md", "validation.md"))
GENERATED = re.compile(r"(<!-- (settings|rules|checks|limits) ([\w. *]*) -->\n).*?(<!-- end -->)", re.DOTALL)
HEAD = "| setting | default | unit | allowed | meaning | source |\n|---|---|---|---|---|---|"


def generated(text: str) -> str:
    """Return the page's text with its generated parts made anew."""
    return GENERATED.sub(lambda found: found[1] + _part(found[2], found[3].split()) + found[4], text)


def _part(kind: str, names: Sequence[str]) -> str:
    if kind == "settings":
        return settings_table(names)
    if kind == "checks":
        return checks_table(names)
    if kind == "limits":
        return "".join(f"- *{claim}.* {why}\n" for claim, why in NOT_HELD)
    return "".join(map(rules_of, names))


def settings_table(places: Sequence[str]) -> str:
    """Return the settings at some places of a world as a table that folds away."""
    rows = [each for each in schema.settings(World) if any(_lies(each.path, place) for place in places)]
    count = f"{len(rows)} setting{'s' if len(rows) > 1 else ''}"
    named = ", ".join(f"`{place.removesuffix('.*')}`" for place in places if place != ".")
    table = "\n".join([HEAD, *map(_row, rows)])
    return f"<details><summary>{count}{f' of {named}' if named else ''}</summary>\n\n{table}\n\n</details>\n"


def checks_table(kinds: Sequence[str]) -> str:
    """Return the checks of some kinds as a table that folds away: claim, source, and what would turn it."""
    rows = [
        f"| `{name}` | {check.claim} | {check.source} | {check.input[0] or ', '.join(check.needs)} |"
        for name, check in checks().items()
        if check.kind in kinds
    ]
    title = "input" if kinds == ["closed_form"] else "rests on"
    table = "\n".join([f"| check | claim | source | {title} |", "|---|---|---|---|", *rows])
    return f"<details><summary>{len(rows)} checks</summary>\n\n{table}\n\n</details>\n"


def rules_of(module: str) -> str:
    """Return the rules of a module: what each gives, its equation, units and source."""
    return "".join(
        f"**{name}**: {rule.meaning}.\n\n```\n{rule.says('Equation')}\n```\n\n"
        f"*Units:* {_one_line(rule.says('Units'))}. *Source:* {_one_line(rule.says('Source'))}.\n\n"
        for name, rule in sorted(rules.rules().items(), key=lambda pair: inspect.getsourcelines(pair[1].plain)[1])
        if rule.plain.__module__ == module
    )


def _lies(path: str, place: str) -> bool:
    if place.endswith(".*"):
        return path.startswith(place[:-1])
    return path.rpartition(".")[0] == place.strip(".")


def _row(setting: Setting) -> str:
    default = "" if setting.default is None else f"`{show(setting.default)}`"
    cells = (f"`{setting.path}`", default, setting.unit, setting.allowed, setting.meaning, setting.source)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _one_line(text: str) -> str:
    return text.replace("\n", " ").removesuffix(".")


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(generated(page.read_text(encoding="utf-8")), encoding="utf-8")
