"""A tiny BERT guesses hidden characters of Python's help: `python bert.py`, or
`unideep train bert`.

One character in seven is hidden from it; of those it guesses 45 % in a text that it did not see
(seed 0, 8 epochs).

Source:
    Devlin et al., 2018, "BERT: pre-training of deep bidirectional transformers for language
    understanding", arXiv:1810.04805; without its second task, the next sentence.
"""

import numpy

import unideep as ud
from unideep import autograd, gluon, init, np

EPOCHS, BATCH_SIZE = 8, 32
REACHES = {"guessed": ">= 0.45"}
LENGTH, HIDDEN_SHARE = 64, 0.15

characters = gluon.data.Characters()
MASK = len(characters)  # the number of what hides a character
pieces, test_pieces = gluon.data.help_text(LENGTH)

net = ud.model_zoo.get_model(
    "bert", vocabulary=MASK + 1, max_length=LENGTH, units=128, num_layers=2, num_heads=4,
    token_types=1, dropout=0.0,
)  # fmt: skip
net.initialize(init.Xavier())
loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
schedule = ud.lr_scheduler.CosineScheduler(1600, base_lr=2e-3, final_lr=1e-4, warmup_steps=100)
adam = {"lr_scheduler": schedule, "epsilon": 1e-6}  # epsilon: see lenet.py
trainer = gluon.Trainer(net.collect_params(), "adam", adam)

hidden_in_test = numpy.random.default_rng(2018).random(test_pieces.shape) < HIDDEN_SHARE


def batches(batch_size=BATCH_SIZE):
    """Shuffled batches; what is left of an epoch opens the next, so all have one shape."""
    return gluon.data.DataLoader(pieces, batch_size, shuffle=True, last_batch="rollover")


@ud.compile
def train_step(x):
    """Forward, backward and update: one program of the engine."""
    hidden = np.random.uniform(size=x.shape) < HIDDEN_SHARE
    with autograd.record():
        losses = loss_fn(net(np.where(hidden, MASK, x)), x, hidden)
        loss = losses.sum() / hidden.sum() * LENGTH  # the mean over hidden characters
    loss.backward()
    trainer.step(1)
    return loss


def guess():
    """The most probable characters in the places that are hidden in the test text."""
    logits = net(np.array(numpy.where(hidden_in_test, MASK, test_pieces)))
    return numpy.where(hidden_in_test, logits.asnumpy()[..., :MASK].argmax(-1), test_pieces)


def evaluate():
    """The share of hidden characters of the test text that are guessed."""
    return {"guessed": float((guess() == test_pieces)[hidden_in_test].mean())}


def text():
    """A piece of the test text with dots for what is hidden, and as the net completes it."""
    dot = characters.encode(".")[0]
    pairs = numpy.where(hidden_in_test, dot, test_pieces), guess()
    return "\n----\n".join(characters.decode(x[:4].reshape(-1)) for x in pairs) + "\n"


def save(path):
    """Write the weights."""
    net.save_parameters(path)


if __name__ == "__main__":
    loader = batches()
    for epoch in range(EPOCHS):
        losses = [float(train_step(x)) for x in loader]
        print(f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.4f}, {evaluate()}")
    print(text())
    save("bert.safetensors")
