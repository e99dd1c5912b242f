"""The surroundings of one benchmark: folders on each medium, the database server, the rows."""

import os
import shutil
import tempfile
from dataclasses import dataclass

import measure
from pages import generate
from postgres import Server, ServerFailed
from report import file_system, say

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PGSERVER = os.path.join(ROOT, ".robbieblocks", "pgserver")
DISK, MEMORY = "disk", "memory"
PLACES = {DISK: "on the disk", MEMORY: "in memory"}


@dataclass(frozen=True)
class Medium:
    """A place for output: its name and a temporary folder of this benchmark."""

    name: str
    folder: str
    file_system: str

    @property
    def is_memory(self):
        return self.name == MEMORY


class Bench:
    """One benchmark: its folders, its database server, its generated pages."""

    def __init__(self, options):
        self.options = options
        self.server = None
        self.loaded = set()
        self.copies = 0
        self.generator = generate.Generator(options.seed)
        # Logs, rows and PostgreSQL are on the disk, whichever medium the output is on.
        self.work = self.make_folder(options.folder)
        self.media = []
        for name in options.media:
            folder = self.work if name == DISK else self.make_folder(options.memory_folder)
            self.media.append(Medium(name, folder, file_system(folder)))

    @staticmethod
    def make_folder(place):
        os.makedirs(place, exist_ok=True)
        folder = tempfile.mkdtemp(prefix="robbieblocks-bench-", dir=place)
        os.chmod(folder, 0o755)
        return folder

    def pages(self, count):
        return (self.generator.page(number) for number in range(1, count + 1))

    def start_server(self):
        if self.server:
            return
        if not os.path.isdir(PGSERVER):
            raise ServerFailed("the PostgreSQL server is missing; run scripts/setup run")
        self.server = Server(PGSERVER, os.path.join(self.work, "postgres"))
        self.server.start()

    def environment(self, database):
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return kept | {"DATABASE_URL": self.server.url(database)}

    def load(self, count, nodes=None, shared=0):
        """Returns the name of a database with `count` pages, made once.

        The first `shared` belong to all `nodes`, the others to one of them each.
        """
        self.start_server()
        database = f"bench_{count}" + (f"_{len(nodes)}" if nodes else "")
        if database in self.loaded:
            return database
        say(f"loading {count:,} pages into PostgreSQL")
        self.server.psql("postgres", "-c", f"CREATE DATABASE {database}")
        measure.run([self.options.program, "init", "--schema-only"],
                    os.path.join(self.work, "init.log"), environment=self.environment(database),
                    folder=ROOT)
        rows = os.path.join(self.work, f"rows-{database}")
        generate.write_rows(rows, self.pages(count), nodes or [generate.NODE], shared)
        tokens = os.path.join(ROOT, "database", "seeds", "01-tokens.sql")
        if os.path.exists(tokens):
            self.server.psql(database, "-f", tokens)
        self.server.psql(database, "-f", "load.sql", folder=rows)
        shutil.rmtree(rows)
        self.loaded.add(database)
        return database

    def copy(self, database):
        """Returns the name of a copy, so that edits leave the original as it is."""
        self.copies += 1
        name = f"{database}_copy_{self.copies}"
        self.server.psql("postgres", "-c", f"CREATE DATABASE {name} TEMPLATE {database}")
        return name

    def drop(self, database):
        self.server.psql("postgres", "-c", f"DROP DATABASE {database} WITH (FORCE)")
        self.loaded.discard(database)

    def close(self):
        if self.server:
            self.server.stop()
        for folder in dict.fromkeys([self.work, *(one.folder for one in self.media)]):
            if self.options.keep:
                say(f"everything is kept in {folder}")
            else:
                say(f"removing {folder}, which can take minutes")
                shutil.rmtree(folder, ignore_errors=True)
