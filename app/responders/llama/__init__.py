"""A language model through llama.cpp, in a child process of its own."""

from app.responders.llama.process import LlamaResponder
from app.responders.llama.prompt import SystemPrompt, load_system_prompt
from app.responders.llama.wire import Sampling, Stats

__all__ = ["LlamaResponder", "Sampling", "Stats", "SystemPrompt", "load_system_prompt"]
