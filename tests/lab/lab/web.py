"""The lab's web server: POSH documents over HTTPS."""

import base64
import hashlib
import json

from . import pki
from .tenants import SERVICES, Certificate

CONFIG = """\
user root;
daemon off;
master_process off;
pid {directory}/nginx.pid;
error_log {directory}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  ssl_protocols TLSv1.2 TLSv1.3;
  default_type application/json;
  client_body_temp_path {directory}/tmp;
  proxy_temp_path {directory}/tmp;
  fastcgi_temp_path {directory}/tmp;
  uwsgi_temp_path {directory}/tmp;
  scgi_temp_path {directory}/tmp;
{servers}}}
"""

SERVER = """\
  server {{
    listen {address}:443 ssl;
    server_name {domain};
    ssl_certificate {directory}/{domain}.pem;
    ssl_certificate_key {directory}/{domain}.key;
    root {directory}/{domain};
{location}  }}
"""


def domains(world):
    """The domains that have a web server: those with POSH, and those that serve it for others."""
    names = set()
    for tenant in world.tenants.values():
        if tenant.posh:
            names |= {tenant.name, tenant.posh.by_reference, tenant.posh.redirect}
    return names - {""}


def _fingerprints(posh, identity):
    data = pki.der(identity.certificate) if posh.fingerprints == "leaf" else b"of nothing here"
    sha256 = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return {"fingerprints": [{"sha-256": sha256}], "expires": posh.expires}


def _write_documents(directory, tenant, identity):
    """The tenant's documents, on its own web server or on the one that it points to."""
    posh = tenant.posh
    own = directory / tenant.name / ".well-known/posh"
    provider = posh.by_reference or posh.redirect
    place = directory / provider / "posh" / tenant.name if provider else own
    for folder in (own, place):
        folder.mkdir(parents=True, exist_ok=True)
    for service in SERVICES:
        document = json.dumps(_fingerprints(posh, identity))
        (place / f"{service}.json").write_text(document)
        if posh.by_reference:
            url = f"https://{provider}/posh/{tenant.name}/{service}.json"
            reference = json.dumps({"url": url, "expires": posh.expires})
            (own / f"{service}.json").write_text(reference)


def _location(tenant):
    posh = tenant.posh
    if not posh or (posh.status == 200 and not posh.redirect):
        return ""
    if posh.redirect:
        rule = f"rewrite /([^/]+)$ https://{posh.redirect}/posh/{tenant.name}/$1 redirect;"
    else:
        rule = f"return {posh.status};"
    return f"    location /.well-known/posh/ {{ {rule} }}\n"


def build(directory, world, authority, identities):
    """Writes documents, certificates and the configuration; returns the configuration's path."""
    servers = ""
    for name in sorted(domains(world)):
        tenant = world.tenants[name]
        issuer = tenant.posh.https if tenant.posh else "ca"
        authority.issue(Certificate([f"dns:{name}"], issuer=issuer)).write(directory, name)
        if tenant.posh:
            _write_documents(directory, tenant, identities[name])
        servers += SERVER.format(address=world.servers["web"], domain=name, directory=directory,
                                 location=_location(tenant))
    path = directory / "nginx.conf"
    path.write_text(CONFIG.format(directory=directory, servers=servers))
    return path
