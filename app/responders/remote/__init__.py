"""A model server the organisation runs itself, for `studio` and `probe` only; `serve` has no way to it."""

from app.responders.remote.address import AddressError, Place
from app.responders.remote.responder import Patience, RemoteResponder, remote_responder

__all__ = ["AddressError", "Patience", "Place", "RemoteResponder", "remote_responder"]
