"""One llama.cpp context: reads a prompt, writes tokens, and lets itself be stopped in both."""

import codecs
import ctypes
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, cast

import llama_cpp
from jinja2 import TemplateError as JinjaError

from app.responders.llama.assembly import Assembler
from app.responders.llama.template import ChatTemplate, TemplateError
from app.responders.llama.wire import Ask, Reason, Setup, Stats

native = cast("Any", llama_cpp)  # the binding of a C library: its functions carry no types
THOUGHT_OPENS = frozenset({"<|channel>", "<think>", "[THINK]", "<|thinking|>"})
THOUGHT_CLOSES = frozenset({"<channel|>", "</think>", "[/THINK]", "<|/thinking|>"})
PIECE_BYTES = 1024


class ModelBroken(Exception):
    """The file cannot be loaded, or has no chat template that can be used."""


class _Stopped(Exception):
    """Reading the prompt was broken off."""


class _Counting(native.Llama):
    """A Llama that counts the tokens it reads and asks between batches, and within them, whether to go on."""

    stop: Callable[[], bool]
    tokens_read = 0

    def watch(self, stop: Callable[[], bool]) -> None:
        self.stop = stop
        self.tokens_read = 0
        self._abort = native.ggml_abort_callback(self._asked)

    def _asked(self, _data: object) -> bool:
        return self.stop()

    def eval(self, tokens: list[int]) -> None:
        # While writing, one token is soon done; asking Python at every step of it would cost a tenth.
        if len(tokens) == 1:
            self.tokens_read += 1
            native.Llama.eval(self, tokens)
            return
        native.llama_set_abort_callback(self.ctx, self._abort, None)
        try:
            for at in range(0, len(tokens), self.n_batch):
                if self.stop():
                    raise _Stopped
                batch = tokens[at : at + self.n_batch]
                self._read_batch(batch)
                self.tokens_read += len(batch)
        finally:
            native.llama_set_abort_callback(self.ctx, native.ggml_abort_callback(0), None)

    def _read_batch(self, batch: list[int]) -> None:
        try:
            native.Llama.eval(self, batch)
        except RuntimeError:
            if self.stop():
                raise _Stopped from None
            raise


class Reply:
    """How one reply went; complete once its pieces have been drawn."""

    def __init__(self) -> None:
        self.reason: Reason = "stop"
        self.stats = Stats()


