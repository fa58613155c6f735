"""Block: the tree of layers, its names, hooks and call."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Self

from unideep.block.parameter import Parameter, ParameterDict
from unideep.compiler.entry import invalidate
from unideep.device import DeviceLike
from unideep.dispatch import as_tensor
from unideep.dtype import DTypeLike
from unideep.errors import DeferredInitializationError, ShapeError, UniDeepError
from unideep.init import Initializer

__all__ = ["Block"]

Hook = Callable[..., Any]


class HookHandle:
    """What registering a hook returns: `detach()` removes it again."""

    def __init__(self, hooks: list[Hook], hook: Hook) -> None:
        self._hooks, self._hook = hooks, hook

    def detach(self) -> None:
        """Remove the hook."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)


class Block:
    """Base of all layers and models: define `forward`.

    Attributes that are Blocks or Parameters are registered under their names.

    Example:
        >>> class Net(nn.Block):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.hidden, self.out = nn.Dense(8, activation="relu"), nn.Dense(2)
        ...     def forward(self, x):
        ...         return self.out(self.hidden(x))
        >>> net = Net()
        >>> net.initialize()
        >>> net(np.ones((4, 3))).shape, list(net.collect_params())[0]
        ((4, 2), 'hidden.weight')
    """

    def __init__(self) -> None:
        self._children: dict[str, Block] = {}
        self._own: dict[str, Parameter] = {}
        self._hooks: list[Hook] = []
        self._pre_hooks: list[Hook] = []

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Block):
            self._check_kind(name, Block)
            self.register_child(value, name)
        elif isinstance(value, Parameter):
            self._check_kind(name, Parameter)
            self._own[name] = value
            self._changed()
        super().__setattr__(name, value)

    def _check_kind(self, name: str, kind: type) -> None:
        if "_own" not in self.__dict__:
            raise UniDeepError(
                f"{type(self).__name__} sets {name!r} before Block.__init__.",
                fix="call super().__init__() first in __init__.",
            )
        old = self.__dict__.get(name)
        if isinstance(old, Block | Parameter) and not isinstance(old, kind):
            raise TypeError(f"{name!r} is a {type(old).__name__} and cannot become another kind.")

    # Call

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The computation. Define it in a subclass; call the Block, not this."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for hook in self._pre_hooks:
            hook(self, args)
        out = self._run(*args, **kwargs)
        for hook in self._hooks:
            hook(self, args, out)
        return out

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.forward(*args, **kwargs)
        except DeferredInitializationError as error:
            if not self._deferred():
                raise self._located(error, args) from error.__cause__
        except UniDeepError as error:
            raise self._located(error, args) from error.__cause__
        return self._run_deferred(*args, **kwargs)

    def _run_deferred(self, *args: Any, **kwargs: Any) -> Any:
        """The first call: learn the shapes of own parameters from the input, then run."""
        try:
            self.infer_shape(*args, **kwargs)
            for p in self._deferred():
                p.finish()
            return self.forward(*args, **kwargs)
        except UniDeepError as error:
            raise self._located(error, args) from error.__cause__

    def _deferred(self) -> list[Parameter]:
        return [p for p in self._own.values() if p._data is None and p._pending is not None]

    def infer_shape(self, *args: Any, **kwargs: Any) -> None:
        """Set the unknown shapes of own parameters from the first input.

        Raises:
            DeferredInitializationError: the Block has such parameters and does not define this.
        """
        unknown = {n: p.shape for n, p in self._own.items() if not p.is_known}
        raise DeferredInitializationError(
            f"{type(self).__name__} does not tell the shapes of its parameters.",
            got=str(unknown),
            fix="give the whole shapes, or define infer_shape(self, x) that sets them.",
        )

    def diagnose(self, *args: Any) -> tuple[str, str] | None:
        """What is wrong with these arguments and how to mend it, for a failed call; or None."""
        return None

    def _located(self, error: UniDeepError, args: tuple[Any, ...]) -> UniDeepError:
        """The error with this Block's place in it; called on the way up, innermost first."""
        trail: list[Block] = error.__dict__.setdefault("trail", [])
        if not trail:
            found = self.diagnose(*args) if isinstance(error, ShapeError) else None
            if found is not None:
                error.what, error.fix = found
        else:
            route = self._route_to(trail[-1]) or "?"
            error.__dict__["path"] = [route, *error.__dict__.get("path", [])]
        trail.append(self)
        path = ".".join(error.__dict__.get("path", []))
        error.where = type(trail[0]).__name__ + (f" '{path}'" if path else "")
        return error

    def _route_to(self, block: Block) -> str | None:
        """The name of a Block below this one: "layers.0" where it is called past its parent."""
        for name, child in self._children.items():
            if child is block:
                return name
            if (route := child._route_to(block)) is not None:
                return f"{name}.{route}"
        return None

    # Tree

    def register_child(self, block: Block, name: str | None = None) -> None:
        """Add a child, under the next number if it has no name."""
        self._children[name if name is not None else str(len(self._children))] = block
        self._changed()

    def _changed(self) -> None:
        """A net that may have been compiled got another structure."""
        if any(p._data is not None for _, p in self._walk("")):
            invalidate()

    def register_forward_hook(self, hook: Hook) -> HookHandle:
        """Call `hook(block, args, output)` after each forward."""
        self._hooks.append(hook)
        return HookHandle(self._hooks, hook)

    def register_forward_pre_hook(self, hook: Hook) -> HookHandle:
        """Call `hook(block, args)` before each forward."""
        self._pre_hooks.append(hook)
        return HookHandle(self._pre_hooks, hook)

    def apply(self, fn: Callable[[Block], Any]) -> Self:
        """Call `fn` on every Block of the tree, children first."""
        for child in self._children.values():
            child.apply(fn)
        fn(self)
        return self

    @property
    def params(self) -> ParameterDict:
        """Own parameters, without the children's."""
        return ParameterDict(self._own)

    def collect_params(self, select: str | None = None) -> ParameterDict:
        """All parameters of the tree by structural name: "features.0.weight".

        Those of a Block that stands in several places are listed once, at the first.

        Args:
            select: A regular expression that a name has to begin with.
        """
        self.apply(Block._warn_hidden)
        found = ParameterDict(self._walk("", set()))
        if select is not None:
            pattern = re.compile(select)
            found = ParameterDict((k, p) for k, p in found.items() if pattern.match(k))
        return found

    def _walk(self, prefix: str, seen: set[int] | None = None) -> list[tuple[str, Parameter]]:
        """Every name of every parameter; with `seen` without Blocks that are in it, which grows."""
        if seen is not None and id(self) in seen:
            return []
        if seen is not None:
            seen.add(id(self))
        found = [(prefix + name, p) for name, p in self._own.items()]
        for name, child in self._children.items():
            found += child._walk(f"{prefix}{name}.", seen)
        return found

    def _warn_hidden(self) -> None:
        known = set(map(id, self._children.values()))
        for name, value in self.__dict__.items():
            if name in ("_children", "_own"):
                continue
            members = value.values() if isinstance(value, dict) else value
            if isinstance(value, list | tuple | dict) and any(
                isinstance(v, Block) and id(v) not in known for v in members
            ):
                warnings.warn(
                    f"{type(self).__name__}.{name} holds Blocks in a {type(value).__name__}: their "
                    "parameters are not collected. Use nn.Sequential, or register_child.",
                    stacklevel=3,
                )

    def share_parameters(self, shared: Mapping[str, Parameter] | None) -> Self:
        """Tie parameters to those of another Block, by structural name."""
        for path, parameter in (shared or {}).items():
            *route, name = path.split(".")
            block: Block | None = self
            for step in route:
                block = block._children.get(step) if block else None
            if block is None or name not in block._own:
                warnings.warn(f"no parameter {path!r} to share in this block", stacklevel=2)
            else:
                setattr(block, name, parameter)
        return self

    # State

    def initialize(
        self,
        init: str | Initializer = "uniform",
        device: DeviceLike | None = None,
        verbose: bool = False,
        force_reinit: bool = False,
        ctx: DeviceLike | None = None,
    ) -> None:
        """Initialise all parameters on the current backend.

        A parameter's own initializer wins (biases stay zero). Parameters that have a value are
        left alone unless `force_reinit`.
        """
        self.collect_params().initialize(init, device, force_reinit, ctx)

    def zero_grad(self) -> None:
        """Set all gradients to zeros."""
        self.collect_params().zero_grad()

    def setattr(self, name: str, value: Any) -> None:
        """Set an attribute of every parameter: grad_req, lr_mult, wd_mult."""
        self.collect_params().setattr(name, value)

    def cast(self, dtype: DTypeLike) -> None:
        """Convert all parameters to another dtype."""
        for child in self._children.values():
            child.cast(dtype)
        for p in self._own.values():
            p.cast(dtype)

    def to_backend(self, name: str) -> Self:
        """Carry all parameters to another backend; a Trainer brings its state along."""
        for p in self.collect_params().values():
            p.to_backend(name)
        return self

    def reset_device(self, device: DeviceLike) -> None:
        """Carry all parameters to another device."""
        self.collect_params().reset_device(device)

    reset_ctx = reset_device

    def hybridize(self, active: bool = True, **options: Any) -> None:
        """Compile the hybrid Blocks of the tree, or stop to. Gluon's options are accepted."""
        for child in self._children.values():
            child.hybridize(active, **options)

    # Files

    def save_parameters(self, filename: Any, deduplicate: bool = False) -> None:
        """Write all parameters to a safetensors file, by structural name.

        Args:
            deduplicate: Write what has several names under the first one only.

        Raises:
            DeferredInitializationError: a parameter has no value yet.
        """
        from unideep.checkpoint import save_weights

        seen: set[int] = set()
        tensors: dict[str, Any] = {}
        for path, p in self._walk(""):
            if not (deduplicate and id(p) in seen):
                tensors[path] = p.data()
            seen.add(id(p))
        save_weights(filename, tensors, None)

    def load_parameters(
        self,
        filename: Any,
        device: DeviceLike | None = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        cast_dtype: bool = False,
        dtype_source: str = "current",
        ctx: DeviceLike | None = None,
    ) -> None:
        """Read all parameters from a file that `save_parameters` wrote.

        Works on a net that was never initialised: shapes come from the file. Of what has several
        names, one is enough.

        Raises:
            CheckpointError: the file is corrupt or does not match; the net stays as it was.
        """
        from unideep.checkpoint import load_weights

        arrays, _ = load_weights(filename)
        self.load_dict(
            arrays, device or ctx, allow_missing, ignore_extra, cast_dtype, dtype_source,
            source=str(filename),
        )  # fmt: skip

    def load_dict(
        self,
        param_dict: Mapping[str, Any],
        device: DeviceLike | None = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        cast_dtype: bool = False,
        dtype_source: str = "current",
        source: str = "the dictionary",
    ) -> None:
        """`load_parameters` from arrays by name."""
        from unideep.checkpoint import check_match

        arrays = {k.removeprefix("arg:").removeprefix("aux:"): v for k, v in param_dict.items()}
        mine = self._named_as_in(arrays)
        check_match(
            {k: (p.shape, p.dtype) for k, p in mine.items()}, arrays,
            allow_missing=allow_missing, ignore_extra=ignore_extra,
            cast_dtype=cast_dtype, source=source,
        )  # fmt: skip
        for path, p in mine.items():
            if path in arrays:
                _load(p, arrays[path], device, dtype_source if cast_dtype else "current")

    def _named_as_in(self, arrays: Mapping[str, Any]) -> dict[str, Parameter]:
        """Parameters by those of their names that are in `arrays`; by the first if none is."""
        every = self._walk("")
        known = {id(p) for path, p in every if path in arrays}
        found: dict[str, Parameter] = {}
        for path, p in every:
            if path in arrays or id(p) not in known:
                found[path] = p
                known.add(id(p))
        return found

    def summary(self, *inputs: Any) -> None:
        """Print a table of layers, output shapes and parameter counts for these inputs."""
        from unideep.block.summary import print_summary

        print_summary(self, [as_tensor(x) for x in inputs])

    def __repr__(self) -> str:
        if not self._children:
            return f"{type(self).__name__}({self._facts()})"
        lines = (f"  ({n}): " + repr(c).replace("\n", "\n  ") for n, c in self._children.items())
        return f"{type(self).__name__}(\n" + "\n".join(lines) + "\n)"

    def _facts(self) -> str:
        """What `repr` tells about a layer."""
        return ", ".join(f"{n} {p.shape}" for n, p in self._own.items())


def _load(p: Parameter, value: Any, device: DeviceLike | None, dtype_source: str) -> None:
    tensor = as_tensor(value)
    if dtype_source == "saved":
        p.cast(tensor.dtype)
    if p._data is None:
        p.shape = tensor.shape
        p.initialize("zeros", device, force_reinit=True)
    p.set_data(tensor.astype(p.dtype, copy=False))
