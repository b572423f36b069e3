#!/bin/sh
# Make .venv, with the Debian packages that this needs: run by the Makefile, before there is any Python of ours.
set -e
venv=${1:-.venv}
python=${PYTHON:-python3}

say() {
    printf '%s\n' "$*" >&2
}

missing=
command -v "$python" >/dev/null 2>&1 || missing="$missing python3"
# venv alone is part of Python; what Debian splits off is ensurepip.
"$python" -c 'import ensurepip' >/dev/null 2>&1 || missing="$missing python3-venv"
"$python" -c 'import os, sysconfig, sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' \
    >/dev/null 2>&1 || missing="$missing python3-dev"
command -v gcc >/dev/null 2>&1 && command -v make >/dev/null 2>&1 || missing="$missing build-essential"
# pip checks certificates with those that Debian keeps apart.
[ -e /etc/ssl/certs/ca-certificates.crt ] || [ ! -e /etc/debian_version ] || missing="$missing ca-certificates"

if [ -n "$missing" ]; then
    command="apt-get install -y --no-install-recommends$missing"
    if ! command -v apt-get >/dev/null 2>&1; then
        say "Missing, and there is no apt-get here: install what these Debian packages hold:$missing"
        exit 1
    fi
    if [ "$(id -u)" = 0 ]; then
        root=
    elif command -v sudo >/dev/null 2>&1; then
        root=sudo
    else
        say "Needs root and there is no sudo. As root, run: $command"
        exit 1
    fi
    say "Installing$missing ..."
    mkdir -p build/logs
    if ! { $root env DEBIAN_FRONTEND=noninteractive apt-get update &&
           $root env DEBIAN_FRONTEND=noninteractive LC_ALL=C $command; } >build/logs/bootstrap.log 2>&1; then
        tail -15 build/logs/bootstrap.log >&2
        say "That failed (full log: build/logs/bootstrap.log). As root, make this work: $command"
        exit 1
    fi
fi

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "Python 3.11 or newer is needed; this is $("$python" --version). Name another one: make PYTHON=/path/to/python3"
    exit 1
}
say "Making $venv ..."
"$python" -m venv "$venv"
# The setuptools that comes with Debian's Python is too old for pyproject.toml.
"$venv/bin/python" -m pip install --disable-pip-version-check --quiet 'setuptools>=77'