class Engine:
    """Owns one model and one context. Use it from one thread."""

    def __init__(self, setup: Setup) -> None:
        """Raises ModelBroken for a file that is no usable model."""
        self._setup = setup
        self._llama = self._load(setup)
        self._vocabulary = native.llama_model_get_vocab(self._llama.model)
        self._grammar = native.LlamaGrammar.from_string(setup.grammar, verbose=False) if setup.grammar else None
        trained: int = native.llama_model_n_ctx_train(self._llama.model)
        self.context: int = min(self._llama.n_ctx(), trained)
        self.assembler = self._assembler()

    @staticmethod
    def _load(setup: Setup) -> Any:
        if not Path(setup.model).is_file():
            raise ModelBroken
        seed = native.LLAMA_DEFAULT_SEED if setup.sampling.seed is None else setup.sampling.seed
        sizes = {"n_batch": setup.batch, "n_ubatch": setup.batch, "n_threads": setup.threads or None}
        sizes["n_threads_batch"] = sizes["n_threads"]
        rest = {"n_gpu_layers": setup.gpu_layers, "seed": seed, "verbose": False}
        try:
            return _Counting(setup.model, n_ctx=setup.context, **sizes, **rest)
        except (ValueError, RuntimeError, OSError, AssertionError, LookupError, TypeError, JinjaError):
            raise ModelBroken from None  # what the binding raises for a bad file, or a bad chat template

    def _assembler(self) -> Assembler:
        source = self._llama.metadata.get("tokenizer.chat_template", "")
        first, last = self._llama.token_bos(), self._llama.token_eos()
        texts = {
            "start": self.text(first) if first >= 0 else "",
            "end": self.text(last) if last >= 0 else "",
        }
        try:
            template = ChatTemplate(source, **texts, today=datetime.now(UTC).date())
            adds_start = first >= 0 and bool(native.llama_vocab_get_add_bos(self._vocabulary))
            assembler = Assembler(template, self.tokenise, self.context, first if adds_start else None)
            assembler.opening("x")  # a template that cannot be used shows here, not in the first reply
        except TemplateError:
            raise ModelBroken from None
        return assembler

    def tokenise(self, text: str, special: bool) -> list[int]:
        """Token ids without a start token; `special` allows control tokens."""
        raw = text.encode("utf-8", errors="replace")
        most = len(raw) + 8  # a token takes at least a byte, but for a space that some vocabularies add
        room = (native.llama_token * most)()
        found: int = native.llama_tokenize(self._vocabulary, raw, len(raw), room, most, False, special)
        if found < 0:
            raise ModelBroken
        return list(room[:found])

    def warm(self, system: str, stop: Callable[[], bool]) -> Reply:
        """Read the system prompt, so that it stands in the context."""
        tokens, reply = self.assembler.opening(system)[: self.context - 1], Reply()
        for _ in self._generate(tokens, stop, reply):
            break
        return reply

    def write(self, ask: Ask, stop: Callable[[], bool], reply: Reply) -> Iterator[str]:
        """Pieces of the answer, each at least one whole character; `reply` tells afterwards how it ended.

        `stop` is asked at every token and while the prompt is read. The limits of the request are kept
        here and not in llama-cpp-python, which skips its own while text is not valid UTF-8.
        """
        started = time.monotonic()
        first, total = started + ask.first_seconds, started + ask.total_seconds
        deadline = first

        def enough() -> bool:
            return stop() or time.monotonic() > deadline

        room = min(ask.max_tokens, self.context // 2)
        tokens = self.assembler.prompt(
            system=ask.system, messages=ask.messages, directions=ask.directions, room=room, labels=ask.labels
        )
        visible = Visible(self)
        for written, token in enumerate(self._generate(tokens, enough, reply), start=1):
            deadline = total
            if self.ends(token):
                break
            reply.stats = replace(reply.stats, written=written)
            if text := visible.text(token):
                yield text
            if enough() or written >= room:
                reply.reason = "cancelled" if stop() else "slow" if enough() else "length"
                break
        if reply.reason == "cancelled" and not stop():
            reply.reason = "slow_start"

    def _generate(self, tokens: list[int], stop: Callable[[], bool], reply: Reply) -> Iterator[int]:
        """Token ids without end; ends early, with the reason "cancelled", when `stop` says so."""
        self._llama.watch(stop)
        sampling = self._setup.sampling
        choice = {"top_k": sampling.top_k, "top_p": sampling.top_p, "min_p": sampling.min_p}
        generator = self._llama.generate(
            tokens, temp=sampling.temperature, repeat_penalty=1.0, grammar=self._grammar, **choice
        )
        try:
            first = next(generator)
        except _Stopped:
            reply.reason = "cancelled"
            return
        finally:
            read = self._llama.tokens_read
            reply.stats = Stats(read, max(0, len(tokens) - read))
        try:
            yield first
            yield from generator
        finally:
            generator.close()

    def ends(self, token: int) -> bool:
        """The end of the reply, or a marker of the template: a model may not open a turn of its own."""
        if native.llama_vocab_is_eog(self._vocabulary, token):
            return True
        control = bool(native.llama_vocab_is_control(self._vocabulary, token))
        return control and self.text(token) not in THOUGHT_OPENS | THOUGHT_CLOSES

    def text(self, token: int) -> str:
        """A token with its marker, as the vocabulary spells it."""
        return self.spell(token, special=True).decode("utf-8", errors="ignore")

    def spell(self, token: int, *, special: bool) -> bytes:
        """The bytes of a token; none for a control token unless `special`."""
        buffer = ctypes.create_string_buffer(PIECE_BYTES)
        size = native.llama_token_to_piece(self._vocabulary, token, buffer, PIECE_BYTES, 0, special)
        return buffer.raw[: max(0, size)]


class Spells(Protocol):
    """What knows how tokens are spelled."""

    def text(self, token: int) -> str: ...

    def spell(self, token: int, *, special: bool) -> bytes: ...


class Visible:
    """What a person may read of the tokens: whole characters, and nothing of a model's thinking aloud."""

    def __init__(self, engine: Spells) -> None:
        self._engine = engine
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        self._hidden = False

    def text(self, token: int) -> str:
        marker = self._engine.text(token)
        if marker in THOUGHT_OPENS or marker in THOUGHT_CLOSES:
            self._hidden = marker in THOUGHT_OPENS
            return ""
        return "" if self._hidden else self._decoder.decode(self._engine.spell(token, special=False))
