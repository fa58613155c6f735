"""A language model writes like Python's help: `python charlm.py`, or `unideep train charlm`.

An LSTM reads the text character by character. Reaches 1.7 bits per character on the last 5 % of
it (seed 0, 10 epochs), which it did not see.

Source:
    Karpathy, 2015, "The unreasonable effectiveness of recurrent neural networks".
"""

import math

import unideep as ud
from unideep import autograd, gluon, init, np
from unideep.cli.recipes import option

EPOCHS, BATCH_SIZE = 10, 32
REACHES = {"bits per character": "<= 1.7"}
LENGTH = 64
CELL = option("cell", "lstm", "gru")  # the first, unless --cell says another
FIGURES = ["bits per character"]

characters = gluon.data.Characters()
pieces, test_pieces = gluon.data.help_text(LENGTH + 1)

net = ud.model_zoo.get_model(
    "char_lm", vocabulary=len(characters), embedding_size=64, hidden_size=128, cell=CELL
)
net.initialize(init.Xavier())
loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
adam = {"learning_rate": 4e-3, "epsilon": 1e-6, "clip_gradient": 1.0}  # epsilon: see lenet.py
trainer = gluon.Trainer(net.collect_params(), "adam", adam)


def batches(batch_size=BATCH_SIZE):
    """Shuffled batches; what is left of an epoch opens the next, so all have one shape."""
    return gluon.data.DataLoader(pieces, batch_size, shuffle=True, last_batch="rollover")


@ud.compile
def train_step(x):
    """Forward, backward and update: one program of the engine."""
    with autograd.record():
        loss = loss_fn(net(x[:, :-1]), x[:, 1:]).mean()
    loss.backward()
    trainer.step(1)
    return loss


def evaluate():
    """How many bits a character of the test text takes, each piece read without what precedes."""
    x = np.array(test_pieces)
    loss = loss_fn(net(x[:, :-1]), x[:, 1:]).mean()
    return {"bits per character": float(loss) / math.log(2)}


def text():
    """What the net writes under a headline."""
    start = characters.encode("The for statement\n*****************\n\n")
    return characters.decode(net.sample(start[None], 240, temperature=0.7)[0])


def save(path):
    """Write the weights."""
    net.save_parameters(path)


if __name__ == "__main__":
    loader = batches()
    for epoch in range(EPOCHS):
        losses = [float(train_step(x)) for x in loader]
        bits = evaluate()["bits per character"]
        print(f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.4f}, bits {bits:.3f}")
    print(text())
    save("charlm.safetensors")
