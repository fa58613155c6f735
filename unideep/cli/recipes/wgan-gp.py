"""A WGAN with gradient penalty draws digits: `python wgan-gp.py`, or `unideep train wgan-gp`.

The penalty is a function of a gradient, so its own gradient is of second order. The distance
of test images from drawn ones, as the critic sees it, falls to 0.5 or less (seed 0, 60 epochs).

Source:
    Gulrajani et al., 2017, "Improved training of Wasserstein GANs", arXiv:1704.00028.
"""

import unideep as ud
from unideep import autograd, gluon, init, np
from unideep.gluon import nn

EPOCHS, BATCH_SIZE = 60, 64
REACHES = {"distance": "<= 0.5"}
NOISE, PENALTY, CRITIC_STEPS = 32, 10.0, 2
FIGURES = ["distance"]

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
critic = nn.HybridSequential()  # images -> how real they are, any number, (N, 1)
critic.add(
    nn.Conv2D(32, kernel_size=4, strides=2, padding=1),
    nn.LeakyReLU(0.2),
    nn.Conv2D(64, kernel_size=3, padding=1),
    nn.LeakyReLU(0.2),
    nn.Dense(1),
)
for net in (generator, critic):
    net.initialize(init.Xavier())
adam = {"learning_rate": 1e-3, "beta1": 0.0, "beta2": 0.9, "epsilon": 1e-6}  # see lenet.py
generator_trainer = gluon.Trainer(generator.collect_params(), "adam", adam)
critic_trainer = gluon.Trainer(critic.collect_params(), "adam", adam)

(images, _), (test_images, _) = gluon.data.digits(padding=0)
images, test_images = images * 2 - 1, test_images * 2 - 1


def batches(batch_size=BATCH_SIZE):
    """Shuffled batches; what is left of an epoch opens the next, so all have one shape."""
    return gluon.data.DataLoader(images, batch_size, shuffle=True, last_batch="rollover")


def draw(count):
    """Images by the generator, (count, 1, 8, 8)."""
    return generator(np.random.normal(size=(count, NOISE, 1, 1)))


def penalty(real, fake):
    """How far the slope of the critic is from 1, between real and drawn images."""
    t = np.random.uniform(size=(len(real), 1, 1, 1))
    between = t * real + (1 - t) * fake
    between.attach_grad()
    (slope,) = autograd.grad(critic(between).sum(), [between], create_graph=True)
    norm = np.sqrt((slope**2).sum((1, 2, 3)) + 1e-12)
    return ((norm - 1) ** 2).mean()


@ud.compile
def train_step(real):
    """Some updates of the critic and one of the generator, in one program of the engine."""
    for _ in range(CRITIC_STEPS):
        fake = draw(len(real)).detach()
        with autograd.record():
            distance = critic(real).mean() - critic(fake).mean()
            critic_loss = PENALTY * penalty(real, fake) - distance
        critic_loss.backward()
        critic_trainer.step(1)
    with autograd.record():
        generator_loss = -critic(draw(len(real))).mean()
    generator_loss.backward(variables=generator.collect_params())
    generator_trainer.step(1)
    return {"critic": critic_loss, "generator": generator_loss}


def samples(count=64):
    """Images by the generator, in [0, 1]."""
    return (draw(count).asnumpy()[:, 0] + 1) / 2


def evaluate():
    """The critic's estimate of the distance between test images and drawn ones."""
    real = np.array(test_images)
    return {"distance": float(critic(real).mean() - critic(draw(len(real))).mean())}


def save(path):
    """Write the weights of both nets to one file."""
    both = nn.Block()
    both.generator, both.critic = generator, critic
    both.save_parameters(path)


if __name__ == "__main__":
    import numpy

    loader = batches()
    for epoch in range(EPOCHS):
        for x in loader:
            losses = train_step(x)
        told = ", ".join(f"{name} {float(loss):.3f}" for name, loss in losses.items())
        print(f"epoch {epoch + 1}: {told}, distance {evaluate()['distance']:.3f}")
    save("wgan-gp.safetensors")
    numpy.save("samples.npy", samples())
