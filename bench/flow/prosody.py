"""A Prosody beside the client, that connects to another server when it has started."""

import pathlib
import re
import subprocess
import tempfile
import time

from lab import servers
from way import PEER, RESOLVER

MODULES = pathlib.Path(__file__).resolve().parent
LIMIT = 15.0

MORE = """\
plugin_paths = {{ "{modules}" }}
flow_target = "{target}"
"""
HOST = """\
VirtualHost "{domain}"
  ssl = {certificate}
  s2s_direct_tls_ssl = {certificate}
  modules_enabled = {{ "flow" }}
"""


def _config(lab, directory, stream):
    address = f'"{PEER}"'
    certificate = servers.PROSODY_CERTIFICATE.format(directory=lab / "prosody", name=stream.local,
                                                     authorities=lab / "ca.pem")
    config = servers.PROSODY.format(directory=directory, starttls=address, direct=address,
                                    resolver=RESOLVER, certificate=certificate)
    config += MORE.format(modules=MODULES, target=stream.domain)
    return config + HOST.format(domain=stream.local, certificate=certificate)


def authenticate(lab, stream):
    """Seconds from the stanza that wants the stream until it is authenticated."""
    with tempfile.TemporaryDirectory(dir=lab) as name:
        directory = pathlib.Path(name)
        path, log = directory / "prosody.cfg.lua", directory / "log"
        path.write_text(_config(lab, directory, stream))
        with open(log, "wb") as file:
            process = subprocess.Popen(["prosody", "-F", "--config", path], stdout=file, stderr=file,
                                       stdin=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + LIMIT
            while time.monotonic() < deadline:
                found = re.search(r"established in ([0-9.]+) s", log.read_text(errors="replace"))
                if found:
                    return float(found.group(1))
                time.sleep(0.05)
        finally:
            process.terminate()
            process.wait()
        raise SystemExit(f"bench: Prosody did not get through:\n{log.read_text(errors='replace')}")
