"""A Transformer reads dates in words: `python translate.py`, or `unideep train translate`.

The dates are generated, in six manners: "march 3rd, 1987", "tuesday 3 mar 1987", and so on become
"1987-03-03". Of 256 new ones 95 % come out right (seed 0, 8 epochs), 92 % with `--model seq2seq`.

Source:
    Vaswani et al., 2017, "Attention is all you need", arXiv:1706.03762.
"""

import datetime

import numpy

import unideep as ud
from unideep import autograd, gluon, init, np
from unideep.cli.recipes import option

EPOCHS, BATCH_SIZE = 8, 32
REACHES = {"test accuracy": ">= 0.95"}
TRAINED, TESTED = 6400, 256
PADDING, START, END = 0, 1, 2
MODEL = option("model", "transformer", "seq2seq")  # the first, unless --model says another

characters = gluon.data.Characters("_<> ,-./0123456789abcdefghijklmnopqrstuvwxyz")


def written(date, manner):
    """The date as somebody would write it."""
    ending = "th" if 4 <= date.day <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(date.day % 10, "th")
    return [
        f"{date:%B} {date.day}{ending}, {date.year}",
        f"{date:%A} {date.day} {date:%b} {date.year}",
        f"{date.day}. {date:%B} {date:%y}",
        f"the {date.day}{ending} of {date:%B} {date.year}",
        f"{date:%d/%m/%Y}",
        f"{date:%a}, {date:%b %d %y}",
    ][manner].lower()


def generate(count):
    """`count` dates from 1950 to 2049, each once, as padded numbers: the words, and the digits."""
    rng = numpy.random.default_rng(2017)
    first, last = (datetime.date(year, 1, 1).toordinal() for year in (1950, 2050))
    days = first + rng.choice(last - first, count, replace=False)
    dates = [datetime.date.fromordinal(int(day)) for day in days]
    manners = rng.integers(6, size=count)
    words = [written(date, manner) for date, manner in zip(dates, manners, strict=True)]
    return encode(words, 28), encode([f"<{date}>" for date in dates], 12)


def encode(texts, length):
    """(N, length) of int64."""
    return numpy.stack([characters.encode(text.ljust(length, "_")) for text in texts])


SIZES = {
    "transformer": {"units": 64, "num_layers": 2, "num_heads": 4, "dropout": 0.0, "pre_norm": True},
    "seq2seq": {"embedding_size": 64, "hidden_size": 128, "dropout": 0.2},
}
rate = {"transformer": 2e-3, "seq2seq": 4e-3}[MODEL]
net = ud.model_zoo.get_model(MODEL, vocabulary=len(characters), padding=PADDING, **SIZES[MODEL])
net.initialize(init.Xavier())
loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
schedule = ud.lr_scheduler.CosineScheduler(1600, base_lr=rate, final_lr=1e-4, warmup_steps=100)
adam = {"lr_scheduler": schedule, "epsilon": 1e-6}  # epsilon: see lenet.py
trainer = gluon.Trainer(net.collect_params(), "adam", adam)

sources, targets = generate(TRAINED + TESTED)
test_sources, test_targets = sources[TRAINED:], targets[TRAINED:]


def batches(batch_size=BATCH_SIZE):
    """Shuffled batches; what is left of an epoch opens the next, so all have one shape."""
    dataset = gluon.data.ArrayDataset(sources[:TRAINED], targets[:TRAINED])
    return gluon.data.DataLoader(dataset, batch_size, shuffle=True, last_batch="rollover")


@ud.compile
def train_step(source, target):
    """Forward, backward and update: one program of the engine."""
    with autograd.record():
        loss = loss_fn(net(source, target[:, :-1]), target[:, 1:]).mean()
    loss.backward()
    trainer.step(1)
    return loss


def translate(source):
    """The digits, one after the other, and the end."""
    return net.translate(np.array(source), targets.shape[1] - 1, START, END).asnumpy()


def evaluate():
    """The share of test dates that come out right, every digit of them."""
    right = (translate(test_sources) == test_targets[:, 1:]).all(1)
    return {"test accuracy": float(right.mean())}


def text():
    """Some dates and what the net makes of them."""
    found = translate(test_sources[:8])
    pairs = zip(test_sources, found, strict=False)
    lines = [f"{characters.decode(a):28} {characters.decode(b)}" for a, b in pairs]
    return "\n".join(line.replace("_", " ").rstrip("> ") for line in lines) + "\n"


def save(path):
    """Write the weights."""
    net.save_parameters(path)


if __name__ == "__main__":
    loader = batches()
    for epoch in range(EPOCHS):
        losses = [float(train_step(x, y)) for x, y in loader]
        accuracy = evaluate()["test accuracy"]
        print(f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.4f}, accuracy {accuracy:.2%}")
    print(text())
    save("translate.safetensors")
