"""Rest, not closing: how active minutes are counted and when rest begins."""

from guardrails.limits.clock import Bounds, Usage, session, tick, usage_from_json, usage_to_json

__all__ = ["Bounds", "Usage", "session", "tick", "usage_from_json", "usage_to_json"]
