"""An HTTPS server whose certificate depends on the name that is asked for, and its answer on the path.

https_server.py DIRECTORY: certificates are DIRECTORY/<first label>.pem, else good.pem; the port is written to DIRECTORY/port.
"""

import base64
import gzip
import hashlib
import http.server
import json
import os
import socket
import ssl
import sys
import threading
import time
import urllib.parse

directory = sys.argv[1]
counts = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def to(self, location):
        self.answer(302, b"elsewhere", [("Location", location)])

    def do_GET(self):
        word, _, rest = self.path[1:].partition("?")[0].partition("/")
        getattr(self, "do_" + word.replace(".well-known", "posh"))(rest)

    def do_ok(self, rest):
        self.answer(200, b"{}")

    def do_posh(self, rest):
        with open(os.path.join(directory, "good.der"), "rb") as certificate:
            digest = base64.b64encode(hashlib.sha256(certificate.read()).digest()).decode()
        self.answer(200, json.dumps({"fingerprints": [{"sha-256": digest}], "expires": 60}).encode())

    def do_status(self, rest):
        self.answer(int(rest), b"sorry")

    def do_size(self, rest):
        status, size = rest.split("/")
        self.answer(int(status), b"x" * int(size))

    def do_endless(self, rest):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 1000)

    def do_headers(self, rest):
        self.send_response(200)
        while True:
            self.send_header("X-More", "x" * 1000)
            self.flush_headers()

    def do_chunked(self, rest):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")

    def chunks(self, chunk, encoding="chunked"):
        self.send_response(200)
        self.send_header("Transfer-Encoding", encoding)
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    def do_chunks(self, rest):
        self.chunks(b"x" * int(rest))
        self.wfile.write(b"0\r\n\r\n")

    def do_endless_chunks(self, rest):
        self.chunks(b"x" * 1000)
        while True:
            self.wfile.write(b"3e8\r\n" + b"x" * 1000 + b"\r\n")

    def do_trailers(self, rest):
        self.chunks(b"{}")
        self.wfile.write(b"0\r\n")
        while True:
            self.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")

    def do_continue(self, rest):
        while rest == "endless":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        self.do_ok(rest)

    def do_encoded(self, rest):
        self.answer(200, gzip.compress(b"x" * 10000000), [("Content-Encoding", "gzip")])

    def do_transfer_encoded(self, rest):
        self.chunks(gzip.compress(b"x" * 10000000), "gzip, chunked")
        self.wfile.write(b"0\r\n\r\n")

    def do_html(self, rest):
        self.answer(200, b"{}", [("Content-Type", "text/html; charset=utf-16"), ("Content-Disposition", "attachment")])

    def do_length(self, rest):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n{}" % rest.encode())
        self.close_connection = True

    def do_silent(self, rest):
        time.sleep(30)

    def do_slow(self, rest):
        self.send_response(200)
        self.send_header("Content-Length", "20")
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b"x")
            time.sleep(float(rest))

    def do_short(self, rest):
        self.send_response(200)
        self.send_header("Content-Length", "20")
        self.end_headers()
        self.wfile.write(b"x")
        self.close_connection = True

    def do_close(self, rest):
        self.close_connection = True

    def do_garbage(self, rest):
        self.wfile.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
        self.close_connection = True

    def do_echo(self, rest):
        self.answer(200, (self.requestline + "\r\n" + str(self.headers)).encode())

    def do_cookie(self, rest):
        self.answer(302, b"", [("Location", "/echo"), ("Set-Cookie", "a=b"), ("Strict-Transport-Security", "max-age=9")])

    def do_count(self, rest):
        counts[rest] = counts.get(rest, 0) + 1
        time.sleep(0.2)
        self.answer(200, str(counts[rest]).encode())

    def do_counted(self, rest):
        status, name = rest.split("/")
        counts[name] = counts.get(name, 0) + 1
        self.answer(int(status), str(counts[name]).encode())

    def do_broken(self, rest):
        counts[rest] = counts.get(rest, 0) + 1
        if counts[rest] == 1:
            self.close_connection = True
        else:
            self.answer(200, str(counts[rest]).encode())

    def do_to(self, rest):
        self.to(urllib.parse.unquote(rest, "latin-1"))

    def do_by(self, rest):
        status, location = rest.split("/", 1)
        self.answer(int(status), b"elsewhere", [("Location", urllib.parse.unquote(location))])

    def do_far(self, rest):
        self.to("https://a.example/" + "x" * int(rest))

    def do_refresh(self, rest):
        self.answer(200, b"{}", [("Refresh", "0; url=/status/404"), ("Location", "/status/404")])

    def do_hops(self, rest):
        self.to("/ok" if int(rest) <= 1 else "/hops/%d" % (int(rest) - 1))

    def do_loop(self, rest):
        self.to("/loop")

    def do_nowhere(self, rest):
        self.answer(302, b"nowhere")


def context(name):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(os.path.join(directory, name))
    return c


contexts = {name[:-4]: context(name) for name in os.listdir(directory)
            if name.endswith(".pem") and os.path.exists(os.path.join(directory, name[:-4] + ".crt"))}



def choose(connection, name, _):
    connection.context = contexts.get((name or "").split(".")[0], contexts["good"])


def new_context():
    c = context("good.pem")
    c.sni_callback = choose
    return c


def old_context():
    c = context("good.pem")
    c.set_ciphers("DEFAULT:@SECLEVEL=0")
    c.minimum_version, c.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return c


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100
    new_context = staticmethod(new_context)

    def finish_request(self, request, address):
        try:
            with self.new_context().wrap_socket(request, server_side=True) as connection:
                super().finish_request(connection, address)
        except OSError:
            pass

    def handle_error(self, request, address):
        pass


server = Server(("127.0.0.1", 0), Handler)
# Here nothing newer than TLS 1.1 is spoken,
old_server = Server(("127.0.0.6", server.server_address[1]), Handler)
old_server.new_context = old_context
# and here nothing at all.
mute = socket.create_server(("127.0.0.5", server.server_address[1]), backlog=100)
with open(os.path.join(directory, "port.new"), "w") as port:
    port.write(str(server.server_address[1]))
os.rename(os.path.join(directory, "port.new"), os.path.join(directory, "port"))
# Whoever started this and is gone without a word takes it along.
parent = os.getppid()
for each in server, old_server:
    threading.Thread(target=each.serve_forever, daemon=True).start()
while os.getppid() == parent:
    time.sleep(0.5)
