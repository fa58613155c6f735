"""The operators of a tensor: each is an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unideep import ops  # at run time tensor.py, which reads this file first, sets it
    from unideep.tensor import Tensor

__all__ = ["Operators"]


class Operators:
    """What Python's operators do with a `Tensor`."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __add__(self: Any, y: Any) -> Tensor:
        return ops.add(self, y)

    def __radd__(self: Any, y: Any) -> Tensor:
        return ops.add(y, self)

    def __sub__(self: Any, y: Any) -> Tensor:
        return ops.subtract(self, y)

    def __rsub__(self: Any, y: Any) -> Tensor:
        return ops.subtract(y, self)

    def __mul__(self: Any, y: Any) -> Tensor:
        return ops.multiply(self, y)

    def __rmul__(self: Any, y: Any) -> Tensor:
        return ops.multiply(y, self)

    def __truediv__(self: Any, y: Any) -> Tensor:
        return ops.divide(self, y)

    def __rtruediv__(self: Any, y: Any) -> Tensor:
        return ops.divide(y, self)

    def __floordiv__(self: Any, y: Any) -> Tensor:
        return ops.floor_divide(self, y)

    def __rfloordiv__(self: Any, y: Any) -> Tensor:
        return ops.floor_divide(y, self)

    def __mod__(self: Any, y: Any) -> Tensor:
        return ops.remainder(self, y)

    def __rmod__(self: Any, y: Any) -> Tensor:
        return ops.remainder(y, self)

    def __pow__(self: Any, y: Any) -> Tensor:
        return ops.power(self, y)

    def __rpow__(self: Any, y: Any) -> Tensor:
        return ops.power(y, self)

    def __matmul__(self: Any, y: Any) -> Tensor:
        return ops.matmul(self, y)

    def __rmatmul__(self: Any, y: Any) -> Tensor:
        return ops.matmul(y, self)

    def __and__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_and(self, y)

    def __rand__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_and(y, self)

    def __or__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_or(self, y)

    def __ror__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_or(y, self)

    def __xor__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_xor(self, y)

    def __rxor__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_xor(y, self)

    def __lshift__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_left_shift(self, y)

    def __rlshift__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_left_shift(y, self)

    def __rshift__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_right_shift(self, y)

    def __rrshift__(self: Any, y: Any) -> Tensor:
        return ops.bitwise_right_shift(y, self)

    def __eq__(self: Any, y: Any) -> Any:
        return ops.equal(self, y)

    def __ne__(self: Any, y: Any) -> Any:
        return ops.not_equal(self, y)

    def __lt__(self: Any, y: Any) -> Tensor:
        return ops.less(self, y)

    def __le__(self: Any, y: Any) -> Tensor:
        return ops.less_equal(self, y)

    def __gt__(self: Any, y: Any) -> Tensor:
        return ops.greater(self, y)

    def __ge__(self: Any, y: Any) -> Tensor:
        return ops.greater_equal(self, y)

    def __neg__(self: Any) -> Tensor:
        return ops.negative(self)

    def __pos__(self: Any) -> Tensor:
        return ops.positive(self)

    def __abs__(self: Any) -> Tensor:
        return ops.abs(self)

    def __invert__(self: Any) -> Tensor:
        return ops.bitwise_invert(self)

    # In place: the handle stays, the value is new

    def __iadd__(self: Any, y: Any) -> Tensor:
        return self._become(ops.add(self, y))

    def __isub__(self: Any, y: Any) -> Tensor:
        return self._become(ops.subtract(self, y))

    def __imul__(self: Any, y: Any) -> Tensor:
        return self._become(ops.multiply(self, y))

    def __itruediv__(self: Any, y: Any) -> Tensor:
        return self._become(ops.divide(self, y))

    def __ifloordiv__(self: Any, y: Any) -> Tensor:
        return self._become(ops.floor_divide(self, y))

    def __imod__(self: Any, y: Any) -> Tensor:
        return self._become(ops.remainder(self, y))

    def __ipow__(self: Any, y: Any) -> Tensor:
        return self._become(ops.power(self, y))

    def __iand__(self: Any, y: Any) -> Tensor:
        return self._become(ops.bitwise_and(self, y))

    def __ior__(self: Any, y: Any) -> Tensor:
        return self._become(ops.bitwise_or(self, y))

    def __ixor__(self: Any, y: Any) -> Tensor:
        return self._become(ops.bitwise_xor(self, y))

    def __ilshift__(self: Any, y: Any) -> Tensor:
        return self._become(ops.bitwise_left_shift(self, y))

    def __irshift__(self: Any, y: Any) -> Tensor:
        return self._become(ops.bitwise_right_shift(self, y))

    def __imatmul__(self: Any, y: Any) -> Tensor:
        return self._become(ops.matmul(self, y))

    def __divmod__(self: Any, y: Any) -> tuple[Tensor, Tensor]:
        return ops.floor_divide(self, y), ops.remainder(self, y)

    def __rdivmod__(self: Any, y: Any) -> tuple[Tensor, Tensor]:
        return ops.floor_divide(y, self), ops.remainder(y, self)
