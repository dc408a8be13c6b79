"""Tokens a second through the whole program, from HTTP to the model and back, against llama-cpp-python alone."""

import asyncio
import http.client
import json
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app.api import Door, api_app
from app.conversation.clock import SystemClock
from app.conversation.turn import Cast
from app.factory import QUIET
from app.responders.guided import GuidedResponder
from benchmarks.engine import MESSAGE, ROUNDS, Alone, make_request, make_responder, write_random_model
from benchmarks.row import Row
from guardrails.guard import Guard, load

_TOKEN = "bench"  # noqa: S105, a made-up secret for a server that lives for seconds


def measure(home: Path) -> list[Row]:
    """Guard, review, splitter and server included; both sides write the same fixed text."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "random.gguf"
        write_random_model(model)
        return asyncio.run(_measure(model, home))


async def _measure(model: Path, home: Path) -> list[Row]:
    responder, guided = make_responder(model, home), GuidedResponder.load(home)
    door = Door(Guard(load(home)), lambda: Cast(responder, guided), SystemClock(), _TOKEN)
    config = uvicorn.Config(api_app(door, FastAPI(**QUIET)), port=0, log_config=None, lifespan="off", http="h11")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        port: int = server.servers[0].sockets[0].getsockname()[1]
        alone = Alone(model, responder, make_request(MESSAGE))
        ratios: list[float] = []
        for _ in range(ROUNDS + 1):  # the first reads the prompt, on both sides; it does not count
            bare = await asyncio.to_thread(alone.rate)
            seconds = await asyncio.to_thread(_talk, port)
            ratios.append((await responder.settled()).written / seconds / bare)
        return [Row("through the whole program / alone", statistics.median(ratios[1:]), "ratio", "≥ 0.95")]
    finally:
        server.should_exit = True
        await serving
        await responder.aclose()


def _talk(port: int) -> float:
    """Seconds from the beginning of an answer to its last byte: the model writes all of it in that time."""
    body = json.dumps({"stream": True, "messages": [{"role": "user", "content": MESSAGE}]})
    head = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("POST", "/v1/chat/completions", body, head)
        answer = connection.getresponse()
        started = time.perf_counter()
        answer.read()
        return time.perf_counter() - started
