"""Finding backends: current ones, unknown ones, missing ones, devices."""

import builtins

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.errors import BackendNotInstalledError, DeviceError, UnknownBackendError


def test_use_backend_nests_and_restores(installed: list[str]) -> None:
    before = np.ones(1).backend
    for name in installed:
        with ud.use_backend(name):
            assert np.ones(1).backend == name
            with ud.use_backend("numpy"):
                assert np.ones(1).backend == "numpy"
            assert np.ones(1).backend == name
    assert np.ones(1).backend == before


def test_the_environment_chooses(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ud.backend, "_default", None)
    monkeypatch.setattr(ud.backend._current, "override", None)
    monkeypatch.setenv("UNIDEEP_BACKEND", backend)
    assert np.ones(1).backend == backend
    monkeypatch.delenv("UNIDEEP_BACKEND")
    assert np.ones(1).backend == "numpy"


def test_set_backend_is_for_the_process(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ud.backend, "_default", None)
    monkeypatch.setattr(ud.backend._current, "override", None)
    ud.set_backend(backend)
    assert np.ones(1).backend == backend


def test_an_unknown_backend_lists_the_known() -> None:
    with pytest.raises(UnknownBackendError, match=r"did you mean 'torch'\?.*numpy"):
        ud.set_backend("torhc")


def test_a_missing_engine_tells_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *args, **kwargs):
        if name.partition(".")[0] == "nosuchengine":
            raise ModuleNotFoundError("No module named 'nosuchengine'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)

    def load():
        import nosuchengine

        return nosuchengine

    ud.register_backend("absent", load)
    with pytest.raises(BackendNotInstalledError, match=r'pip install "unideep\[absent\]"'):
        ud.set_backend("absent")
    ud.backend._registered.pop("absent")


def test_devices(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.ones(2, device="cpu")
    assert x.device == ud.cpu()
    assert x.ctx is x.device
    assert x.as_in_ctx(ud.cpu()) is x
    with pytest.raises(DeviceError, match=r"no device gpu\(77\)"):
        np.ones(2, device="gpu:77")
    with pytest.raises(DeviceError, match="not a device name"):
        np.ones(2, device="warp")
    monkeypatch.setenv("UNIDEEP_DEVICE", "cpu")
    assert np.ones(2).device == ud.cpu()


def test_native_arrays_go_in_and_out(backend: str) -> None:
    x = np.array([[1.0, 2.0]])
    y = np.from_native(x.native)
    assert y.backend == backend
    assert y.tolist() == [[1, 2]]
    with ud.use_backend("numpy"):
        assert np.from_native(x.native).backend == backend
    with pytest.raises(ud.errors.DTypeError, match="no array"):
        np.from_native({1, 2})


def test_numpy_and_dlpack(backend: str) -> None:
    x = np.array([1.0, 2.0])
    a = x.asnumpy()
    a[0] = 9
    assert x.tolist() == [1, 2]
    numpy.testing.assert_array_equal(numpy.asarray(x), [1, 2])
    numpy.testing.assert_array_equal(numpy.from_dlpack(x), [1, 2])
    y = np.from_dlpack(numpy.array([3.0, 4.0], dtype="float32"))
    assert (y.backend, y.tolist()) == (backend, [3, 4])


def test_to_backend_copies_between_all(backend: str, installed: list[str]) -> None:
    for dtype in ("float32", "float64", "int64", "bool", "bfloat16"):
        x = np.array([[0, 1], [2, 3]], dtype=dtype)
        for name in installed:
            y = x.to_backend(name)
            assert (y.backend, y.dtype, y.tolist()) == (name, x.dtype, x.tolist())
