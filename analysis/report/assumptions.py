"""The assumptions of a study: settings that differ from the defaults, each with its meaning and its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.compose import leaves
from analysis.language import explain, local
from analysis.schema import field_at


@dataclass(frozen=True)
class Assumption:
    """A setting as a reader sees it: its path, its value beside the default, what it means, where it comes from."""

    path: str
    value: str
    default: str
    meaning: str
    source: str


def assumptions(settings: Mapping[str, Any]) -> list[Assumption]:
    """Return the settings of a resolved world that are not the defaults; paths that are no setting are left out."""
    from pydantic_core import to_jsonable_python

    from sim.world import World

    found = []
    for path, value in leaves(settings):
        field = field_at(World, path.split("."))
        if field is None or field.is_required():
            continue
        default = to_jsonable_python(field.get_default(call_default_factory=True, validated_data={}))
        if value != default and not isinstance(default, dict):
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            source = "; ".join(explain(part) for part in str(extra.get("source", "")).split("; "))
            meaning = explain(field.description or "")
            found.append(Assumption(path, _written(value), _written(default), meaning, source))
    return found


def _written(value: Any, most: int = 40) -> str:
    if isinstance(value, float):
        return local(f"{value:,.10g}")
    text = "–" if value in (None, "", [], {}) else str(value)
    return text if len(text) <= most else text[: most - 1] + "…"
