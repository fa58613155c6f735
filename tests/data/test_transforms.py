"""Changes to images: values, kinds and random numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import unideep as ud
from unideep.data import ArrayDataset, DataLoader
from unideep.data.vision import transforms
from unideep.errors import ArgumentError, DTypeError

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (6, 8, 3), "uint8")
IMAGES = RNG.integers(0, 256, (20, 6, 8, 3), "uint8")


def test_to_tensor_and_normalize() -> None:
    x = transforms.ToTensor()(IMAGE)
    assert x.shape == (3, 6, 8) and x.dtype == np.float32 and x.flags.c_contiguous
    np.testing.assert_allclose(x, IMAGE.transpose(2, 0, 1) / 255, rtol=1e-6)
    mean, std = np.array([0.1, 0.2, 0.3]), np.array([0.5, 0.6, 0.7])
    y = transforms.Normalize(tuple(mean), tuple(std))(x)
    expected = (IMAGE.transpose(2, 0, 1) / 255 - mean[:, None, None]) / std[:, None, None]
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)
    assert y.dtype == np.float32
    np.testing.assert_allclose(transforms.Normalize(0.5, 0.25)(x), (x - 0.5) / 0.25, rtol=1e-6)


def test_many_images_at_once() -> None:
    change = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0, 1, 2), 2)])
    np.testing.assert_array_equal(change(IMAGES), np.stack([change(image) for image in IMAGES]))


def test_normalize_refuses_pixels() -> None:
    with pytest.raises(DTypeError, match="ToTensor"):
        transforms.Normalize(0.5, 0.5)(IMAGE)


def test_cast() -> None:
    assert transforms.Cast("float64")(IMAGE).dtype == np.float64
    assert transforms.Cast()(IMAGE).dtype == np.float32


def test_a_tensor_stays_a_tensor(backend: str) -> None:
    x = ud.np.array(IMAGE)
    to_input = transforms.Compose([transforms.Resize(4), transforms.ToTensor(), lambda x: 2 * x])
    y = to_input(x)
    assert isinstance(y, ud.Tensor) and y.backend == backend
    assert y.device == x.device and y.dtype == "float32"
    np.testing.assert_allclose(y.asnumpy(), to_input(IMAGE), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize(
    ("size", "keep_ratio", "shape"),
    [(4, False, (4, 4)), ((4, 2), False, (2, 4)), (3, True, (3, 4)), ((4, 2), True, (2, 4))],
)
def test_resize(dtype: str, size: Any, keep_ratio: bool, shape: tuple[int, int]) -> None:
    y = transforms.Resize(size, keep_ratio)(IMAGE.astype(dtype))
    assert y.shape == (*shape, 3) and y.dtype == dtype


def test_resize_by_box_is_the_mean() -> None:
    x = IMAGE.astype("float32")
    means = x.reshape(3, 2, 4, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(transforms.Resize((4, 3), interpolation=3)(x), means, rtol=1e-5)
    assert transforms.Resize((8, 6))(IMAGE) is IMAGE


def test_one_channel_is_kept() -> None:
    assert transforms.Resize(12)(IMAGE[..., :1]).shape == (12, 12, 1)


def test_center_crop() -> None:
    np.testing.assert_array_equal(transforms.CenterCrop((4, 2))(IMAGE), IMAGE[2:4, 2:6])
    # Six rows are too few for 12, so the middle 6 x 6 is scaled up.
    expected = transforms.Resize(12)(IMAGE[:, 1:7])
    np.testing.assert_array_equal(transforms.CenterCrop(12)(IMAGE), expected)


def places(part: np.ndarray[Any, Any], image: np.ndarray[Any, Any]) -> list[tuple[int, int]]:
    h, w = part.shape[:2]
    tops, lefts = range(image.shape[0] - h + 1), range(image.shape[1] - w + 1)
    return [(t, s) for t in tops for s in lefts if (image[t : t + h, s : s + w] == part).all()]


def test_random_crop_reaches_every_place() -> None:
    ud.random.seed(0)
    crop = transforms.RandomCrop((5, 4))
    found = {places(crop(IMAGE), IMAGE)[0] for _ in range(200)}
    assert found == {(t, s) for t in range(3) for s in range(4)}


def test_random_crop_pads() -> None:
    ud.random.seed(0)
    padded = np.pad(IMAGE, ((2, 2), (2, 2), (0, 0)), constant_values=7)
    crop = transforms.RandomCrop((8, 6), pad=2, pad_value=7)
    assert len({places(crop(IMAGE), padded)[0] for _ in range(200)}) == 25
    lopsided = transforms.RandomCrop((9, 6), pad=((0, 0), (1, 0), (0, 0)))
    np.testing.assert_array_equal(lopsided(IMAGE), np.pad(IMAGE, ((0, 0), (1, 0), (0, 0))))


@pytest.mark.parametrize(
    ("flip", "axis"), [(transforms.RandomFlipLeftRight, 1), (transforms.RandomFlipTopBottom, 0)]
)
def test_flips(flip: Callable[..., Any], axis: int) -> None:
    ud.random.seed(0)
    np.testing.assert_array_equal(flip(1)(IMAGE), np.flip(IMAGE, axis))
    np.testing.assert_array_equal(flip(0)(IMAGE), IMAGE)
    flipped = [(flip()(IMAGE) != IMAGE).any() for _ in range(200)]
    assert 70 < sum(flipped) < 130


def test_random_resized_crop() -> None:
    ud.random.seed(0)
    ramp = np.broadcast_to(np.arange(64, dtype="float32")[:, None, None], (64, 64, 1))
    crop = transforms.RandomResizedCrop((5, 7), scale=(0.25, 0.5), ratio=(1, 1))
    spans = []
    for _ in range(50):
        part = crop(ramp)
        assert part.shape == (7, 5, 1)
        spans.append(float(part.max() - part.min()))
    # Sides of 32 to 45 rows; the outer ones of seven bands lie 6/7 of a side apart.
    assert 32 * 6 / 7 - 2 < min(spans) < max(spans) < 45.3 * 6 / 7 + 2
    assert max(spans) - min(spans) > 5
    impossible = transforms.RandomResizedCrop(4, scale=(1, 1), ratio=(9, 10))
    np.testing.assert_array_equal(impossible(IMAGE), transforms.CenterCrop(4)(IMAGE))


def epochs(num_workers: int, count: int = 2) -> list[list[Any]]:
    ud.random.seed(3)
    changes = [transforms.RandomCrop((8, 6), pad=1), transforms.RandomFlipLeftRight()]
    data = ArrayDataset(IMAGES, np.arange(20)).transform_first(transforms.Compose(changes))
    loader = DataLoader(data, 4, shuffle=True, num_workers=num_workers)
    return [[(x.tolist(), y.tolist()) for x, y in loader] for _ in range(count)]


def test_the_seed_decides_with_any_number_of_threads(backend: str) -> None:
    first = epochs(0)
    assert first[0] != first[1]
    assert epochs(0) == epochs(3) == first
    with ud.use_backend("numpy"):
        assert epochs(2) == first


def test_a_loader_goes_on_in_the_middle_with_the_same_changes() -> None:
    def loader() -> DataLoader:
        data = ArrayDataset(IMAGES).transform(transforms.RandomFlipLeftRight())
        return DataLoader(data, 4)

    ud.random.seed(1)
    source = loader()
    batches = iter(source)
    for _ in range(2):
        next(batches)
    state, rest = source.state_dict(), [x.tolist() for x in batches]
    ud.random.seed(1)
    ud.np.random.normal()  # the number of draws since the seed does not matter
    resumed = loader()
    resumed.load_state_dict(state)
    assert [x.tolist() for x in resumed] == rest


@pytest.mark.parametrize("size", [0, (4,), (4, 0), (1, 2, 3)])
def test_sizes_are_checked(size: Any) -> None:
    with pytest.raises(ArgumentError, match=r"\(width, height\)"):
        transforms.Resize(size)


def test_what_cannot_be_scaled_is_told() -> None:
    with pytest.raises(ArgumentError, match="2 bicubic"):
        transforms.Resize(4, interpolation=9)
    with pytest.raises(DTypeError, match="float64"):
        transforms.Resize(4)(IMAGE.astype("float64"))
