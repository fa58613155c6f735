"""Known models by name. Each has its file, which is imported when the model is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from unideep.errors import UniDeepError, UnknownNameError, known_names

__all__ = ["get_model", "model_names"]

# name -> "module:what makes it"
MODELS = {
    "autoencoder": "autoencoder:Autoencoder",
    "bert": "bert:BERT",
    "char_lm": "char_lm:CharLM",
    "dcgan_discriminator": "gan:DCGANDiscriminator",
    "dcgan_generator": "gan:DCGANGenerator",
    "googlenet": "googlenet:GoogLeNet",
    "gpt": "gpt:GPT",
    "lenet": "lenet:LeNet",
    "mlp": "mlp:MLP",
    "resnet18": "resnet:resnet18",
    "resnet20": "resnet:resnet20",
    "resnet34": "resnet:resnet34",
    "resnet50": "resnet:resnet50",
    "resnet101": "resnet:resnet101",
    "resnet152": "resnet:resnet152",
    "seq2seq": "seq2seq:Seq2Seq",
    "transformer": "transformer:Transformer",
    "unet": "unet:UNet",
    "vae": "autoencoder:VAE",
    "wgan_critic": "gan:WGANCritic",
}


def get_model(name: str, pretrained: bool = False, **options: Any) -> Any:
    """A model by its name, a HybridBlock, without weights before `initialize` or `load_parameters`.

    Args:
        name: One of `model_names()`, in upper or lower case.
        pretrained: Gluon's; there are no weights to download, so only False.
        options: Those of the model: see its class.

    Raises:
        UnknownNameError: no model has that name. Lists the known ones.

    Example:
        >>> net = ud.model_zoo.get_model("lenet", classes=26)
        >>> net.initialize()
        >>> net(np.ones((2, 1, 28, 28))).shape
        (2, 26)
    """
    try:
        module, _, maker = MODELS[name.lower()].partition(":")
    except KeyError:
        raise UnknownNameError(
            f"{name!r} is not a known model.", fix=known_names(name, MODELS)
        ) from None
    if pretrained:
        raise UniDeepError(
            f"there are no trained weights of {name!r} to download.",
            fix="net.load_parameters(file) reads those of a file.",
        )
    return getattr(import_module(f"{__name__}.{module}"), maker)(**options)


def model_names() -> list[str]:
    """The names that `get_model` knows, sorted."""
    return sorted(MODELS)
