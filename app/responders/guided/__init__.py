"""The guided conversation: answers at once, without any model, from reviewed texts and the person's own words."""

from app.responders.guided.guided import GuidedResponder

__all__ = ["GuidedResponder"]
