"""Models by name."""

import subprocess
import sys

import pytest

import unideep as ud
from unideep import gluon
from unideep.errors import UniDeepError, UnknownNameError
from unideep.model_zoo import get_model, model_names


def test_every_name_makes_a_model() -> None:
    assert {"mlp", "lenet"} <= set(model_names())
    for name in model_names():
        net = get_model(name)
        assert isinstance(net, gluon.HybridBlock)
        values = [p._data for p in net.collect_params().values()]
        assert values == [None] * len(values)  # nothing is made before initialize


def test_names_are_found_from_all_faces_in_any_case() -> None:
    assert ud.model_zoo.get_model is gluon.model_zoo.get_model
    assert repr(get_model("LeNet", classes=3)) == repr(get_model("lenet", classes=3))


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean 'lenet'\? Known: .*lenet"):
        get_model("lennet")


def test_there_are_no_pretrained_weights() -> None:
    with pytest.raises(UniDeepError, match=r"load_parameters"):
        get_model("mlp", pretrained=True)


def test_models_are_imported_when_asked_for() -> None:
    code = "import sys, unideep; print('unideep.model_zoo.lenet' in sys.modules)"
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert run.stdout.split() == ["False"], run.stderr
