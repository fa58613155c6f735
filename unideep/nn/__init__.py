"""Layers."""

from unideep.block import Block as Block
from unideep.block import HybridBlock as HybridBlock
from unideep.nn.activation import Activation as Activation
from unideep.nn.activation import LeakyReLU as LeakyReLU
from unideep.nn.container import HybridSequential as HybridSequential
from unideep.nn.container import Sequential as Sequential
from unideep.nn.convolution import Conv2D as Conv2D
from unideep.nn.convolution import Conv2DTranspose as Conv2DTranspose
from unideep.nn.dense import Dense as Dense
from unideep.nn.dropout import Dropout as Dropout
from unideep.nn.embedding import Embedding as Embedding
from unideep.nn.flatten import Flatten as Flatten
from unideep.nn.normalization import BatchNorm as BatchNorm
from unideep.nn.normalization import LayerNorm as LayerNorm
from unideep.nn.pooling import AvgPool2D as AvgPool2D
from unideep.nn.pooling import GlobalAvgPool2D as GlobalAvgPool2D
from unideep.nn.pooling import MaxPool2D as MaxPool2D
