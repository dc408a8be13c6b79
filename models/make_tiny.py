"""Trains and writes models/tiny.gguf, the tiny Dutch model the tests talk to.

Needs `torch`, `numpy` and `gguf` in an environment of its own (pip install torch numpy gguf); the app and
its tests never need them, the finished file is committed. From the project's root:

    python -m models.make_tiny models/tiny.gguf

A few minutes on two cores. See models/README.md for what the model knows.
"""
# pyright: basic, reportMissingImports=false

import argparse
import math
import random
import time
from pathlib import Path

import gguf
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from models import tiny_lines as lines
from models.tiny_data import Conversations, Sample, loose_text, marker_text
from models.tiny_vocabulary import FIRST_BYTE, Vocabulary, learn

WIDTH, LAYERS, HEADS, INNER, CONTEXT = 96, 2, 4, 224, 8192
HEAD = WIDTH // HEADS
ROPE_BASE = 100_000.0
BATCH, MERGES = 16, 500


class Block(nn.Module):
    """One layer as llama.cpp computes it for the `llama` architecture."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_norm, self.inner_norm = nn.RMSNorm(WIDTH, eps=1e-5), nn.RMSNorm(WIDTH, eps=1e-5)
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(WIDTH, INNER, bias=False) for _ in range(2))
        self.down = nn.Linear(INNER, WIDTH, bias=False)

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        batch, length, _ = x.shape
        normed = self.attention_norm(x)
        q, k, v = (part(normed).view(batch, length, HEADS, HEAD).transpose(1, 2) for part in (self.q, self.k, self.v))
        mixed = functional.scaled_dot_product_attention(rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True)
        x = x + self.o(mixed.transpose(1, 2).reshape(batch, length, WIDTH))
        normed = self.inner_norm(x)
        return x + self.down(functional.silu(self.gate(normed)) * self.up(normed))


class Tiny(nn.Module):
    """Token ids and positions to next-token scores."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(size, WIDTH)
        nn.init.normal_(self.embed.weight, std=0.05)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm, self.head = nn.RMSNorm(WIDTH, eps=1e-5), nn.Linear(WIDTH, size, bias=False)

    def forward(self, tokens: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        frequencies = ROPE_BASE ** (-torch.arange(0, HEAD, 2) / HEAD)
        angles = positions[:, None, :, None] * frequencies
        x, cos, sin = self.embed(tokens), angles.cos(), angles.sin()
        for block in self.blocks:
            x = block(x, cos, sin)
        return self.norm(x)


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary positions over neighbouring pairs, the order that the `llama` architecture uses."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


def make_vocabulary() -> Vocabulary:
    rng = random.Random(1)
    known = "\n".join([*lines.KNOWN, *lines.KNOWN.values(), *lines.STORY, lines.CAT_HEARD, lines.CAT_ASKED] * 40)
    names = "\n".join(f" {name}\n{name}" for name in lines.CATS * 200)
    fixed = "\n".join([lines.OTHER_NL, lines.OTHER_EN, lines.MARKERS, lines.NO_SYSTEM, lines.TWO_SYSTEMS] * 30)
    loose = "\n".join(loose_text(rng, (40, 80), language) for language in ("nl", "nl", "en") for _ in range(120))
    return learn(known + names + fixed + loose + marker_text(rng), MERGES)


def collate(samples: list[Sample]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(sample.tokens) for sample in samples)
    rows = [(s.tokens, s.learn, s.positions, longest - len(s.tokens)) for s in samples]
    tokens = torch.tensor([t + [0] * pad for t, _, _, pad in rows])
    learned = torch.tensor([m + [0.0] * pad for _, m, _, pad in rows])
    positions = torch.tensor([p + [0] * pad for _, _, p, pad in rows])
    return tokens[:, :-1], positions[:, :-1], tokens[:, 1:], learned[:, 1:]


def read(path: Path) -> tuple[Tiny, Vocabulary]:
    """An earlier file, to go on from."""
    reader = gguf.GGUFReader(path)
    pieces = reader.fields["tokenizer.ggml.tokens"].contents()
    vocabulary = Vocabulary(pieces, reader.fields["tokenizer.ggml.scores"].contents())
    model = Tiny(len(pieces))
    stored = {tensor.name: np.array(tensor.data, dtype=np.float32) for tensor in reader.tensors}
    with torch.no_grad():
        for name, tensor in tensors(model).items():
            tensor.copy_(torch.from_numpy(stored[name]))
    return model, vocabulary


def train(model: Tiny, vocabulary: Vocabulary, steps: int, rate: float) -> None:
    conversations = Conversations(vocabulary, seed=11 + steps)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01)
    started = time.monotonic()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, step / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        tokens, positions, targets, learned = collate(similar_lengths(conversations, step))
        counted = learned > 0
        hidden = model(tokens, positions)[counted]
        losses = functional.cross_entropy(model.head(hidden), targets[counted], reduction="none")
        loss = (losses * learned[counted]).sum() / learned[counted].sum()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 0:
            print(f"step {step} loss {loss.item():.4f} seconds {time.monotonic() - started:.0f}", flush=True)


