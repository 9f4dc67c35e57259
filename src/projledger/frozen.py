"""How the results of this program are declared: `@frozen` over a class of fields.

A dataclass makes its methods anew for each class, out of text, at every start: for all of them that took a tenth of
the time of a small report. Here what is the same for all is made once. That nobody assigns to a field is held by the
type checker, not at each start and in each constructor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


class _Alike:
    """Equal, hashed and shown by its fields."""

    __match_args__: tuple[str, ...]

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in zip(self.__match_args__, self._values(), strict=True))
        return f"{type(self).__name__}({said})"


_SHARED = {name: vars(_Alike)[name] for name in ("_values", "__eq__", "__hash__", "__repr__")}


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a class of fields: its constructor, its slots, and what it is equal to; a method of its own stays."""
    made = dataclass(slots=True, eq=False, repr=False)(cls)
    for name, method in _SHARED.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made
