"""Nothing of the user's machine reaches into the box, and nobody needs to listen to it.

`TRIED` lists what a process inherits by name. What it inherits besides, and what it prints to, has
a test each below: closed streams, broken pipes, letters, open files, ports, folders.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.box import Box
from infra.local.child import CannotStart, require_free
from infra.local.identity import Identity
from infra.local.run import main
from infra.local.surroundings import TAKEN, own_environment
from tests.infra.test_box import ROOT, _program
from tests.infra.test_make_run import _command, _running, _status
from tests.support.ports import free_port

DEAD = "http://127.0.0.1:9"
PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")

# Of the environment: what a user may have, and what it would do to a program of the box.
TRIED = {
    **dict.fromkeys(PROXIES, DEAD),  # asks a proxy for this machine's own ports
    "no_proxy": "example.com",  # the same
    "AWS_PROFILE": "nowhere",  # a profile that there is not
    "AWS_DEFAULT_PROFILE": "nowhere",
    "AWS_ENDPOINT_URL": DEAD,  # another cloud
    "AWS_ENDPOINT_URL_S3": DEAD,
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",  # somebody's real account
    "AWS_SESSION_TOKEN": "real",
    "AWS_CA_BUNDLE": "/nowhere/ca.pem",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_REGION": "us-east-1",
    "BOTO_CONFIG": "/nowhere/boto",
    "TWILIO_ACCOUNT_SID": "ACreal",
    "SWITCHROOM_STAGE": "production",
    "EXCHANGE_PORT": "1",
    "GATEWAY_PORT": "1",  # of the local AWS
    "LOCALSTACK_HOST": "nowhere",
    "PYTHONPATH": "/nowhere",  # other modules of the same name
    "PYTHONSTARTUP": "/nowhere/start.py",
    "PYTHONHASHSEED": "1",
    "PYTHONOPTIMIZE": "2",  # takes out assertions and docstrings
    "PYTHONINSPECT": "1",  # a program that does not end
    "PYTHONIOENCODING": "ascii",  # letters that cannot be printed
    "PYTHONTZPATH": "",  # no zone files
    "PYTHONDEVMODE": "1",
    "LANG": "C",
    "LC_ALL": "C",
    "TZ": "Pacific/Kiritimati",
    "TMPDIR": "/nowhere at all",
    "HOME": "/nowhere",
    "XDG_CONFIG_HOME": "/nowhere",
    "NETRC": "/nowhere/netrc",  # credentials for localhost
    "FLASK_DEBUG": "1",
    "FLASK_APP": "other",
    "WERKZEUG_RUN_MAIN": "true",
    "WERKZEUG_SERVER_FD": "99",
    "GUNICORN_CMD_ARGS": "--bind 0.0.0.0:1 --workers 4",
    "WEB_CONCURRENCY": "4",  # sockets of a desk in another process
    "PORT": "1",
    "POWERTOOLS_DEV": "true",
    "SSL_CERT_FILE": "/nowhere/ca.pem",
    "SSL_CERT_DIR": "/nowhere",
    "REQUESTS_CA_BUNDLE": "/nowhere/ca.pem",
    "CURL_CA_BUNDLE": "/nowhere/ca.pem",
    "NODE_OPTIONS": "--require /nowhere.js",
    "ESPEAK_DATA_PATH": "/nowhere",
    "OPENBLAS_NUM_THREADS": "0",
    "NO_COLOR": "1",
    "FORCE_COLOR": "1",
    "TERM": "dumb",
    "COLUMNS": "20",
    "VIRTUAL_ENV": "/nowhere",
}


@pytest.fixture
def ports() -> tuple[str, ...]:
    names = ("--product-port", "--exchange-port", "--cloud-port")
    return tuple(word for name in names for word in (name, str(free_port())))


@pytest.mark.parametrize("name", TRIED)
def test_no_program_inherits_it(tmp_path: Path, name: str) -> None:
    mine = own_environment({"PATH": "/bin"}, tmp_path)

    assert own_environment({"PATH": "/bin", name: TRIED[name]}, tmp_path) == mine


def test_each_program_of_the_box_has_that_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box(root=ROOT, var=tmp_path, identity=Identity.of(tmp_path), plan=tmp_path / "x")
    programs = (box.cloud, box.exchange, lambda: box.product("AP0", {"jobs": "http://localhost/q"}))
    before = [dict(program().environment) for program in programs]
    for name, word in TRIED.items():
        monkeypatch.setenv(name, word)

    assert [dict(program().environment) for program in programs] == before
    assert all(program().folder == ROOT for program in programs)
    assert set(TAKEN).isdisjoint(TRIED)


def test_the_box_runs_whatever_the_user_has_set_in_a_folder_with_a_space(
    tmp_path: Path, ports: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    config = "[default]\nregion = us-east-1\ns3 =\n    addressing_style = virtual\n"
    (home / ".aws" / "config").write_text(config)
    (home / ".netrc").write_text("default login somebody password else\n")
    before = {name for name in TRIED if name.startswith("PYTHON")}
    for name in TRIED.keys() - before:  # Python reads its own before the box can take them away
        monkeypatch.setenv(name, TRIED[name])
    monkeypatch.setenv("PYTHONTZPATH", "")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / ".aws" / "config"))

    with _running(tmp_path / "a folder, with spaces", ports) as said:
        monkeypatch.undo()
        assert _status(said["Agents"]) == _status(said["Telephone"]) == 200


def _started(var: Path, *words: str, **how: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return] # `how` is handed on
        _command(var, *words), cwd=ROOT, text=True, check=False, **{"stderr": subprocess.PIPE} | how
    )


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", ">&- 2>&- <&-", "> /dev/full"])
def test_a_stream_that_is_closed_or_full_stops_nothing(redirection: str) -> None:
    said = (
        "import sys; from infra.local.surroundings import open_streams, say; open_streams();"
        "say('Kamińska'); say('again'); say('wrong', wrong=True);"
        "assert open('/dev/null').fileno() > 2"
    )

    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" {redirection}', sys.executable, said],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_a_broken_pipe_stops_nothing() -> None:
    said = "from infra.local.surroundings import say\nfor n in range(3): say('word' * 9999)"
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"")


def test_letters_that_the_terminal_does_not_know_are_question_marks() -> None:
    said = "from infra.local.surroundings import open_streams, say\nopen_streams(); say('Kamińska')"

    done = subprocess.run(
        [sys.executable, "-c", said],
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert done.stdout == b"Kami?ska\n"


def test_too_few_open_files_are_told_in_one_sentence(tmp_path: Path) -> None:
    few = f"ulimit -n 64; exec {sys.executable} -m infra.local.run --var '{tmp_path}'"

    done = subprocess.run(["sh", "-c", few], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == (
        "Only 64 files may be open at a time: say ulimit -n 1024 and start again.\n"
    )


def test_few_open_files_that_may_be_more_become_more() -> None:
    asks = (
        "import resource as r; from infra.local.surroundings import _open_files;"
        "r.setrlimit(r.RLIMIT_NOFILE, (64, r.getrlimit(r.RLIMIT_NOFILE)[1])); _open_files();"
        "print(r.getrlimit(r.RLIMIT_NOFILE)[0])"
    )

    done = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout == "1024\n", done.stderr


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = _started(tmp_path / "file")

    assert done.returncode == 1
    assert done.stderr.startswith(f"Nothing can be written to {tmp_path / 'file'}: ")


def test_an_account_that_cannot_be_read_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "identity.json").write_text("{")

    code = main(["--var", str(tmp_path)])

    assert code == 1
    assert "identity.json cannot be read: remove it" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_what_is_no_port_is_refused(
    tmp_path: Path, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--var", str(tmp_path), f"--product-port={port}"])

    assert f"{port} is no port: write a number from 1 to 65535" in capsys.readouterr().err


def test_two_programs_never_have_one_port(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--var", str(tmp_path), "--product-port=18000", "--cloud-port=18000"])

    assert code == 1
    assert capsys.readouterr().err == "Two programs have the same port: give each its own.\n"


def test_a_port_in_use_on_the_other_loopback_address_is_told_as_well() -> None:
    port = free_port()
    try:
        other = socket.create_server(("::1", port), family=socket.AF_INET6)
    except OSError:  # a machine without IPv6 has no other address
        require_free(_program(port))
        return

    with other, pytest.raises(CannotStart, match=f"Port {port}, which the program needs, is in"):
        require_free(_program(port))


def test_zones_are_there_without_the_system_s_files() -> None:
    asks = "import zoneinfo as z; print(z.TZPATH, z.ZoneInfo('Europe/London'))"

    done = subprocess.run(
        [sys.executable, "-c", asks],
        env={"PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "() Europe/London\n", done.stderr


def test_make_takes_what_is_set_for_python_and_node_away() -> None:
    rule = "show:\n\t@env"
    asked = (
        *("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONWARNINGS"),
        *("PYTHONDONTWRITEBYTECODE", "NODE_OPTIONS"),
    )

    done = subprocess.run(
        ["make", "-f", "Makefile", "--eval", rule, "show"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **dict.fromkeys(asked, "/nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )

    names = {line.partition("=")[0] for line in done.stdout.splitlines()}
    assert "PATH" in names, done.stderr
    assert names.isdisjoint(asked)
