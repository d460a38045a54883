"""How a patch takes hold of MiniStack: it names what it replaces and what it relies on, and refuses to guess."""

import functools
import importlib
import inspect
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

MINISTACK = '1.5.33'


class Misfit(Exception):
    """The installed MiniStack is not the one that the patches were written for."""


def require_pinned_version() -> None:
    try:
        installed = version('ministack')
    except PackageNotFoundError:
        installed = 'none'
    if installed != MINISTACK:
        raise Misfit(f'the patches fit ministack {MINISTACK}, but {installed} is installed: '
                     'install infra/local/requirements.txt, or review each patch against the new version')


def symbol(module: str, name: str, parameters: str | None = None) -> Any:
    """The attribute `name` (dotted for a method) of `module`; `parameters` are the names its signature must begin with.

    Raises Misfit when it is missing or has other parameters.
    """
    found: Any = importlib.import_module(module)
    for part in name.split('.'):
        found = getattr(found, part, None)
        if found is None:
            raise Misfit(f'{module}.{name} does not exist')
    if parameters is not None:
        actual = list(inspect.signature(found).parameters)
        expected = parameters.split()
        if actual[:len(expected)] != expected:
            raise Misfit(f'{module}.{name} takes ({", ".join(actual)}), expected ({", ".join(expected)}, …)')
    return found


def wrap(module: str, name: str, parameters: str, make: Callable[[Callable], Callable]) -> None:
    """Replaces a function by `make(original)`. Callers inside MiniStack look it up by name, so they get the new one."""
    original = symbol(module, name, parameters)
    assign(module, name, functools.wraps(original)(make(original)))


def assign(module: str, name: str, value: Any) -> None:
    """Replaces an attribute that exists; Misfit when it does not."""
    symbol(module, name)
    owner_path, _, leaf = name.rpartition('.')
    owner = symbol(module, owner_path) if owner_path else importlib.import_module(module)
    setattr(owner, leaf, value)


def substitute(text: str, old: str, new: str, where: str) -> str:
    """Replaces the only occurrence of `old`; Misfit when there is none, or more than one."""
    if text.count(old) != 1:
        raise Misfit(f'{where} holds {text.count(old)} times, not once: {old!r}')
    return text.replace(old, new)
