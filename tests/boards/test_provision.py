"""Bringing what is missing: what is asked of the machine, and what is said when it cannot be had."""

import shutil
import subprocess

import pytest

from mite_tools.board import debian, downloads, micropython, provision
from mite_tools.board.debian import debian_mirrors
from mite_tools.board.errors import SetupError
from mite_tools.board.micropython import micropython_source, micropython_version
from mite_tools.board.provision import GROUPS, Group


def test_archives_are_found_in_both_forms_of_apt_s_lists(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(
        "# deb http://commented.example/debian bookworm main\n"
        "deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] http://one.example/debian bookworm main contrib # near\n"
        "deb http://security.example/debian-security bookworm-security main\n"
        "deb-src http://source.example/debian bookworm main\n"
        "deb http://tools.example/apt stable-x nightly\n"
    )
    (tmp_path / "sources.list.d" / "debian.sources").write_text(
        "Types: deb\n# near\nURIs: http://two.example/debian\n  http://three.example/debian\n"
        "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /usr/share/keyrings/d.gpg\n"
        "\n"
        "Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n"
    )
    (tmp_path / "sources.list.d" / "other.list.disabled").write_text("deb http://disabled.example/debian bookworm main\n")
    assert debian_mirrors(tmp_path) == [
        ("http://one.example/debian", "[signed-by=/usr/share/keyrings/k.gpg] "),
        ("http://two.example/debian", "[signed-by=/usr/share/keyrings/d.gpg] "),
        ("http://three.example/debian", "[signed-by=/usr/share/keyrings/d.gpg] "),
    ]


def fake_micropython(folder, version):
    (folder / "py").mkdir(parents=True)
    names = zip(("MAJOR", "MINOR", "MICRO"), version)
    (folder / "py" / "mpconfig.h").write_text("".join(f"#define MICROPY_VERSION_{n} {v}\n" for n, v in names))
    return folder


def test_a_checkout_of_the_user_s_is_taken_as_it_is(tmp_path, monkeypatch):
    folder = fake_micropython(tmp_path / "mpy", (1, 26, 1))
    monkeypatch.setenv("MPY_DIR", str(folder))
    assert micropython_source() == folder
    assert micropython_version(folder) == (1, 26, 1)


def test_a_checkout_that_is_none_or_too_old_is_refused_in_words(tmp_path, monkeypatch):
    monkeypatch.setenv("MPY_DIR", str(tmp_path))
    with pytest.raises(SetupError, match="holds no MicroPython source"):
        micropython_source()
    monkeypatch.setenv("MPY_DIR", str(fake_micropython(tmp_path / "old", (1, 19, 1))))
    with pytest.raises(SetupError, match=r"holds MicroPython 1\.19\.1; 1\.25 or newer is needed"):
        micropython_source()


def test_an_unknown_group_is_named():
    with pytest.raises(SetupError, match="no group 'emulators'.*emulator"):
        provision.provision("emulators")


def test_a_source_that_cannot_be_had_leaves_nothing_and_says_what_to_do(tmp_path, monkeypatch):
    def refuse(target):
        (target / "half").mkdir(parents=True)
        raise SetupError("the network is down")

    monkeypatch.delenv("MPY_DIR", raising=False)
    monkeypatch.setattr(micropython, "BUILD", tmp_path)
    monkeypatch.setattr(micropython, "clone_micropython", refuse)
    monkeypatch.setattr(micropython, "unpack_debian_source", refuse)
    refuse.__name__ = "refuse"
    with pytest.raises(SetupError, match="(?s)the network is down.*MPY_DIR="):
        micropython.fetch_micropython(tmp_path / "micropython")
    assert [path.name for path in tmp_path.iterdir() if "micropython" in path.name] == []


@pytest.mark.parametrize(
    "absent, root, message",
    [
        ({"apt-get"}, True, "no apt-get here.*qemu-system-arm"),
        ({"sudo"}, False, "needs root, and there is no sudo.*apt-get install --no-install-recommends qemu-system-arm"),
    ],
)
def test_without_apt_or_rights_the_command_to_run_by_hand_is_told(monkeypatch, absent, root, message):
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name in absent else which(name) or f"/bin/{name}")
    monkeypatch.setattr(debian.os, "geteuid", lambda: 0 if root else 1000)
    with pytest.raises(SetupError, match="(?s)" + message):
        debian.install_packages(["qemu-system-arm"])


def test_a_failing_apt_shows_its_own_words(monkeypatch, tmp_path):
    monkeypatch.setattr(debian, "BUILD", tmp_path)
    monkeypatch.setattr(downloads, "DOWNLOADS", tmp_path / "downloads.json")
    command = ["sh", "-c", "echo 'E: Unable to locate package nothing'; exit 100"]
    with pytest.raises(SetupError, match="(?s)status 100.*Unable to locate package nothing.*apt-get install nothing"):
        debian.apt(command, "Debian packages", "apt-get install nothing")


def test_a_group_whose_programs_are_there_asks_nothing_of_the_machine(monkeypatch):
    group = Group(("no-such-package",), ("sh",))
    monkeypatch.setitem(GROUPS, "there", group)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert provision.provision("there") is None
    assert Group(("p",), ("no-such-program",)).missing() == ["no-such-program"]
