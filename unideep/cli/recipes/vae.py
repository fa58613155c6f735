"""A convolutional VAE draws digits and knows a stranger: `python vae.py`, or `unideep train vae`.

It never sees a 4. Afterwards images of a 4 are told from those of other digits, by how badly the
net encodes them: test ROC-AUC 0.94 (seed 0, 60 epochs).

Source:
    Kingma and Welling, 2014, "Auto-encoding variational Bayes", arXiv:1312.6114.
"""

import numpy
from sklearn.metrics import roc_auc_score

import unideep as ud
from unideep import autograd, gluon, init, np, npx
from unideep.gluon import nn

EPOCHS, BATCH_SIZE = 60, 64
REACHES = {"ROC-AUC of strangers": ">= 0.94"}
LATENT, STRANGER = 8, 4
FIGURES = ["reconstruction"]

encoder = nn.HybridSequential()  # images (N, 1, 8, 8) -> mean and log variance (N, 2 LATENT)
encoder.add(
    nn.Conv2D(32, kernel_size=3, padding=1, activation="relu"),
    nn.Conv2D(64, kernel_size=4, strides=2, padding=1, activation="relu"),
    nn.Dense(128, activation="relu"),
    nn.Dense(2 * LATENT),
)
decoder = nn.HybridSequential()  # codes (N, LATENT, 1, 1) -> pixels (N, 1, 8, 8), before a sigmoid
decoder.add(
    nn.Conv2DTranspose(64, kernel_size=4, activation="relu"),
    nn.Conv2DTranspose(32, kernel_size=4, strides=2, padding=1, activation="relu"),
    nn.Conv2D(1, kernel_size=3, padding=1),
)
for net in (encoder, decoder):
    net.initialize(init.Xavier())
adam = {"learning_rate": 2e-3, "epsilon": 1e-6}  # epsilon: see lenet.py
parameters = [*encoder.collect_params().values(), *decoder.collect_params().values()]
trainer = gluon.Trainer(parameters, "adam", adam)
bce = gluon.loss.SigmoidBCELoss()

(images, labels), (test_images, test_labels) = gluon.data.digits(padding=0)
images = images[labels != STRANGER]


def batches(batch_size=BATCH_SIZE):
    """Shuffled batches; what is left of an epoch opens the next, so all have one shape."""
    return gluon.data.DataLoader(images, batch_size, shuffle=True, last_batch="rollover")


def bound(x, noise):
    """Minus the evidence lower bound of each image, in two parts: (N,), (N,)."""
    code = encoder(x)
    mean, log_variance = code[:, :LATENT], code[:, LATENT:]
    z = mean + np.exp(0.5 * log_variance) * noise
    pixels = decoder(z.reshape(-1, LATENT, 1, 1))
    reconstruction = bce(pixels, x) * x[0].size  # the loss is a mean over pixels
    divergence = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(1)
    return reconstruction, divergence


@ud.compile
def train_step(x):
    """One update of both nets: one program of the engine."""
    noise = np.random.normal(size=(len(x), LATENT))
    with autograd.record():
        reconstruction, divergence = (part.mean() for part in bound(x, noise))
        loss = reconstruction + divergence
    loss.backward()
    trainer.step(1)
    return {"reconstruction loss": reconstruction, "divergence": divergence}


def evaluate():
    """The reconstruction term of test images, and how well strangers are told by the bound."""
    x = np.array(test_images)
    reconstruction, divergence = bound(x, np.zeros((len(x), LATENT)))
    scores = (reconstruction + divergence).asnumpy()
    known = test_labels != STRANGER
    area = roc_auc_score(~known, scores)
    return {
        "reconstruction": float(reconstruction.asnumpy()[known].mean()),
        "ROC-AUC of strangers": float(area),
    }


def samples(count=64):
    """The first half are reconstructions beside their images, the rest new drawings; in [0, 1]."""
    shown = test_images[: count // 4]
    mean = encoder(np.array(shown))[:, :LATENT].reshape(-1, LATENT, 1, 1)
    drawn = np.random.normal(size=(count - 2 * len(shown), LATENT, 1, 1))
    pixels = [npx.sigmoid(decoder(z)).asnumpy() for z in (mean, drawn)]
    pairs = numpy.stack([shown, pixels[0]], 1).reshape(-1, 8, 8)
    return numpy.concatenate([pairs, pixels[1][:, 0]])


def save(path):
    """Write the weights of both nets to one file."""
    both = nn.Block()
    both.encoder, both.decoder = encoder, decoder
    both.save_parameters(path)


if __name__ == "__main__":
    loader = batches()
    for epoch in range(EPOCHS):
        for x in loader:
            losses = train_step(x)
        told = ", ".join(f"{name} {float(loss):.3f}" for name, loss in losses.items())
        print(f"epoch {epoch + 1}: {told}, {evaluate()}")
    save("vae.safetensors")
    numpy.save("samples.npy", samples())
