"""A responder that says what it is told, for tests: the worst, in any pieces, with failures and pauses."""

from app.responders.scripted.scripted import Failure, ScriptedResponder

__all__ = ["Failure", "ScriptedResponder"]
