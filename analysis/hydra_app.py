"""A sweep driven by Hydra itself, for who wants its launchers: ``python -m analysis.hydra_app -m KEY=1,2,3 ...``.

The words are those of ``ecrm sweep`` (grids; no samples). The sweep's folder is planned first; then each of Hydra's
jobs runs one point of it. So a repeated multirun resumes, and ``ecrm status`` and ``ecrm query`` read what it made.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Any

from analysis.carry_out import Ways, prepared, run_point
from analysis.compose import data_folder, groups
from analysis.scenario import plan
from analysis.study import Status, resumed
from sim.settings import BadInput

FOLDER = "ECRM_MULTIRUN"  # tells Hydra's jobs, in whatever process, which folder is theirs


def main() -> None:
    """Plan the sweep, then let Hydra run its points; exit with 2 on bad input."""
    try:
        words = [word for word in sys.argv[1:] if "=" in word and not word.startswith(("-", "hydra"))]
        _check_grid(words)
        planned = plan(words, "sweep")
        with prepared(planned, Ways()):
            os.environ[FOLDER] = str(planned.folder.resolve())
            sys.argv[1:] = [_for_hydra(word) for word in sys.argv[1:]]
            _hydra()
        print(f"{planned.folder}: {Status.of(planned.folder)}", file=sys.stderr)
    except BadInput as error:
        print(error, file=sys.stderr)
        sys.exit(2)


def job(number: int) -> None:
    """Run one point of the planned sweep."""
    run_point(resumed(Path(os.environ[FOLDER])), number)


def _check_grid(words: list[str]) -> None:
    """Refuse what Hydra's own sweeper would run otherwise than `ecrm sweep` does."""
    for word in words:
        if word.startswith("samples=") or "tag(" in word or "interval(" in word:
            raise BadInput(f"{word}: Hydra's sweeper takes grids alone; for samples and pairs: ecrm sweep")


def _hydra() -> None:
    import hydra
    from hydra.core.hydra_config import HydraConfig

    @hydra.main(version_base="1.3", config_path=str(data_folder("conf")), config_name="config")
    def run(config: Any) -> None:
        settings: Any = HydraConfig.get()
        logging.getLogger("MESA").setLevel(logging.WARNING)  # Hydra shows all that libraries log
        job(int(settings.job.get("num", 0)))

    run()


def _for_hydra(word: str) -> str:
    """Let Hydra take a setting that the files of ``conf/`` do not name: they hold what differs from the defaults."""
    key = word.partition("=")[0]
    plain = "=" in word and not word.startswith(("-", "+", "~", "hydra")) and key not in groups()
    return f"++{word}" if plain else word


if __name__ == "__main__":
    main()
