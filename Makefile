# Everything sets itself up: Debian packages, .venv, MicroPython's source, firmware. A second run finds it all there.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
BOARD ?= QEMU_M4
ARCH ?= all
TEST_BOARDS := QEMU_M3 QEMU_M4 QEMU_RV32

PIP := $(PY) -m pip --disable-pip-version-check --log build/logs/pip.log
PORT_SOURCES := $(wildcard port/*/*.c port/*/*.h)
PROVISION := $(PY) -m mite_tools.board.provision
FIRMWARE := $(PY) -m mite_tools.board.firmware

export PYTHON
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo demo-wake demo-vision demo-reply test test-pico firmware unix natmod mip generate bench size quantize-report install-host clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  BOARD=$(BOARD)  ARCH=$(ARCH)  SAY=\"three one four\"  WAV=file.wav  MPY_DIR=/path/to/micropython"

# The virtual environment. The stamps are older than what they depend on exactly when something is to be done.

$(VENV)/.made: host_tools/bootstrap.sh
	@sh host_tools/bootstrap.sh $(VENV)
	@touch $@

$(VENV)/.packages: $(VENV)/.made pyproject.toml
	@mkdir -p build/logs
	@echo "Installing the host package ..."
	@$(PIP) install --no-build-isolation -e '.[firmware,flash]'
	@touch $@

$(VENV)/.extension: $(VENV)/.packages $(PORT_SOURCES) host_tools/mite_tools/extension.py
	@echo "Building _mite for this computer ..."
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.test: $(VENV)/.packages
	@echo "Installing what the tests need ..."
	@$(PIP) install --no-build-isolation -e '.[test]'
	@touch $@

# Models of wake words, with their manifests.
$(VENV)/.wake: $(VENV)/.packages
	@$(PIP) install --quiet --no-build-isolation -e '.[wake]'
	@touch $@

# A name for it, to have the `mite` command at hand: .venv/bin/mite.
install-host: $(VENV)/.extension ## make .venv with the mite command in it

demo: $(VENV)/.extension ## speak, and recognise words on an emulated Cortex-M4 (SAY="three one four", WAV=file.wav)
	@$(PROVISION) host emulator compilers speech micropython
	@$(VENV)/bin/mite demo $(if $(SAY),--say "$(SAY)") $(if $(WAV),--wav "$(WAV)")

demo-wake: $(VENV)/.extension $(VENV)/.wake ## say a wake word to an emulated Cortex-M4 (MODEL="okay_nabu alexa", or microWakeWord's MODEL=file.tflite; SAY=, WAV=)
	@$(PROVISION) host emulator compilers speech micropython
	@$(VENV)/bin/mite wake $(or $(MODEL),okay_nabu) $(if $(SAY),--say "$(SAY)") $(if $(WAV),--wav "$(WAV)") $(if $(VOICE),--voice "$(VOICE)")

demo-vision: $(VENV)/.extension ## show pictures to an emulated Cortex-M4 (PICTURE="a.jpg b.png", MODEL=person_detect or file.tflite)
	@$(PROVISION) host emulator compilers micropython
	@$(VENV)/bin/mite see $(PICTURE) $(if $(MODEL),--model "$(MODEL)")

demo-reply: $(VENV)/.extension ## replies that an emulated Cortex-M4 suggests to a message (SAY="would you like to have lunch?")
	@$(PROVISION) host emulator compilers micropython
	@$(PY) -m mite_tools.reply $(if $(SAY),"$(SAY)")

test: $(VENV)/.test $(VENV)/.extension ## run all tests, on this computer and on the emulated boards
	@$(PROVISION) host emulator compilers speech micropython
	@# The tests would build these too, but silently.
	@$(FIRMWARE) board $(TEST_BOARDS)
	@$(FIRMWARE) board $(TEST_BOARDS) --stock
	@$(FIRMWARE) unix
	@$(FIRMWARE) unix --stock
	@$(FIRMWARE) natmod x64 armv6m armv7m armv7emsp armv7emdp rv32imc
	@$(if $(shell command -v node),$(FIRMWARE) board RPI_PICO,echo "SKIP the Pico: node is not installed")
	@# Which tests stay together in a process: tests/conftest.py.
	@$(PY) -m pytest -q -n auto --maxprocesses 4 $(PYTEST_ARGS)

test-pico: $(VENV)/.test $(VENV)/.extension ## run the tests on a Raspberry Pi Pico in rp2040js, which needs Node
	@$(PROVISION) host compilers cmake speech micropython
	@$(FIRMWARE) board RPI_PICO
	@$(FIRMWARE) board RPI_PICO --stock
	@$(PY) -m pytest -q tests/boards/test_pico.py tests/boards/test_install_on_pico.py $(PYTEST_ARGS)

firmware: $(VENV)/.extension ## build MicroPython with _mite for BOARD
	@$(FIRMWARE) board $(BOARD)

unix: $(VENV)/.extension ## build MicroPython's unix port with _mite
	@$(FIRMWARE) unix

natmod: $(VENV)/.extension ## build _mite and _mite_sensors as native modules for ARCH (x64 armv6m armv7m armv7emsp armv7emdp rv32imc xtensa xtensawin, or all)
	@$(FIRMWARE) natmod $(ARCH)

mip: $(VENV)/.extension ## packages for MicroPython's installer mip in build/mip, one for each ARCH
	@$(PY) -m mite_tools.board.mip $(filter-out all,$(ARCH))

generate: $(VENV)/.packages ## make again what is generated from the format (host_tools/mite_tools/image)
	@$(PY) -m mite_tools.image.generate

bench: $(VENV)/.extension ## count instructions of each model on each instruction set (TARGETS=cortex-m4 MODELS=kws LAYERS=1 CYCLES=1)
	@$(PY) -m mite_tools.bench --targets "$(TARGETS)" --models "$(MODELS)" $(if $(LAYERS),--layers) $(if $(CYCLES),--cycles) $(BENCH_ARGS)

size: $(VENV)/.extension ## bytes of code, constants and stack, per object and per build (TARGETS="cortex-m4 rv32imc")
	@$(PY) -m mite_tools.bench.size --targets "$(TARGETS)"

quantize-report: $(VENV)/.test $(VENV)/.extension ## what quantizing costs and gains, beside TensorFlow's (TENSORFLOW=/path/to/python, MODELS=digits,vww)
	@$(PY) -m mite_tools.quantize.measure $(if $(TENSORFLOW),--tensorflow "$(TENSORFLOW)") $(if $(MODELS),--models "$(MODELS)") $(QUANTIZE_ARGS)

clean: ## remove what was built, but not .venv and MicroPython's source
	rm -rf build/bench build/bench*.json build/size.json build/firmware build/natmod build/mip build/mpy-cross build/logs build/temp* build/lib* build/*.lock

distclean: ## remove .venv and build/ as well
	rm -rf .venv build
