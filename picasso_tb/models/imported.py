"""Code of the user's own by its dotted path, and who may name it."""

import importlib
from collections.abc import Callable, Collection
from typing import Any

from picasso_tb.errors import InvalidArgument, ModelRefused


def imported(name: str, field: str) -> Callable[..., Any]:
    """The function or class behind `package.module.name`.

    Raises:
        InvalidArgument: there is none.
    """
    module, _, function = name.rpartition(".")
    if not module:
        raise InvalidArgument(
            f"{field}: Expected an importable function or class, package.module.name. Received: {name!r}",
            field,
        )
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        way = ". Put its folder on PYTHONPATH" if isinstance(error, ModuleNotFoundError) else ""
        raise InvalidArgument(
            f"{field}: Expected an importable function or class, package.module.name. Received: {name!r} "
            f"({error}){way}",
            field,
        ) from None
    if not callable(found):
        raise InvalidArgument(
            f"{field}: Expected a function or class. Received: {name!r}, {type(found).__name__}", field
        )
    return found  # type: ignore[no-any-return]


def refuse_unnamed(function: str, trusted: Collection[str]) -> None:
    """Make sure that the user himself named the function, or a module or package that it is in.

    Raises:
        ModelRefused: only a file did.
    """
    if not any(f"{function}.".startswith(f"{name}.") for name in trusted):
        package = function.partition(".")[0]
        raise ModelRefused(
            f"A file names {function}, which is code, and no file can make code run. If you trust it, say "
            f"so: tensorboard --picasso_trust={package}, picasso-tb --trust {package}, or "
            f"open_run(path, trust=[{package!r}])."
        )
