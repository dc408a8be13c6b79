"""How fast the language model answers through LlamaResponder, against llama-cpp-python alone.

`measure(home)` writes a random-weight model of real shape in a temporary folder and returns rows. What is
written is forced by one grammar on both sides, so that both do the same work and the text is fit to be shown.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import gguf
import llama_cpp
import numpy as np
import psutil

from app.responders.llama import LlamaResponder, Sampling
from app.responders.llama.engine import Engine
from app.responders.llama.process import Machine
from app.responders.llama.wire import Setup
from app.responders.protocol import Request
from benchmarks.row import Row
from guardrails.values import Language, Level, Message, Plan, Reading
from models.tiny_data import loose_text
from models.tiny_lines import CHAT_TEMPLATE, CONTROL
from models.tiny_vocabulary import FIRST_BYTE, Vocabulary, learn

WIDTH, LAYERS, HEADS, INNER, WORDS, CONTEXT = 768, 12, 12, 2048, 32_000, 4096
FIXED = (
    "Je slaapt slecht en je hebt het druk op je werk. Dat maakt de dag zwaar. "
    "Een avond zonder scherm kan helpen. "
    "Schrijf op wat morgen moet en wat kan wachten. Leg het papier daarna weg. Wat houdt je het meest wakker?"
)
MESSAGE = (
    "Het was weer een lange dag op mijn werk en ik kwam moe thuis. "
    "Mijn zus belde en we kregen ruzie over niets. "
    "Daarna lag ik uren wakker en nu weet ik niet hoe ik morgen de dag door moet komen."
)
DIRECTIONS = ("Noem de situatie van de persoon.", "Stel hoogstens één vraag en houd het kort.")
GRAMMAR = f'root ::= "{FIXED}"'
ROUNDS = 3


def measure(home: Path) -> list[Row]:
    """All figures of the engine; about a minute on two cores. `home` holds prompts/."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "random.gguf"
        write_random_model(model)
        return asyncio.run(_measure(model, home))


def make_responder(model: Path, home: Path) -> LlamaResponder:
    """A responder on the random model that can write nothing but the fixed text."""
    return LlamaResponder(
        model,
        home=home,
        sampling=Sampling(temperature=0.0),
        machine=Machine(context=CONTEXT),
        benchmark_grammar=GRAMMAR,
    )


async def _measure(model: Path, home: Path) -> list[Row]:
    responder = make_responder(model, home)
    try:
        rows = [*await _speed(model, responder), *await _reread(model, responder)]
        return [*rows, *await _cancel(responder), await _crash(responder)]
    finally:
        await responder.aclose()


async def _speed(model: Path, responder: LlamaResponder) -> list[Row]:
    """Tokens a second while writing: in turns, so that both meet the same noise of the machine."""
    request = make_request(MESSAGE)
    alone = Alone(model, responder, request)
    rates: dict[str, list[float]] = {"alone": [], "through": []}
    for _ in range(ROUNDS):
        rates["alone"].append(await asyncio.to_thread(alone.rate))
        rates["through"].append(await _rate(responder, request))
    alone_rate, through = (statistics.median(rates[name]) for name in ("alone", "through"))
    return [
        Row("llama-cpp-python alone", alone_rate, "tokens/s", ""),
        Row("through LlamaResponder", through, "tokens/s", ""),
        Row("LlamaResponder / alone", through / alone_rate, "ratio", "≥ 0.95"),
    ]


class Alone:
    """llama-cpp-python without any of ours, on the same prompt and with the same settings."""

    def __init__(self, model: Path, responder: LlamaResponder, request: Request) -> None:
        engine = Engine(_setup(model))
        self._tokens = engine.assembler.prompt(
            system=responder.prompt(Language.NL).text,
            messages=[(message.role, message.text) for message in request.messages],
            directions="",
            room=600,
        )
        native = cast("Any", llama_cpp)
        batch = Machine().batch
        self._llama = native.Llama(str(model), n_ctx=CONTEXT, n_batch=batch, n_ubatch=batch, verbose=False)
        self._grammar = native.LlamaGrammar.from_string(GRAMMAR, verbose=False)

    def rate(self) -> float:
        sampling = Sampling()
        choice = {"top_k": sampling.top_k, "top_p": sampling.top_p, "min_p": sampling.min_p}
        tokens = self._llama.generate(self._tokens, temp=0.0, repeat_penalty=1.0, grammar=self._grammar, **choice)
        next(tokens)
        count, started = 0, time.perf_counter()
        for token in tokens:
            if token == self._llama.token_eos():
                break
            count += 1
        return count / (time.perf_counter() - started)


async def _rate(responder: LlamaResponder, request: Request) -> float:
    started = 0.0
    async for _ in responder.reply(request):
        started = started or time.perf_counter()
    seconds = time.perf_counter() - started
    return (responder.stats.written - 1) / seconds


async def _reread(model: Path, responder: LlamaResponder) -> list[Row]:
    """Tokens read at turns 2 and 10, as a share of what is new: last reply, message, directions."""
    engine = Engine(_setup(model))
    below = responder.prompt(Language.NL).directions(DIRECTIONS)
    new = sum(len(engine.tokenise(text, False)) for text in (FIXED, MESSAGE, below))
    rows: list[Row] = []
    texts: list[str] = []
    for turn in range(1, 11):
        texts.append(MESSAGE)
        await _first_pieces(responder, make_request(*texts, directions=DIRECTIONS), 1)
        stats = await responder.settled()
        texts.append(FIXED)
        if turn in (2, 10):
            rows.append(Row(f"read on turn {turn}", stats.read, "tokens", ""))
            rows.append(Row(f"read on turn {turn} / new", stats.read / new, "ratio", "≤ 1.1"))
    return rows


