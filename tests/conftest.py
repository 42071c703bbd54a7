"""Fixtures for every test: its own migrated database, on SQLite or, given `--postgres URL`, on PostgreSQL."""

from __future__ import annotations

import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from aiohttp import web_app
from hypothesis import settings
from psycopg import sql
from sqlalchemy import make_url

from storage.challenges import bid_sealing
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.transactions import Actor
from tests.fork_server import ForkServer

if TYPE_CHECKING:
    # Takes as long to load as all the rest; the process that hands the tests out to others needs none of it.
    from bot.chat.context import ChatServices

KEY = bytes(range(32))
# Whose the acts are that a test carries out itself; a face under test says for itself who acts.
TESTER = Actor("test", "cli")
# How many examples a law is tried on; `make hard` takes `--hypothesis-profile hard`.
settings.register_profile("suite", max_examples=50, deadline=None)
settings.register_profile("hard", max_examples=1_000, deadline=None)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", metavar="URL", help="run what uses a database, and only that, on this server")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store" in metafunc.fixturenames:
        stores = ["postgresql"] if metafunc.config.getoption("postgres") else ["sqlite"]
        metafunc.parametrize("store", stores, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("postgres"):
        # Tests without a database, or with SQLite only, would merely repeat.
        concerned = {"store", "server"}
        items[:] = [item for item in items if concerned & set(getattr(item, "fixturenames", ()))]


def pytest_collection_finish() -> None:
    # A million objects that stay until the end: the collector need not go through them again and again.
    gc.collect()
    gc.freeze()


class Server:
    """A PostgreSQL server on which each test gets a fresh copy of one migrated database."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._admin = psycopg.connect(url, autocommit=True)
        self._template = self._named()
        self._create(self._template, "template0")
        migration.upgrade(self.url_of(self._template))

    def url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def empty(self) -> str:
        """Return the name of a new database without tables."""
        return self._create(self._named(), "template0")

    def migrated(self, name: str = "") -> str:
        """Return the name of a new, migrated database."""
        return self._create(name or self._named(), self._template)

    def drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        self.drop(self._template)
        self._admin.close()

    def _named(self) -> str:
        return f"test_{uuid4().hex[:12]}"

    def _create(self, name: str, template: str) -> str:
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return name


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Return the PostgreSQL server of `--postgres`."""
    server = Server(request.config.getoption("postgres"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "srdi.db"
    migration.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(request: pytest.FixtureRequest) -> str:
    """Return this run's database: "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture
def database_url(store: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a migrated database without rows."""
    if store == "sqlite":
        path = tmp_path / "srdi.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = server.migrated()
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture
def empty_url(store: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database never migrated."""
    if store == "sqlite":
        yield f"sqlite:///{tmp_path / 'srdi.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = server.empty()
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture(scope="session", autouse=True)
def quick_passphrases() -> Iterator[None]:
    """Make openers' passphrases cheap: a story opens many. tests/bids/test_sealing.py uses the full cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bid_sealing, "_COST", 2)
        yield


class MovableTime:
    """An offset moved by the test: `time.ahead += timedelta(days=1)`."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> timedelta:
        return self.ahead


@pytest.fixture
def time_offset() -> MovableTime:
    """Return how far `tx.now` is ahead of the clock."""
    return MovableTime()


@pytest.fixture(scope="session")
def parts() -> ChatServices:
    """Return what all chats share: immutable, so loaded once for all tests."""
    from bot.app import load_parts

    made = load_parts()
    gc.freeze()
    return made


def forget_handlers() -> None:
    """Let go of applications that are over: aiohttp remembers a thousand handlers, and all that hangs on them stays."""
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """Where processes of ours are started that a test kills."""
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture
def secret_key() -> bytes:
    return KEY


@pytest.fixture
async def database(database_url: str, time_offset: MovableTime, secret_key: bytes) -> AsyncIterator[Database]:
    """Return a migrated database without rows, whose time is `time_offset` ahead."""
    database = Database.open(database_url, key=secret_key, offset=time_offset, actor=TESTER)
    yield database
    await database.close()
