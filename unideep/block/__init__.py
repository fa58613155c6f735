"""Blocks: trees of layers with named parameters."""

from unideep.block.block import Block as Block
from unideep.block.hybrid import HybridBlock as HybridBlock
from unideep.block.parameter import Parameter as Parameter, ParameterDict as ParameterDict