async def _cancel(responder: LlamaResponder) -> list[Row]:
    """From the closing of a reply until the worker does nothing any more."""
    long = make_request(" ".join([MESSAGE] * 20))

    async def writing() -> float:
        await _first_pieces(responder, make_request(MESSAGE), 5)
        return await _settling(responder)

    async def reading() -> float:
        task = asyncio.create_task(_first_pieces(responder, long, 1))
        await asyncio.sleep(0.3)
        task.cancel()
        return await _settling(responder)

    return [
        Row("stopped while writing", await _worst(writing) * 1000, "ms", "≤ 200"),
        Row("stopped while reading", await _worst(reading) * 1000, "ms", "≤ 200"),
    ]


async def _crash(responder: LlamaResponder) -> Row:
    """From the death of the worker to the first piece of the next reply: loading and reading the prompt."""
    await _first_pieces(responder, make_request(MESSAGE), 1)
    psutil.Process(responder.worker_pid).kill()
    started = time.perf_counter()
    await _first_pieces(responder, make_request(MESSAGE), 1)
    return Row("crash to first piece of the next reply", time.perf_counter() - started, "s", "")


async def _worst(once: Callable[[], Awaitable[float]]) -> float:
    return max([await once() for _ in range(ROUNDS)])


async def _settling(responder: LlamaResponder) -> float:
    started = time.perf_counter()
    await responder.settled()
    return time.perf_counter() - started


async def _first_pieces(responder: LlamaResponder, request: Request, count: int) -> None:
    async with aclosing(responder.reply(request)) as reply:
        async for _ in reply:
            count -= 1
            if count == 0:
                break


def _setup(model: Path) -> Setup:
    return Setup(str(model), CONTEXT, Machine().batch, 0, 0, Sampling(temperature=0.0))


def make_request(*texts: str, directions: tuple[str, ...] = ()) -> Request:
    at = datetime.now(UTC)
    messages = tuple(Message("assistant" if n % 2 else "user", text, at) for n, text in enumerate(texts))
    reading = Reading(Language.NL, Level.NONE, Level.NONE)
    return Request(messages, Plan(Language.NL, "model", max_words=0), reading, directions)


def write_random_model(path: Path) -> None:
    """A llama of some 0.13 billion random 4-bit weights that can spell Dutch, with a vocabulary of 32 000."""
    vocabulary = _vocabulary()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)
    _write_vocabulary(writer, vocabulary)
    numbers = np.random.default_rng(3)
    for name, shape in _shapes(len(vocabulary.pieces)).items():
        _add_weights(writer, name, shape, numbers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _vocabulary() -> Vocabulary:
    rng = random.Random(5)
    learned = learn("\n".join([FIXED, MESSAGE, *(loose_text(rng, (60, 90)) for _ in range(60))]), 500)
    missing = WORDS - len(learned.pieces)
    pieces = learned.pieces + [f"\u2581x{number}" for number in range(missing)]
    return Vocabulary(pieces, learned.scores + [-20_000.0] * missing)


def _write_vocabulary(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    types = [gguf.TokenType.NORMAL] * len(vocabulary.pieces)
    types[0] = gguf.TokenType.UNKNOWN
    types[FIRST_BYTE : FIRST_BYTE + 256] = [gguf.TokenType.BYTE] * 256
    for token in ("<s>", "</s>", *CONTROL):
        types[vocabulary.control(token)] = gguf.TokenType.CONTROL
    writer.add_tokenizer_model("llama")
    writer.add_token_list(vocabulary.pieces)
    writer.add_token_scores(vocabulary.scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(vocabulary.control("<s>"))
    writer.add_eos_token_id(vocabulary.control("<|end|>"))
    writer.add_unk_token_id(0)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _shapes(words: int) -> dict[str, tuple[int, ...]]:
    """Rows and columns of each tensor, as numpy counts them; the output shares the embedding's weights."""
    shapes: dict[str, tuple[int, ...]] = {"token_embd.weight": (words, WIDTH), "output_norm.weight": (WIDTH,)}
    for layer in range(LAYERS):
        prefix = f"blk.{layer}."
        shapes |= {f"{prefix}attn_{part}.weight": (WIDTH, WIDTH) for part in ("q", "k", "v", "output")}
        shapes |= {f"{prefix}ffn_{part}.weight": (INNER, WIDTH) for part in ("gate", "up")}
        shapes |= {f"{prefix}ffn_down.weight": (WIDTH, INNER)}
        shapes |= {f"{prefix}{part}_norm.weight": (WIDTH,) for part in ("attn", "ffn")}
    return shapes


def _add_weights(writer: gguf.GGUFWriter, name: str, shape: tuple[int, ...], numbers: np.random.Generator) -> None:
    if len(shape) == 1:
        writer.add_tensor(name, np.ones(shape, np.float32))
        return
    weights = numbers.standard_normal(shape, np.float32) * 0.02
    kind = gguf.GGMLQuantizationType.Q4_0
    writer.add_tensor(name, gguf.quants.quantize(weights, kind), raw_dtype=kind)
