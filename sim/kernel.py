"""Compile a rule or a room's loop, with a cache that cannot go stale.

Numba's own cache looks at the file that holds a function, not at the rules which that function calls. So the cache folder's
name carries a fingerprint of every source file in ``sim``, of Numba and of the processor: edit any rule and all
kernels are built anew; edit nothing and they load in milliseconds.
"""

import hashlib
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])

SOURCES = Path(__file__).parent


def processor() -> str:
    """Return the name of the processor that code is compiled for.

    Its name is stored with results: ``exp`` and ``log`` may differ in the last bit between types of processor.
    """
    import llvmlite.binding

    return f"{platform.machine()}-{llvmlite.binding.get_host_cpu_name()}"


def fingerprint(sources: Path = SOURCES) -> str:
    """Return a short hash of all Python files below ``sources``, of Numba's version and of the processor."""
    digest = hashlib.sha256(f"{numba.__version__} {processor()}".encode())
    for path in sorted(sources.rglob("*.py")):
        digest.update(path.relative_to(sources).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the user's cache folder for this program (``ECRM_CACHE`` or ``XDG_CACHE_HOME`` move it)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("ECRM_CACHE") or Path(base) / "ecrm-workbench")


# Numba reads this once a kernel is built; setting it here, before any kernel exists, needs no environment variable.
numba.config.CACHE_DIR = str(cache_folder() / "kernels" / fingerprint())


def kernel(function: _Function) -> _Function:
    """Compile ``function`` when it is first called: without the interpreter's lock, cached, IEEE arithmetic in order.

    With ``NUMBA_DISABLE_JIT=1`` in the environment the same code runs as plain Python and gives the same bits.
    """
    return cast(_Function, numba.njit(nogil=True, cache=True, error_model="python")(function))
