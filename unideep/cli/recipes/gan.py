"""A DCGAN learns to draw handwritten digits: `python gan.py`, or `unideep train gan`.

The discriminator tells at most 75 % of test images and drawn ones apart (seed 0, 60 epochs); 50 %
would be guessing.

Source:
    Radford et al., 2016, "Unsupervised representation learning with deep convolutional generative
    adversarial networks", arXiv:1511.06434.
"""

import unideep as ud
from unideep import autograd, gluon, init, np
from unideep.gluon import nn

EPOCHS, BATCH_SIZE = 60, 64
REACHES = {"told apart": "<= 0.75"}
NOISE = 32

generator = nn.HybridSequential()  # noise (N, 32, 1, 1) -> images (N, 1, 8, 8) in [-1, 1]
generator.add(
    nn.Conv2DTranspose(64, kernel_size=4, use_bias=False),
    nn.BatchNorm(),
    nn.Activation("relu"),
    nn.Conv2DTranspose(32, kernel_size=3, padding=1, use_bias=False),
    nn.BatchNorm(),
    nn.Activation("relu"),
    nn.Conv2DTranspose(1, kernel_size=4, strides=2, padding=1, activation="tanh"),
)
discriminator = nn.HybridSequential()  # images -> how real they look, (N, 1)
discriminator.add(
    nn.Conv2D(32, kernel_size=4, strides=2, padding=1),
    nn.LeakyReLU(0.2),
    nn.Conv2D(64, kernel_size=3, padding=1, use_bias=False),
    nn.BatchNorm(),
    nn.LeakyReLU(0.2),
    nn.Dense(1),
)
for net in (generator, discriminator):
    net.initialize(init.Xavier())
loss_fn = gluon.loss.SigmoidBCELoss()
adam = {"learning_rate": 1e-3, "beta1": 0.5, "epsilon": 1e-5}  # see lenet.py
generator_trainer = gluon.Trainer(generator.collect_params(), "adam", adam)
discriminator_trainer = gluon.Trainer(discriminator.collect_params(), "adam", adam)

(images, _), (test_images, _) = gluon.data.digits(padding=0)
images, test_images = images * 2 - 1, test_images * 2 - 1


def batches(batch_size=BATCH_SIZE):
    """Shuffled batches; what is left of an epoch opens the next, so all have one shape."""
    return gluon.data.DataLoader(images, batch_size, shuffle=True, last_batch="rollover")


@ud.compile
def train_step(real):
    """One update of each net: two backward passes in one program of the engine."""
    ones, zeros = np.ones((len(real), 1)), np.zeros((len(real), 1))
    noise = np.random.normal(size=(len(real), NOISE, 1, 1))
    with autograd.record():
        fake = generator(noise).detach()
        d_loss = loss_fn(discriminator(real), ones) + loss_fn(discriminator(fake), zeros)
        d_loss = d_loss.mean()
    d_loss.backward()
    discriminator_trainer.step(1)

    with autograd.record():
        g_loss = loss_fn(discriminator(generator(noise)), ones).mean()
    g_loss.backward(variables=generator.collect_params())
    generator_trainer.step(1)
    return {"discriminator": d_loss, "generator": g_loss}


def samples(count=64):
    """Images by the generator, in [0, 1]."""
    noise = np.random.normal(size=(count, NOISE, 1, 1))
    return (generator(noise).asnumpy()[:, 0] + 1) / 2


def evaluate():
    """The share of test images that are told from drawn ones: near a half, those look real."""
    real = discriminator(np.array(test_images)) > 0
    drawn = discriminator(np.array(samples(len(test_images))[:, None] * 2 - 1)) <= 0
    return {"told apart": float((real.mean() + drawn.mean()) / 2)}


def save(path):
    """Write the weights of both nets to one file."""
    both = nn.Block()
    both.generator, both.discriminator = generator, discriminator
    both.save_parameters(path)


if __name__ == "__main__":
    import numpy

    loader = batches()
    for epoch in range(EPOCHS):
        for x in loader:
            losses = train_step(x)
        told = ", ".join(f"{name} {float(loss):.3f}" for name, loss in losses.items())
        print(f"epoch {epoch + 1}: {told}, told apart {evaluate()['told apart']:.0%}")
    save("gan.safetensors")
    numpy.save("samples.npy", samples())
