"""backward, grad, grad_req: Gluon's semantics on every backend."""

import numpy
import pytest
from numpy.testing import assert_allclose

import unideep as ud
from unideep import autograd, np
from unideep.errors import ArgumentError, GradientError
from unideep.gluon import nn


def leaf(values: object, grad_req: str = "write") -> ud.Tensor:
    x = np.array(values, dtype="float32")
    x.attach_grad(grad_req)
    return x


def test_gradient_is_none_then_zeros_then_written(backend: str) -> None:
    x = np.ones(3)
    assert x.grad is None
    x.attach_grad()
    assert x.grad.tolist() == [0, 0, 0]
    handle = x.grad
    for _ in range(2):
        with autograd.record():
            y = x * x * 2
        y.backward()
        assert x.grad is handle
        assert x.grad.tolist() == [4, 4, 4]


def test_add_accumulates_and_null_drops(backend: str) -> None:
    x, y = leaf([1.0, 2.0], "add"), leaf([3.0, 4.0])
    for _ in range(3):
        with autograd.record():
            z = (x * y).sum()
        z.backward()
    assert x.grad.tolist() == [9, 12]
    assert y.grad.tolist() == [1, 2]
    x.attach_grad("null")
    assert x.grad is None


def test_head_gradients(backend: str) -> None:
    x = leaf([1.0, 2.0, 3.0])
    with autograd.record():
        y = x * x
    y.backward(np.array([1.0, 0.5, 2.0]))
    assert x.grad.tolist() == [2, 2, 12]
    with autograd.record():
        a, b = x * 2, x * x
    autograd.backward([a, b], [None, np.array([1.0, 0.0, 0.0])])
    assert x.grad.tolist() == [4, 2, 2]


def test_uses_of_a_leaf_sum_within_one_backward(backend: str) -> None:
    x = leaf([2.0])
    with autograd.record():
        y = x * x + x * 3 + x
    y.backward()
    assert x.grad.tolist() == [8]


def test_several_heads_of_one_recording(backend: str) -> None:
    x, w = leaf([2.0]), leaf([5.0])
    with autograd.record():
        a = x * x
        b = w * w
    a.backward()
    b.backward()
    assert (x.grad.item(), w.grad.item()) == (4, 10)


def test_only_some_leaves(backend: str) -> None:
    x, w = leaf([2.0]), leaf([5.0])
    with autograd.record():
        a = x * x
    with autograd.record():
        b = (a * w * x).sum()
    b.backward(variables=x)
    assert (x.grad.item(), w.grad.item()) == (60, 0)


def test_only_the_parameters_of_one_net(backend: str) -> None:
    generator, discriminator = nn.Dense(3, in_units=2), nn.HybridSequential()
    discriminator.add(nn.BatchNorm(in_channels=3), nn.Dense(1, in_units=3))
    for net in (generator, discriminator):
        net.initialize()
    x = np.array([[1.0, 2], [3, 5], [-1, 0]])

    def gradients(variables: object) -> list[numpy.ndarray]:
        with autograd.record():
            loss = (discriminator(generator(x)) ** 3).mean()
        loss.backward(variables=variables)
        return [net.weight.grad().asnumpy() for net in (generator, discriminator[1])]

    some, none = gradients(generator.collect_params())
    expected = gradients(None)[0]
    assert_allclose(some, expected, 1e-5)
    assert not none.any()


def test_a_variable_named_twice_has_one_gradient(backend: str) -> None:
    x = leaf([3.0])
    with autograd.record():
        y = (x * x).sum()
    y.backward(retain_graph=True, variables=[x, x])
    assert x.grad.item() == 6
    assert [g.item() for g in autograd.grad(y, [x, x])] == [6, 6]


