"""A bundle of a few kilobytes whose denoiser answers with noise tinted by the words."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

TOKENS, WIDTH = 24, 384
FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64
WORDS = ("[PAD]", "[UNK]", "a", "red", "blue", "knight", "slime", "walking", "right", "coin")


def write_tiny_bundle(
    folder: Path, *, tint: float = 0.2, denoiser: bytes = b"", student: float | None = None
) -> Path:
    """The folder, made and filled; bundles of different ``tint`` have different hashes.

    ``denoiser`` takes the place of that graph; ``student`` is the tint of a few-step network for
    4 steps and a guidance of 2.
    """
    folder.mkdir(parents=True)
    onnx.save(_text_encoder(), folder / "text_encoder.onnx")
    graph = denoiser or _denoiser(tint).SerializeToString()
    (folder / "denoiser.onnx").write_bytes(graph)
    if student is not None:
        onnx.save(_denoiser(student), folder / "student.onnx")
    _tokenizer().save(str(folder / "tokenizer.json"))
    files = {
        path.name: {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.iterdir())
    }
    card = {
        "format": 1, "name": "clip", "kind": "clip", "version": "0.1.0", "licence": "Apache-2.0",
        "patch": 16, "text_tokens": TOKENS, "control_size": 12,
        "sizes_tested": [[8, 64, 64], [4, 48, 80]],
        "training": {"steps": 0, "hours": 0.0, "data": []}, "files": files,
    }  # fmt: skip
    if student is not None:
        card["student"] = {"num_inference_steps": 4, "guidance_scale": 2.0}
    (folder / "model.json").write_text(json.dumps(card, indent=2))
    return folder


def _tokenizer() -> Tokenizer:
    vocabulary = {word: index for index, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_truncation(TOKENS)
    tokenizer.enable_padding(length=TOKENS)
    return tokenizer


def _text_encoder() -> onnx.ModelProto:
    """Embeddings: the token's number over the vocabulary, in every channel."""
    nodes = [
        helper.make_node("Cast", ["input_ids"], ["ids"], to=FLOAT),
        helper.make_node("Unsqueeze", ["ids", "last"], ["column"]),
        helper.make_node("Mul", ["column", "share"], ["text_embeds"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=FLOAT),
        helper.make_node("ReduceMean", ["text_embeds", "middle"], ["pooled"], keepdims=0),
    ]
    constants = [
        numpy_helper.from_array(np.array([2], np.int64), "last"),
        numpy_helper.from_array(np.array([1], np.int64), "middle"),
        numpy_helper.from_array(np.full((1, 1, WIDTH), 1 / len(WORDS), np.float32), "share"),
    ]
    inputs = [_value("input_ids", INT, "B", TOKENS), _value("attention_mask", INT, "B", TOKENS)]
    outputs = [
        _value("text_embeds", FLOAT, "B", TOKENS, WIDTH),
        _value("pooled", FLOAT, "B", WIDTH),
    ]
    return _model(nodes, inputs, outputs, constants)


def _denoiser(tint: float) -> onnx.ModelProto:
    """A third of the sample, plus the mean of ``pooled``, plus full alpha."""
    nodes = [
        helper.make_node("ReduceMean", ["pooled", "last"], ["mean"], keepdims=1),
        helper.make_node("Reshape", ["mean", "cell"], ["word"]),
        helper.make_node("Mul", ["sample", "third"], ["faint"]),
        helper.make_node("Add", ["faint", "word"], ["worded"]),
        helper.make_node("Add", ["worded", "bias"], ["tinted"]),
        helper.make_node("Clip", ["tinted", "low", "high"], ["denoised"]),
    ]
    bias = np.array([tint, -0.2, -0.4, 2], np.float32).reshape(1, 1, 4, 1, 1)
    constants = [
        numpy_helper.from_array(np.array([1], np.int64), "last"),
        numpy_helper.from_array(np.array([-1, 1, 1, 1, 1], np.int64), "cell"),
        numpy_helper.from_array(np.array(1 / 3, np.float32), "third"),
        numpy_helper.from_array(bias, "bias"),
        numpy_helper.from_array(np.array(-1, np.float32), "low"),
        numpy_helper.from_array(np.array(1, np.float32), "high"),
    ]
    inputs = [
        _value("sample", FLOAT, "B", "F", 4, "H", "W"),
        _value("sigma", FLOAT, "B", "F"),
        _value("text_embeds", FLOAT, "B", TOKENS, WIDTH),
        _value("pooled", FLOAT, "B", WIDTH),
        _value("control", FLOAT, "B", "F", 12),
        _value("rope_cos", FLOAT, "S", 32),
        _value("rope_sin", FLOAT, "S", 32),
    ]
    outputs = [_value("denoised", FLOAT, "B", "F", 4, "H", "W")]
    return _model(nodes, inputs, outputs, constants)


def _value(name: str, kind: int, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, list(shape))


def _model(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: list[onnx.TensorProto],
) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    return model
