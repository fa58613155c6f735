"""Registries: "adam" -> the class Adam. One per family of named things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from unideep.errors import UnknownNameError, known_names

__all__ = ["Registry"]

T = TypeVar("T")
C = TypeVar("C", bound=type)


class Registry(Generic[T]):
    """Classes of one family under their lower-case names.

    Args:
        family: What the classes are, for messages: "optimizer".
    """

    def __init__(self, family: str) -> None:
        self.family = family
        self._classes: dict[str, type[T]] = {}

    def register(self, *aliases: str) -> Callable[[C], C]:
        """Class decorator: registers under the class's name and under `aliases`."""

        def add(cls: C) -> C:
            for name in (cls.__name__, *aliases):
                self._classes[name.lower()] = cls  # pyright: ignore[reportArgumentType]
            return cls

        return add

    def create(self, like: str | T, /, **options: Any) -> T:
        """An object of the class that `like` names; an object is returned as it is.

        Raises:
            UnknownNameError: no class has that name. Lists the known ones.
        """
        if not isinstance(like, str):
            return like
        try:
            cls = self._classes[like.lower()]
        except KeyError:
            raise UnknownNameError(
                f"{like!r} is not a known {self.family}.", fix=known_names(like, self._classes)
            ) from None
        return cls(**options)

    def names(self) -> list[str]:
        """The registered names, sorted."""
        return sorted(self._classes)
