"""The one socket people's browsers come in by: 127.0.0.1 only."""

import socket
import sys


def listen(port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the port is taken.

    Made with IPPROTO_TCP: only then does asyncio switch delayed sending off, which costs 44 ms a request.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":  # there SO_REUSEADDR would let another program take the same port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener
