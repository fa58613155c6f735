"""Sets of images, and the changes that are made to an image before it enters a net."""

from unideep.data.vision import transforms as transforms
from unideep.data.vision.datasets import (
    CIFAR10 as CIFAR10,
    CIFAR100 as CIFAR100,
    MNIST as MNIST,
    FashionMNIST as FashionMNIST,
)
