"""Compile a rule or a room's loop, with a cache that cannot go stale.

Numba's own cache looks at the file that holds a function, not at the rules which that function calls. So the name of
the cache folder carries a fingerprint of the file and of everything it imports from this package, of Numba and of the
processor: edit a rule and the kernels that may call it are built anew; edit nothing and they load in milliseconds.
"""

import hashlib
import os
import platform
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import numba

SOURCES = Path(__file__).parent


@cache
def processor() -> str:
    """Return the name of the processor that code is compiled for.

    Its name is stored with results: ``exp`` and ``log`` may differ in the last bit between types of processor.
    """
    import llvmlite.binding

    return f"{platform.machine()}-{llvmlite.binding.get_host_cpu_name()}"


@cache
def fingerprint(module: str, sources: Path = SOURCES) -> str:
    """Return a short hash of a module below ``sources``, of all it imports there, of Numba and of the processor."""
    digest = hashlib.sha256(f"{numba.__version__} {processor()}".encode())
    for path in sorted(_closure(module, sources)):
        digest.update(path.relative_to(sources).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _closure(module: str, sources: Path) -> set[Path]:
    """Return the files of a module and of everything that it imports, directly or not, from the same package."""
    imports = re.compile(rf"^from ({sources.name}[\w.]*) import (\([^)]*\)|[\w ,]+)", re.MULTILINE)
    found: set[Path] = set()
    ahead = [module]
    while ahead:
        path = sources.joinpath(*ahead.pop().split(".")[1:]).with_suffix(".py")
        if path not in found and path.is_file():
            found.add(path)
            for origin, names in imports.findall(path.read_text(encoding="utf-8")):
                ahead += [origin, *(f"{origin}.{name}" for name in re.findall(r"\w+", names))]  # a package's modules
    return found


def cache_folder() -> Path:
    """Return the user's cache folder for this program (``ECRM_CACHE`` or ``XDG_CACHE_HOME`` move it)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("ECRM_CACHE") or Path(base) / "ecrm-workbench")


def kernel[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile ``function`` when it is first called: without the interpreter's lock, cached, IEEE arithmetic in order.

    With ``NUMBA_DISABLE_JIT=1`` in the environment the same code runs as plain Python and gives the same bits.
    """
    return cast(Function, _cached(function))


def short[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a short function as `kernel` and put its code into the loops that call it: for draws."""
    return cast(Function, _cached(function, forceinline=True))


def loop[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a room's loop over people: as ``kernel``, but it may not allocate, and so counts no references.

    Counting references to forty columns for every person took ten times as long as the model's arithmetic.
    """
    return cast(Function, _cached(function, _nrt=False))


def _cached(function: Callable[..., Any], **options: bool) -> Any:
    """Compile a function whose cache is in the folder of its sources."""
    config: Any = numba.config  # read when a function is wrapped, so each module's kernels get their own folder
    config.CACHE_DIR = str(cache_folder() / "kernels" / fingerprint(function.__module__))
    compiler: Any = numba.njit  # its types do not know every option
    return compiler(nogil=True, cache=True, error_model="python", **options)(function)


def inlined[Function: Callable[..., Any]](function: Function) -> Function:
    """Weave ``function`` into the kernels that call it: for parts of a loop that take all columns.

    Handing some forty arrays from one compiled function to the next would take longer to compile than all arithmetic.
    """
    return cast(Function, numba.njit(nogil=True, error_model="python", inline="always")(function))


def woven[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile ``function`` as a part of the loops that call it: typed once, and never callable from Python by itself.

    For parts that several places of a loop share. As `loop`, it may not allocate.
    """
    compiler: Any = numba.njit  # its types do not know every option
    options = {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(Function, compiler(nogil=True, error_model="python", _nrt=False, **options)(function))


@kernel
def double(number: float) -> float:
    """Return a number of a column in double precision. Compiled, ``float`` would leave single precision as it is."""
    return float(number) * 1.0
