"""Where the lab lives: namespaces of its own, so that nothing leaves the machine."""

import os
import subprocess


def namespace():
    """The command that enters the lab's namespaces, as this machine allows it."""
    process = ["--fork", "--kill-child", "--pid"]
    # Root of the machine needs no user namespace, and would lose the files of other users in it.
    users = [["-nm"], ["-Urnm"]] if os.geteuid() == 0 else [["-Urnm"]]
    for user in users:
        for proc in (["--mount-proc"], []):
            enter = ["unshare", *user, *process, *proc]
            attempt = subprocess.run([*enter, "true"], stderr=subprocess.PIPE, check=False)
            if attempt.returncode == 0:
                return enter
    reason = attempt.stderr.decode().strip()
    raise SystemExit(f"lab: this machine allows no private network, not even to root ({reason})"
                     if os.geteuid() == 0 else
                     f"lab: this machine allows no user namespaces ({reason}); try it as root")
