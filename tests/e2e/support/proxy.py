"""A TCP proxy that counts: bytes of each connection, and the frames of HTTP/2 (RFC 9113 §4.1) that make them up."""

import collections
import socket
import struct
import threading

from support.programs import split_address, require

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, CONTINUATION = 0, 1, 3, 9
PADDED = 8
CALL = (DATA, HEADERS, RST_STREAM, CONTINUATION)  # the rest keeps the connection: SETTINGS, PING, WINDOW_UPDATE, GOAWAY


class Frames:
    """Takes one direction's bytes apart as they come."""

    def __init__(self, preface):
        self.buffer, self.preface, self.frames, self.bytes = b"", preface, [], 0

    def take(self, data):
        self.bytes += len(data)
        self.buffer += data
        if self.preface:
            if len(self.buffer) < len(PREFACE):
                return
            require(self.buffer.startswith(PREFACE), "no HTTP/2")
            self.buffer, self.preface = self.buffer[len(PREFACE):], False
        while len(self.buffer) >= 9:
            length = struct.unpack(">I", b"\0" + self.buffer[:3])[0]
            if len(self.buffer) < 9 + length:
                return
            kind, flags, stream = self.buffer[3], self.buffer[4], struct.unpack(">I", self.buffer[5:9])[0]
            require(not (kind == DATA and flags & PADDED), "padded frames are not taken apart")
            self.frames.append((stream, kind, length))
            self.buffer = self.buffer[9 + length:]


class Call(collections.namedtuple("Call", "asked_headers asked_data answered_headers answered_data")):
    """Payload bytes of one stream."""


class Connection:
    def __init__(self, client, server):
        self.sockets = [client, server]
        self.up, self.down = Frames(preface=True), Frames(preface=False)
        self.threads = [threading.Thread(target=self.pump, args=pair, daemon=True) for pair in
                        ((client, server, self.up), (server, client, self.down))]
        for thread in self.threads:
            thread.start()

    def pump(self, source, target, frames):
        try:
            while data := source.recv(1 << 16):
                frames.take(data)
                target.sendall(data)
        except OSError:
            pass
        for end in self.sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def finish(self):
        for thread in self.threads:
            thread.join(timeout=30)
        for end in self.sockets:
            end.close()

    def calls(self):
        """One Call for each stream, in order."""
        totals = {}
        for direction, frames in enumerate((self.up.frames, self.down.frames)):
            for stream, kind, length in frames:
                if stream and kind in (DATA, HEADERS, CONTINUATION):
                    totals.setdefault(stream, [0, 0, 0, 0])[2 * direction + (kind == DATA)] += length
        return [Call(*totals[stream]) for stream in sorted(totals)]

    def frames(self):
        """What the call itself sent, frame by frame; and both directions' bytes, all included."""
        own = tuple(tuple((kind, length) for stream, kind, length in frames if stream and kind in CALL)
                    for frames in (self.up.frames, self.down.frames))
        return own, (self.up.bytes, self.down.bytes)


class Proxy:
    """with Proxy(address) as proxy: proxy.address … proxy.connections."""

    def __init__(self, target):
        self.target = split_address(target)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.connections = []

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.append(Connection(client, server))

    def __enter__(self):
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        for connection in self.connections:
            connection.finish()

    def sent(self):
        return sum(connection.up.bytes for connection in self.connections)
