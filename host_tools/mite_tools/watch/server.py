"""The page and its events, on the loopback address only."""

import json
import queue
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

from ..errors import MiteError
from .feed import Feed

ADDRESS = "127.0.0.1"
FILES = {
    "/": ("page.html", "text/html; charset=utf-8"), "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"), "/draw.js": ("draw.js", "text/javascript; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}  # fmt: skip
# Nothing from anywhere else, and no page of anybody else's around it.
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
ALIVE_S = 5  # a comment so often, or a browser that has gone would never be noticed


class Handler(BaseHTTPRequestHandler):
    """GET only. `server.feed` is what there is to see."""

    server_version = "mite"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802, the name the base class calls
        # A name that leads here from elsewhere is another site's page in the reader's browser.
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in (ADDRESS, "localhost"):
            self._answer(HTTPStatus.FORBIDDEN, b"This page is for this computer only.\n", "text/plain")
        elif self.path == "/events":
            self._events()
        elif self.path in FILES:
            name, kind = FILES[self.path]
            self._answer(HTTPStatus.OK, (files(__package__) / name).read_bytes(), kind)
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"There is nothing here.\n", "text/plain")

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self._headers(kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _headers(self, kind: str) -> None:
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")

    def _events(self) -> None:
        """Server-sent events: all that there is, then all that comes."""
        self.send_response(HTTPStatus.OK)
        self._headers("text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        past, coming = self.server.feed.subscribe()
        try:
            # One event for the past: a page draws once, not two thousand times.
            self._send("past", past)
            while not self.server.closing:
                try:
                    several = [coming.get(timeout=ALIVE_S)]
                except queue.Empty:
                    self.wfile.write(b": alive\n\n")
                    self.wfile.flush()
                    continue
                while not coming.empty():
                    several.append(coming.get())
                self._send("more", several)
        except OSError:
            pass  # the browser has gone
        finally:
            self.server.feed.unsubscribe(coming)

    def _send(self, name: str, shown: list[dict]) -> None:
        self.wfile.write(f"event: {name}\ndata: {json.dumps(shown)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_) -> None:
        """Not on the terminal."""


class Server:
    """The page at .url, from __enter__ to __exit__. MiteError if the port is taken. http_port 0: any that is free."""

    def __init__(self, feed: Feed, http_port: int = 0):
        try:
            self._server = ThreadingHTTPServer((ADDRESS, http_port), Handler)
        except (OSError, OverflowError) as error:
            raise MiteError(f"the page cannot be served at port {http_port} ({getattr(error, 'strerror', error)}): name another with --http, or none") from None
        self._server.daemon_threads = True
        self._server.feed = feed
        self._server.closing = False
        self.url = f"http://{ADDRESS}:{self._server.server_port}/"

    def __enter__(self) -> "Server":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.closing = True
        self._server.shutdown()
        self._server.server_close()
