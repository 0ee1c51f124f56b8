"""A study whose names and texts try to break out of the page, the drawings and the spreadsheet that show them."""

import dataclasses

from analysis.store import Study

TEXTS = (
    "<script>window.broken = 1</script>",
    '"><img src=http://broken.example/x onerror="window.broken=1">',
    "]]><b onclick='window.broken=1'>&amp;</b><!--",
    "{{ 7 * 7 }} {0} {name} %s",
    '=HYPERLINK("http://broken.example")',
    "</style></title></main><iframe src=http://broken.example>",
)
ARMS = {"nothing": TEXTS[1], "points": TEXTS[2], "more_staff": TEXTS[4] + TEXTS[0] + TEXTS[3]}


def hostile(study: Study) -> Study:
    """Return a made-up study with hostile names of arms and firms, settings, question, lesson, command and log."""
    told = dict(study.facts)
    told |= dict(zip(("scenario", "question", "lesson", "command", "focal"), TEXTS, strict=False))
    told["lesson"] = "\n\n".join(TEXTS)
    told["reference"] = ARMS[told["reference"]]
    told["arms"] = {
        ARMS[arm]: {**entry, "changes": {TEXTS[0]: {TEXTS[1]: TEXTS[2], "price": TEXTS[4]}}}
        for arm, entry in told["arms"].items()
    }
    told["population"] = {
        "source": TEXTS[5],
        "customers": 2,
        "first": "1997-01-01",
        "until": "1997-09-30",
        "end": "1998-06-30",
        "bad_rows": 1,
        "weekly_purchases": [60] * 30,
        "fits": [{"name": TEXTS[0], "estimates": {TEXTS[1]: {"value": 0.2, "standard_error": None}}}],
    }
    told["versions"] = {TEXTS[0]: TEXTS[1]}
    tables = {name: getattr(study, name).replace({"arm": ARMS}) for name in ("runs", "periods", "events", "shares")}
    for name, columns in (("periods", ["firm"]), ("events", ["origin", "destination"])):
        tables[name] = tables[name].replace({column: {study.focal: told["focal"]} for column in columns})
    tables["events"] = tables["events"].assign(cause=TEXTS[1])
    return dataclasses.replace(study, facts=told, failures={(TEXTS[1], 1): TEXTS[0]}, **tables)
