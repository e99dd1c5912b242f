"""The programs that run during a benchmark, and the connections that it measures."""

import ctypes
import ctypes.util
import os
import signal
import socket
import subprocess
import time

import measure

BROTLI = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"
PATIENCE_SECONDS = 30.0


class Service:
    """A program that runs until it is stopped; its output is in `log`."""

    def __init__(self, command, log, environment=None, folder="/"):
        self.command = command
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder,
                env=environment)

    def check(self):
        """Raises RunFailed when the program has ended."""
        code = self.process.poll()
        if code is not None:
            raise measure.RunFailed(f"{' '.join(self.command)} ended with {code}:\n"
                                    + measure.tail(self.log))

    def fail(self, what):
        raise measure.RunFailed(f"{what}; {self.command[0]} says:\n" + measure.tail(self.log))

    def memory(self, of="Pss"):
        """Returns the bytes of the program and its child processes, with shared memory divided."""
        return sum(measure.proportional_set_size(pid, of)
                   for pid in measure.tree(self.process.pid))

    def stop(self):
        """Asks the program to end, and kills it if it does not. Returns its exit code."""
        started = measure.tree(self.process.pid)[1:] if self.process.poll() is None else []
        for number, patience in ((signal.SIGTERM, PATIENCE_SECONDS), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                self.process.send_signal(number)
                try:
                    self.process.wait(patience)
                except subprocess.TimeoutExpired:
                    continue
        # Its orphans are this process's children now (measure.adopt_orphans).
        left = set(started) & set(measure.children(os.getpid()))
        measure.end(left)
        for pid in left:
            os.waitpid(pid, 0)
        return self.process.returncode


def start_nginx(work, block, port):
    """Serves with the generated configuration `block`."""
    folder = os.path.join(work, f"nginx-{port}")
    os.makedirs(os.path.join(folder, "temp"))
    with open(os.path.join(folder, "site.conf"), "w", encoding="utf-8") as file:
        file.write(block)
    paths = "".join(f"    {kind}_temp_path {folder}/temp/{kind};\n"
                    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as file:
        file.write((f"load_module {BROTLI};\n" if os.path.exists(BROTLI) else "") + f"""daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/errors warn;
events {{}}
http {{
    access_log off;
    # The benchmark repeats requests on one connection until it gets the new bytes.
    keepalive_requests 1000000000;
{paths}    include {folder}/site.conf;
}}
""")
    return Service(["/usr/sbin/nginx", "-p", folder, "-c", folder + "/nginx.conf",
                    "-e", folder + "/errors"], os.path.join(folder, "log"))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Reader:
    """One kept-alive HTTP connection that reads complete pages."""

    def __init__(self, port):
        self.host = f"127.0.0.1:{port}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
                break
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise measure.RunFailed(f"nothing listens on port {port}") from None
                time.sleep(0.01)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self, route):
        """Returns the request that `read` sends; created once, outside the measured time."""
        return f"GET {route} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode()

    def read(self, request):
        """Returns the status and the bytes of one response."""
        self.socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self.some()
        head = received[:end].lower()
        start = head.index(b"content-length: ") + 16
        length = int(head[start:head.find(b"\r\n", start) if b"\r\n" in head[start:] else None])
        parts, missing = [received[end + 4:]], length - (len(received) - end - 4)
        while missing > 0:
            parts.append(self.some())
            missing -= len(parts[-1])
        return int(head[9:12]), b"".join(parts)

    def some(self):
        part = self.socket.recv(1 << 18)
        if not part:
            raise measure.RunFailed("nginx closed the connection")
        return part

    def close(self):
        self.socket.close()


class Editor:
    """A database connection through libpq directly, without the cost of a driver."""

    READY, COMMAND_OK, TUPLES_OK = 0, 1, 2

    def __init__(self, url):
        name = ctypes.util.find_library("pq") or "libpq.so.5"
        self.library = library = ctypes.CDLL(name)
        pointer, text = ctypes.c_void_p, ctypes.c_char_p
        for function, result, arguments in (
                ("PQconnectdb", pointer, [text]), ("PQstatus", ctypes.c_int, [pointer]),
                ("PQerrorMessage", text, [pointer]), ("PQfinish", None, [pointer]),
                ("PQexec", pointer, [pointer, text]), ("PQresultStatus", ctypes.c_int, [pointer]),
                ("PQclear", None, [pointer]), ("PQcmdTuples", text, [pointer]),
                ("PQgetvalue", text, [pointer, ctypes.c_int, ctypes.c_int]),
                ("PQsocket", ctypes.c_int, [pointer]),
                ("PQexecParams", pointer, [pointer, text, ctypes.c_int, pointer,
                                           ctypes.POINTER(text), pointer, pointer, ctypes.c_int])):
            getattr(library, function).restype = result
            getattr(library, function).argtypes = arguments
        self.connection = library.PQconnectdb(url.encode())
        if library.PQstatus(self.connection) != self.READY:
            raise measure.RunFailed(f"no connection to the database: {self.error()}")

    def error(self):
        return self.library.PQerrorMessage(self.connection).decode(errors="replace")

    def edit(self, statement, *values):
        """Runs a statement in a transaction of its own.

        Returns the moment at which COMMIT returned. Raises RunFailed when no row was changed.
        """
        self.run("BEGIN")
        self.change(statement, *values)
        result = self.library.PQexec(self.connection, b"COMMIT")
        moment = time.perf_counter()
        self.done(result)
        return moment

    def change(self, statement, *values):
        """Runs a statement, which is a transaction of its own unless BEGIN came before it."""
        array = (ctypes.c_char_p * len(values))(*(value.encode() for value in values))
        changed = self.done(self.library.PQexecParams(
            self.connection, statement.encode(), len(values), None, array, None, None, 0))
        if changed == 0:
            raise measure.RunFailed(f"nothing was changed by: {statement}")

    def run(self, statement):
        self.done(self.library.PQexec(self.connection, statement.encode()))

    def value(self, query):
        """The first column of the first row, as text."""
        result = self.library.PQexec(self.connection, query.encode())
        if self.library.PQresultStatus(result) != self.TUPLES_OK:
            self.done(result)
        value = (self.library.PQgetvalue(result, 0, 0) or b"").decode()
        self.library.PQclear(result)
        return value

    @property
    def socket(self):
        """The descriptor that can be read when the server sends something, such as a notification."""
        return self.library.PQsocket(self.connection)

    def done(self, result):
        """Returns the number of affected rows."""
        status = self.library.PQresultStatus(result)
        rows = self.library.PQcmdTuples(result) or b""
        self.library.PQclear(result)
        if status not in (self.COMMAND_OK, self.TUPLES_OK):
            raise measure.RunFailed(f"the database reports an error: {self.error()}")
        return int(rows or 0)

    def close(self):
        self.library.PQfinish(self.connection)