def test_variables_that_are_none(backend: str) -> None:
    x = leaf([2.0])
    with autograd.record():
        y = (x * x).sum()
    with pytest.raises(ArgumentError, match=r"tensors or Parameters[\s\S]*str"):
        y.backward(variables=["x"])
    with pytest.raises(GradientError, match="variable 0 does not ask"):
        y.backward(variables=[np.array([1.0])])
    y.backward()


def test_retain_graph(backend: str) -> None:
    x = leaf([3.0])
    with autograd.record():
        y = (x * x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 27
    with pytest.raises(GradientError, match="freed"):
        y.backward()


def test_a_graph_may_span_two_recordings(backend: str) -> None:
    x, w = leaf([2.0]), leaf([3.0])
    with autograd.record():
        a = x * x
    with autograd.record():
        b = (a * w).sum()
    b.backward()
    assert (x.grad.item(), w.grad.item()) == (12, 4)


def test_detach_cuts_the_graph(backend: str) -> None:
    x = leaf([2.0])
    with autograd.record():
        y = x * x
        z = y.detach() * x
    z.backward()
    assert x.grad.item() == 4


def test_what_is_detached_holds_no_earlier_graph(backend: str) -> None:
    """A state that goes from step to step must not drag all earlier steps along."""
    x, state = leaf([2.0]), np.array([1.0])
    for _ in range(3):
        with autograd.record():
            state = state * x
            loss = state.sum()
            state = state.detach()
        loss.backward()
        assert state._node is None
    assert x.grad.item() == 4


def test_running_statistics_hold_no_graph(backend: str) -> None:
    norm = nn.BatchNorm(in_channels=2)
    norm.initialize()
    with autograd.record():
        y = norm(np.array([[1.0, 2], [3, 5]]))
    y.backward()
    assert norm.running_mean.data()._node is None
    assert norm.running_var.data()._node is None


def test_a_detached_leaf_is_another_tensor(backend: str) -> None:
    x = leaf([2.0])
    y = x.detach()
    with autograd.record():
        z = (x * y).sum()
    z.backward()
    assert x.grad.item() == 2


def test_python_control_flow_on_recorded_values(backend: str) -> None:
    x = leaf([0.7])
    with autograd.record():
        y = x * 2
        while float(y.sum().detach()) < 100:
            y = y * 2
        z = y if float(y.detach()) > 0 else 100 * y
    z.backward()
    assert x.grad.item() == pytest.approx(z.item() / x.item(), rel=1e-6)


def test_an_intermediate_keeps_its_gradient_if_asked(backend: str) -> None:
    x = leaf([2.0])
    with autograd.record():
        y = x * 3
        y.attach_grad()
        z = (y * y).sum()
    z.backward()
    assert (y.grad.item(), x.grad.item()) == (12, 36)


def test_grad_returns_a_list_and_leaves_grad_alone(backend: str) -> None:
    x = leaf([1.0, 2.0])
    with autograd.record():
        y = (x * x).sum()
    found = autograd.grad(y, x)
    assert isinstance(found, list)
    assert found[0].tolist() == [2, 4]
    assert x.grad.tolist() == [0, 0]


def test_grad_of_an_intermediate(backend: str) -> None:
    x = leaf([2.0])
    with autograd.record():
        y = x * 3
        z = (y * y).sum()
    assert autograd.grad(z, [y, x], retain_graph=True)[0].item() == 12


def test_grad_of_a_variable_goes_on_through_another(backend: str) -> None:
    x = leaf([2.0])
    with autograd.record():
        y = x * 3
        z = (y * y).sum()
    assert [g.item() for g in autograd.grad(z, [y, x])] == [12, 36]


def test_a_leaf_read_in_two_recordings_gets_the_sum(backend: str) -> None:
    w = leaf([3.0])
    with autograd.record():
        a = w * 2
    with autograd.record():
        b = (a * w).sum()
    b.backward()
    assert w.grad.item() == 12


def test_second_and_third_derivative(backend: str) -> None:
    x = leaf([0.5, 1.5])
    with autograd.record():
        y = (np.sin(x) * x).sum()
        (first,) = autograd.grad(y, x, create_graph=True)
        (second,) = autograd.grad(first.sum(), x, create_graph=True)
    a = x.asnumpy()
    numpy.testing.assert_allclose(first.asnumpy(), numpy.sin(a) + a * numpy.cos(a), rtol=1e-5)
    numpy.testing.assert_allclose(second.asnumpy(), 2 * numpy.cos(a) - a * numpy.sin(a), rtol=1e-5)


def test_gradient_penalty(backend: str) -> None:
    """The second derivative that WGAN-GP needs, against a closed form: ∂/∂w (|w|·2 - 1)²."""
    w = leaf([[3.0], [4.0]])
    x = leaf([[1.0, 2.0]])
    with autograd.record():
        score = np.matmul(x, w).sum()
        (g,) = autograd.grad(score, x, create_graph=True)
        penalty = (np.sqrt((g * g).sum()) - 1) ** 2
    penalty.backward()
    numpy.testing.assert_allclose(w.grad.asnumpy(), [[4.8], [6.4]], rtol=1e-5)


def test_mark_variables_uses_the_given_buffers(backend: str) -> None:
    x, buffer = np.array([3.0]), np.zeros(1)
    autograd.mark_variables([x], [buffer])
    with autograd.record():
        y = x * x
    y.backward()
    assert buffer.item() == 6
    assert x.grad is buffer


def test_writing_under_record(backend: str) -> None:
    x, v = leaf([1.0, 2.0, 3.0]), leaf([5.0])
    with autograd.record():
        z = np.zeros(3)
        z[:] = x * 2
        z[0:1] = v * v
        z += x
        loss = (z * z).sum()
    loss.backward()
    # z = [v² + x0, 3 x1, 3 x2]
    assert x.grad.tolist() == [2 * 26.0, 2 * 6.0 * 3, 2 * 9.0 * 3]
    assert v.grad.tolist() == [2 * 26.0 * 10]


def test_errors_name_the_remedy(backend: str) -> None:
    x = np.ones(2)
    with autograd.record():
        y = x * 2
    with pytest.raises(GradientError, match=r"record|attach_grad"):
        y.backward()
    with pytest.raises(GradientError, match="attach_grad"):
        autograd.grad(y, x)
    x.attach_grad()
    with autograd.record(), pytest.raises(GradientError, match="written inside record"):
        x += 1
    with pytest.raises(GradientError, match="floating"):
        np.arange(3).attach_grad()
    with pytest.raises(GradientError, match="grad_req"):
        x.attach_grad("sometimes")


def test_updates_outside_record_keep_the_leaf(backend: str) -> None:
    w = leaf([1.0])
    for _ in range(3):
        with autograd.record():
            loss = (w * w).sum()
        loss.backward()
        w -= 0.25 * w.grad
    assert w.item() == pytest.approx(0.125)


def test_a_value_kept_from_before_an_update_stays(backend: str) -> None:
    w = leaf([1.0, 2.0])
    kept, part, copied = w.detach(), w[0:1], w.copy()
    w[:] = 7
    w += 1
    assert (kept.tolist(), part.tolist(), copied.tolist()) == ([1, 2], [1], [1, 2])
    assert w.tolist() == [8, 8]


def test_a_value_made_while_recording_can_become_a_leaf(backend: str) -> None:
    x, w = np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([[0.2], [0.1]])
    w.attach_grad()
    with autograd.record():
        between = np.concat([x, x])[np.array([0, 1])] + 0 * np.random.uniform(size=(2, 1))
        between.attach_grad()
        (slope,) = autograd.grad(np.tanh(between @ w).sum(), [between], create_graph=True)
        penalty = (slope**2).sum()
    penalty.backward()
    assert w.grad is not None
    assert numpy.allclose(w.grad.asnumpy(), [[0.78415596], [0.38599759]], atol=1e-6)
