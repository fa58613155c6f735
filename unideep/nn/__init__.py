"""Layers."""

from unideep.block import Block as Block, HybridBlock as HybridBlock
from unideep.nn.activation import (
    ELU as ELU,
    GELU as GELU,
    SELU as SELU,
    Activation as Activation,
    LeakyReLU as LeakyReLU,
    PReLU as PReLU,
    SiLU as SiLU,
    Swish as Swish,
)
from unideep.nn.attention import (
    KeyValueCache as KeyValueCache,
    MultiHeadAttention as MultiHeadAttention,
)
from unideep.nn.container import (
    Concatenate as Concatenate,
    HybridConcatenate as HybridConcatenate,
    HybridSequential as HybridSequential,
    Sequential as Sequential,
)
from unideep.nn.convolution import Conv2D as Conv2D, Conv2DTranspose as Conv2DTranspose
from unideep.nn.dense import Dense as Dense
from unideep.nn.dropout import Dropout as Dropout
from unideep.nn.embedding import Embedding as Embedding
from unideep.nn.flatten import Flatten as Flatten
from unideep.nn.function import (
    HybridLambda as HybridLambda,
    Identity as Identity,
    Lambda as Lambda,
)
from unideep.nn.normalization import (
    BatchNorm as BatchNorm,
    GroupNorm as GroupNorm,
    InstanceNorm as InstanceNorm,
    LayerNorm as LayerNorm,
    RMSNorm as RMSNorm,
)
from unideep.nn.pooling import (
    AvgPool2D as AvgPool2D,
    GlobalAvgPool2D as GlobalAvgPool2D,
    MaxPool2D as MaxPool2D,
)
from unideep.nn.position import (
    LearnedPositionalEmbedding as LearnedPositionalEmbedding,
    RotaryPositionalEmbedding as RotaryPositionalEmbedding,
    SinusoidalPositionalEmbedding as SinusoidalPositionalEmbedding,
)
from unideep.nn.transformer import (
    TransformerDecoder as TransformerDecoder,
    TransformerDecoderCell as TransformerDecoderCell,
    TransformerEncoder as TransformerEncoder,
    TransformerEncoderCell as TransformerEncoderCell,
)
