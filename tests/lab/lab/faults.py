"""Broken and hostile servers, one on each address: `faults.py TRIPWIRE-FILE MODE=ADDRESS...`.

They listen on the STARTTLS ports of both services, the black hole on port 53.
"""

import asyncio
import re
import sys

PORTS = {5222: "jabber:client", 5269: "jabber:server"}
HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams'"
    " xmlns='{}' id='lab' version='1.0'>"
)
TLS = "xmlns='urn:ietf:params:xml:ns:xmpp-tls'"
FLOOD = b"<a>" * 20000


async def garbage(reader, writer):
    await reader.read(1)
    writer.write(bytes(range(256)) * 4)
    await reader.read()


async def closing(reader, writer):
    await reader.readuntil(b">")
    writer.write(b"<?xml version='1.0'?><stream:stream xmlns:stream='http://ethe")


async def silent(reader, writer):
    await reader.read()


def _header(writer):
    port = writer.get_extra_info("sockname")[1]
    return HEADER.format(PORTS[port]).encode()


async def stalling(reader, writer):
    await reader.readuntil(b"version=")
    features = f"<stream:features><starttls {TLS}><required/></starttls></stream:features>"
    writer.write(_header(writer) + features.encode())
    await reader.readuntil(b"starttls")
    writer.write(f"<proceed {TLS}/>".encode())
    await reader.read()


async def plain(reader, writer):
    await reader.readuntil(b"version=")
    writer.write(_header(writer) + b"<stream:features/>")
    await reader.readuntil(b"starttls")
    writer.write(f"<failure {TLS}/></stream:stream>".encode())


async def flood(reader, writer):
    await reader.readuntil(b"version=")
    writer.write(_header(writer) + b"<stream:features>")
    while True:
        writer.write(FLOOD)
        await writer.drain()


def tripwire(path, counts_silence):
    """Notes whom each connection was meant for, as far as its stream header says, or at its end."""

    async def serve(reader, writer):
        try:
            await reader.readuntil(b"<stream:stream")
            opening = await reader.readuntil(b">")
        except (ConnectionError, asyncio.IncompleteReadError):
            opening = b""
        to = re.search(rb"\bto=['\"]([^'\"]*)", opening)
        if not opening and not counts_silence:
            return
        with open(path, "ab") as file:
            file.write((to.group(1) if to else b"?") + b"\n")

    return serve


def _quietly(serve):
    async def connection(reader, writer):
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    return connection


async def main(tripwire_file, modes):
    serving = []
    for mode, address in (argument.split("=") for argument in modes):
        if mode == "black-hole":
            loop = asyncio.get_running_loop()
            await loop.create_datagram_endpoint(asyncio.DatagramProtocol, (address, 53))
            serving.append(await asyncio.start_server(_quietly(silent), address, 53))
            continue
        serve = (tripwire(tripwire_file, mode == "tripwire") if mode in ("tripwire", "listener")
                 else globals()[mode])
        for port in PORTS:
            serving.append(await asyncio.start_server(_quietly(serve), address, port))
    await asyncio.gather(*(server.serve_forever() for server in serving))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