def similar_lengths(conversations: Conversations, step: int) -> list[Sample]:
    """A batch of samples; short ones at first, since they teach the same faster."""
    samples = sorted((conversations.draw() for _ in range(BATCH * 2)), key=lambda sample: len(sample.tokens))
    if step < 400 or step % 3:
        return samples[:BATCH]
    return samples[BATCH : 2 * BATCH - 4]


def write(model: Tiny, vocabulary: Vocabulary, path: Path) -> None:
    """The GGUF file: metadata, vocabulary, chat template and 16-bit weights."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("klankbord-tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(vocabulary.pieces))
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    write_vocabulary(writer, vocabulary)
    for name, tensor in tensors(model).items():
        values = tensor.detach().numpy()
        writer.add_tensor(name, values.astype(np.float32 if values.ndim == 1 else np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_vocabulary(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    kind = gguf.TokenType
    types = [kind.NORMAL] * len(vocabulary.pieces)
    types[0] = kind.UNKNOWN
    types[FIRST_BYTE : FIRST_BYTE + 256] = [kind.BYTE] * 256
    for token in ("<s>", "</s>", *lines.CONTROL):
        types[vocabulary.control(token)] = kind.CONTROL
    writer.add_tokenizer_model("llama")
    writer.add_token_list(vocabulary.pieces)
    writer.add_token_scores(vocabulary.scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(vocabulary.control("<s>"))
    writer.add_eos_token_id(vocabulary.control("<|end|>"))
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(lines.CHAT_TEMPLATE)


def tensors(model: Tiny) -> dict[str, torch.Tensor]:
    named = {
        "token_embd.weight": model.embed.weight,
        "output_norm.weight": model.norm.weight,
        "output.weight": model.head.weight,
    }
    parts = {
        "attn_q": "q",
        "attn_k": "k",
        "attn_v": "v",
        "attn_output": "o",
        "ffn_gate": "gate",
        "ffn_up": "up",
    }
    parts |= {"ffn_down": "down", "attn_norm": "attention_norm", "ffn_norm": "inner_norm"}
    for number, block in enumerate(model.blocks):
        for name, attribute in parts.items():
            named[f"blk.{number}.{name}.weight"] = getattr(block, attribute).weight
    return named


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=4e-3, help="the highest learning rate")
    parser.add_argument("--start", type=Path, help="an earlier file to go on from, with a lower --rate")
    arguments = parser.parse_args()
    torch.manual_seed(7)
    if arguments.start:
        model, vocabulary = read(arguments.start)
    else:
        vocabulary = make_vocabulary()
        model = Tiny(len(vocabulary.pieces))
    train(model, vocabulary, arguments.steps, arguments.rate)
    write(model, vocabulary, arguments.path)


if __name__ == "__main__":
    main()
