"""A mail server that takes every mail and keeps none, and that can be away: nobody listens on its port then."""

import socketserver
import threading

from tests.stack import free_port

ANSWERS = {b"DATA": b"354 Go on", b"QUIT": b"221 Bye"}


class _Conversation(socketserver.StreamRequestHandler):
    """By RFC 5321, as far as a client without extensions goes."""

    def handle(self) -> None:
        self._say(b"220 ready")
        is_text = False
        for line in self.rfile:
            if is_text:
                is_text = line != b".\r\n"
                if not is_text:
                    self._say(b"250 taken")
                continue
            command = line.strip().upper()
            self._say(ANSWERS.get(command, b"250 fine"))
            is_text = command == b"DATA"
            if command == b"QUIT":
                return

    def _say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


class MailServer:
    """Away until ``listen``."""

    def __init__(self) -> None:
        self.port = free_port()
        self._listener: _Listener | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def listen(self) -> None:
        self._listener = _Listener(("127.0.0.1", self.port), _Conversation)
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None
