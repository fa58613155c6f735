"""The benchmark models on UniDeep's public API; the same lines serve every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from program import BETA1, BETA2, EPSILON, LEARNING_RATE, Program, Task, Weights
from workloads import PADDING, Sizes

import unideep as ud
from unideep import autograd, gluon, init, np, npx
from unideep.gluon import model_zoo, nn
from unideep.model_zoo.autoencoder import vae_loss

ADAM = {
    "learning_rate": LEARNING_RATE,
    "beta1": BETA1,
    "beta2": BETA2,
    "epsilon": EPSILON,
}
cross_entropy = gluon.loss.SoftmaxCrossEntropyLoss()
adversarial = gluon.loss.SigmoidBCELoss()


class DeepMLP(nn.HybridBlock):
    """Very many small layers, each of which adds to its input: stacked, for one loop over them."""

    def __init__(self, features: int, layers: int, classes: int) -> None:
        super().__init__()
        uniform = init.Uniform((3 / features) ** 0.5)
        self.weight = gluon.Parameter("weight", shape=(layers, features, features), init=uniform)
        self.bias = gluon.Parameter("bias", shape=(layers, features), init="zeros")
        self.output = nn.Dense(classes, in_units=features)

    def forward(self, x: Any) -> Any:
        def layer(part: Any, x: Any) -> tuple[list[Any], Any]:
            return [], x + 0.02 * npx.relu(npx.fully_connected(x, *part))

        return self.output(npx.foreach(layer, [self.weight.data(), self.bias.data()], x)[1])


class TextClassifier(nn.HybridBlock):
    """An encoder of one layer, and the mean over the tokens that are no padding."""

    def __init__(self, vocabulary: int, units: int, heads: int, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, units)
        self.encoder = nn.TransformerEncoder(1, units, heads, dropout=0.0)
        self.output = nn.Dense(classes, in_units=units)

    def forward(self, tokens: Any) -> Any:
        seen = tokens != PADDING
        x = self.encoder(self.embedding(tokens), key_mask=seen)
        weights = np.expand_dims(seen.astype(x.dtype), -1)
        return self.output((x * weights).sum(1) / weights.sum(1))


class DCGAN(nn.HybridBlock):
    """Both nets, for one set of weights; called, it draws."""

    def __init__(self, size: int, channels: int, width: int, code: int) -> None:
        super().__init__()
        shape: dict[str, Any] = {"size": size, "channels": channels, "width": width}
        self.generator = model_zoo.get_model("dcgan_generator", noise=code, **shape)
        self.discriminator = model_zoo.get_model("dcgan_discriminator", **shape)

    def forward(self, noise: Any) -> Any:
        return self.generator(noise)


def make(model: str, s: Sizes) -> Any:
    """The net of a model, without weights."""
    get = model_zoo.get_model
    match model:
        case "mlp":
            return get("mlp", classes=s["classes"], hidden=(s["units"],))
        case "deep_mlp":
            return DeepMLP(s["features"], s["layers"], s["classes"])
        case "lenet":
            return get("lenet", classes=s["classes"])
        case "resnet20":
            return get("resnet20", classes=s["classes"], width=s["width"])
        case "lstm" | "gru":
            return get(
                "char_lm", vocabulary=s["vocabulary"], embedding_size=s["embedding"],
                hidden_size=s["units"], cell=model,
            )  # fmt: skip
        case "gpt":
            return get(
                "gpt", vocabulary=s["vocabulary"], max_length=s["length"], units=s["units"],
                num_layers=s["layers"], num_heads=s["heads"], dropout=0.0,
            )  # fmt: skip
        case "transformer":
            return get(
                "transformer", vocabulary=s["vocabulary"], units=s["units"],
                num_layers=s["layers"], num_heads=s["heads"], dropout=0.0, padding=PADDING,
            )  # fmt: skip
        case "varlen":
            return TextClassifier(s["vocabulary"], s["units"], s["heads"], s["classes"])
        case "dcgan":
            return DCGAN(s["size"], s["channels"], s["width"], s["code"])
        case "vae":
            shape = (s["channels"], s["size"], s["size"])
            return get("vae", shape=shape, code=s["code"], width=s["width"])
    raise KeyError(model)


def initial_weights(model: str, sizes: Sizes, batch: Sequence[numpy.ndarray]) -> dict[str, Any]:
    """The first weights of a model as NumPy arrays, the same at each call."""
    with ud.use_backend("numpy"):
        ud.random.seed(0)
        net = make(model, sizes)
        net.initialize(init.Xavier())
        PREDICT.get(model, _call)(net, *map(np.array, batch))
        found = {name: param.data().asnumpy() for name, param in net.collect_params().items()}
        return _apart(found) if model == "deep_mlp" else found


def _apart(weights: Weights) -> dict[str, Any]:
    """Stacked layers as those that others have."""
    rows = {
        f"layers.{i}.{name}": row
        for name in ("weight", "bias")
        for i, row in enumerate(weights[name])
    }
    return rows | {name: w for name, w in weights.items() if name not in ("weight", "bias")}


def _stacked(weights: Weights) -> dict[str, Any]:
    """The opposite."""
    rows: dict[str, list[Any]] = {"weight": [], "bias": []}
    for name, w in weights.items():
        if name.startswith("layers."):
            rows[name.rpartition(".")[2]].append(w)
    others = {name: w for name, w in weights.items() if not name.startswith("layers.")}
    return others | {name: numpy.stack(parts) for name, parts in rows.items()}


def _call(net: Any, *inputs: Any) -> Any:
    return net(*inputs)


def _code(net: Any, x: Any, noise: Any) -> tuple[Any, Any, Any]:
    """A sample of the codes of x, and their distribution."""
    found = net.encoder(x)
    mean, log_variance = np.split(found, 2, 1)
    return mean + np.exp(0.5 * log_variance) * noise, mean, log_variance


def _reconstruct(net: Any, x: Any, noise: Any) -> Any:
    return net.decoder(_code(net, x, noise)[0])


PREDICT: dict[str, Callable[..., Any]] = {"vae": _reconstruct}  # where it is not just a call


def _vae_loss(net: Any, x: Any, noise: Any) -> Any:
    code, mean, log_variance = _code(net, x, noise)
    return vae_loss(x, net.decoder(code), mean, log_variance).mean()


def _classify(net: Any, *batch: Any) -> Any:
    *inputs, labels = batch
    return cross_entropy(net(*inputs), labels).mean()


LOSSES: dict[str, Callable[..., Any]] = {"vae": _vae_loss}  # where it is not a cross-entropy


def train_step(model: str, net: Any) -> Callable[..., Any]:
    if model == "dcgan":
        return gan_step(net)
    loss_of = LOSSES.get(model, _classify)
    trainer = gluon.Trainer(net.collect_params(), "adam", ADAM)

    def step(*batch: Any) -> Any:
        with autograd.record():
            loss = loss_of(net, *batch)
        loss.backward()
        trainer.step(1)
        return loss

    return step


def gan_step(net: DCGAN) -> Callable[..., Any]:
    """The discriminator first, on images that the generator gets its gradient from afterwards."""
    nets = generator, discriminator = net.generator, net.discriminator
    trainers = [gluon.Trainer(part.collect_params(), "adam", ADAM) for part in nets]

    def step(real: Any, noise: Any) -> Any:
        ones = np.ones((len(real), 1))
        with autograd.record():
            fake = generator(noise)
            d_loss = adversarial(discriminator(real), ones).mean()
            d_loss = d_loss + adversarial(discriminator(fake.detach()), 0 * ones).mean()
        d_loss.backward()
        trainers[1].step(1)
        with autograd.record():
            g_loss = adversarial(discriminator(fake), ones).mean()
        g_loss.backward(variables=generator.collect_params())
        trainers[0].step(1)
        return d_loss + g_loss

    return step


@dataclass(frozen=True)
class Variant:
    is_compiled: bool

    def __call__(self, task: Task) -> Program:
        """The program on the current backend."""
        net = make(task.model, task.sizes)
        weights = _stacked(task.weights) if task.model == "deep_mlp" else dict(task.weights)
        net.load_dict(weights, cast_dtype=True, dtype_source="saved")
        wrap = ud.compile if self.is_compiled else _same
        predict = PREDICT.get(task.model, _call)
        train = wrap(train_step(task.model, net))
        return Program(
            train=train,
            predict=wrap(lambda *inputs: predict(net, *inputs)),
            prepare=lambda batch: tuple(map(np.array, batch)),
            loader=loader,
            sync=synchronizer(net),
        )


def _same(step: Callable[..., Any]) -> Callable[..., Any]:
    return step


def loader(arrays: Sequence[numpy.ndarray], batch_size: int) -> Iterable[tuple[Any, ...]]:
    return gluon.data.DataLoader(gluon.data.ArrayDataset(*arrays), batch_size, shuffle=True)


def synchronizer(net: Any) -> Callable[[Any], None]:
    """Waits for parameters too: an eager update may still run when the loss is there."""
    params = list(net.collect_params().values())

    def sync(result: Any) -> None:
        result.wait_to_read()
        for param in params:
            param.data().wait_to_read()

    return sync


VARIANTS = {"eager": Variant(False), "compiled": Variant(True)}
