"""Start and stop from an operator's view: one clear line if something prevents it, Ctrl-C ends it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.cli.commands import run

ROOT = Path(__file__).parents[2]


def command(*argv: str) -> list[str]:
    return [sys.executable, "main.py", *argv]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SRDI_")}


def told(*argv: str) -> tuple[int, list[str]]:
    """Return exit code and standard error lines of a terminating command."""
    done = subprocess.run(
        command(*argv), cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stderr.splitlines()


@contextmanager
def demo(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Return the demo, once it has printed its three lines."""
    running = subprocess.Popen(
        command("demo", "--port", str(port), "--data", str(folder)),
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def free_port() -> int:
    """Return a port with a free neighbour."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def test_the_demo_says_three_lines_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    port = free_port()
    with demo(tmp_path / "data", port) as running:
        assert running.stderr is not None
        lines = [running.stderr.readline() for _ in range(3)]
        assert f"http://127.0.0.1:{port + 1}" in lines[0]
        assert "云杼传感" in lines[1]
        assert "登录" in lines[1]
        assert "我能享受什么" in lines[2]
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=5) == 0
        assert running.stderr.read() == ""
    assert (tmp_path / "data" / "demo.json").stat().st_mode & 0o077 == 0


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, lines = told("demo", "--port", str(port), "--data", str(tmp_path))
    assert code == 3
    assert len(lines) == 1
    assert str(port) in lines[0]


STORED = {"SRDI_WECHAT_TOKEN": "t", "SRDI_SECRET_KEY": "A" * 43}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SRDI_WECHAT_TOKN": "x"}, "SRDI_WECHAT_TOKN"),
        ({**STORED, "SRDI_SECRET_KEY": "c2hvcnQ="}, "32 字节"),
        ({**STORED, "SRDI_WECHAT_AES_KEY": "short"}, "43 位"),
        ({**STORED, "SRDI_WECHAT_AES_KEY": "a" * 43}, "SRDI_WECHAT_APP_ID"),
        ({}, "SRDI_WECHAT_TOKEN"),
        ({"SRDI_WECHAT_TOKEN": "t"}, "SRDI_SECRET_KEY"),
        ({**STORED, "SRDI_DATABASE_URL": "mysql://x"}, "数据库地址"),
        ({**STORED, "SRDI_DATABASE_URL": "sqlite:////nowhere/x.db"}, "/nowhere"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    settings: dict[str, str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert run(["serve", "--port", "1"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line
    assert "c2hvcnQ" not in line


def test_the_demo_refuses_a_real_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SRDI_WECHAT_APP_ID", "wx1234567890abcdef")
    assert run(["demo", "--data", "data"]) == 3
    assert "wxdemo" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("not a folder", "utf-8")
    assert run(["demo", "--data", "file/data"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert "file/data" in line


def test_an_old_python_is_told_what_is_needed() -> None:
    done = subprocess.run(
        ["sh", ".ci/environment", "run", ""], cwd=ROOT, capture_output=True, text=True, timeout=10, check=False
    )
    assert done.returncode == 1
    assert "3.11" in done.stderr
