// A Raspberry Pi Pico: node emulator.mjs TERMINAL RP2040JS BOOTROM FIRMWARE.uf2 [ADDRESS=FILE ...]
//
// Its USB serial port is the pseudo-terminal whose master is the file descriptor TERMINAL. rp2040js emulates the processor and what is
// around it; this file plays the flash chip, the computer at the other end of the USB cable, and the hand that switches on again
// after a reset. SIGUSR2 switches off and on: flash stays.

import fs from 'node:fs';
import process from 'node:process';
import tty from 'node:tty';
import { pathToFileURL } from 'node:url';

const [descriptor, library, bootromPath, firmwarePath, ...preloaded] = process.argv.slice(2);
const { ConsoleLogger, LogLevel, Simulator, USBCDC } = await import(pathToFileURL(library).href);

const TERMINAL = Number(descriptor);
const FLASH_ADDRESS = 0x10000000;
const FLASH_BYTES = 2 * 1024 * 1024;
const NANOS_PER_CYCLE = 8; // 125 MHz
const SLICE_MS = 5;
const INSTRUCTIONS_BETWEEN_LOOKS = 20000; // at this computer's clock
const AHEAD_NANOS = 2e6; // how far an idle board's time may run ahead of this computer's
const WAITING_BYTES = 4096; // of what the terminal has said and the board has not taken: then the terminal has to wait
const UNREAD_BYTES = 65536; // of what the board has said and nobody has read: more is lost

const RESET = Symbol('reset');
const STOPS = { 0xe0: 'an exception before the firmware has a table of vectors', 0xe1: 'a function that the boot ROM lacks' };
const flash = new Uint8Array(FLASH_BYTES).fill(0xff);

function fail(message) {
  console.error(message);
  process.kill(process.pid, 'SIGKILL'); // reads of the terminal do not keep it
}

// The numbers are those of the breakpoints in bootrom.S.
const FLASH_CALLS = {
  0xf0: () => {},
  0xf1: () => {},
  0xf2: (mcu, at, bytes) => mcu.flash.fill(0xff, at, at + bytes),
  0xf3: (mcu, at, source, bytes) => {
    for (let i = 0; i < bytes; i++) mcu.flash[at + i] &= mcu.readUint8(source + i);
  },
  0xf4: () => {},
  0xf5: () => {},
};

function loadFirmware(path) {
  const file = fs.readFileSync(path);
  for (let block = 0; block < file.length; block += 512) {
    const [magic, second, , address, bytes] = [0, 4, 8, 12, 16].map((at) => file.readUInt32LE(block + at));
    if (magic !== 0x0a324655 || second !== 0x9e5d5157 || address < FLASH_ADDRESS || bytes > 476) {
      fail(`${path} is no UF2 file for a Pico`);
    }
    flash.set(file.subarray(block + 32, block + 32 + bytes), address - FLASH_ADDRESS);
  }
}

// Between the terminal and the USB port: bytes to the board, and bytes from it.
const toBoard = [];
const fromBoard = [];
let unread = 0, writing = false;
const terminal = new tty.ReadStream(TERMINAL);
terminal.on('data', (bytes) => {
  for (const byte of bytes) toBoard.push(byte);
  if (toBoard.length > WAITING_BYTES) terminal.pause();
});
terminal.on('error', () => {}); // nobody at the other end

function write() {
  if (writing || !fromBoard.length) return;
  writing = true;
  fs.write(TERMINAL, fromBoard[0], (error, count) => {
    writing = false;
    if (error) {
      setTimeout(write, 1);
      return;
    }
    unread -= count;
    fromBoard[0] = fromBoard[0].subarray(count);
    if (!fromBoard[0].length) fromBoard.shift();
    write();
  });
}

function say(bytes) {
  if (unread + bytes.length > UNREAD_BYTES) return;
  unread += bytes.length;
  fromBoard.push(Buffer.from(bytes));
  write();
}

class Board {
  constructor() {
    this.simulator = new Simulator();
    const mcu = (this.mcu = this.simulator.rp2040);
    mcu.logger = new ConsoleLogger(LogLevel.Error, false);
    const rom = new Uint8Array(mcu.bootrom.length * 4);
    rom.set(fs.readFileSync(bootromPath));
    mcu.loadBootrom(new Uint32Array(rom.buffer)); // clears the flash
    mcu.flash.set(flash);
    mcu.onBreak = (number) => this.atBreakpoint(number);
    mcu.peripherals[0x40058].onWatchdogTrigger = () => {
      throw RESET;
    };
    this.serial = new USBCDC(mcu.usbCtrl);
    this.serial.onSerialData = say;
    // A computer asks a device again and again until it has room, and sends nothing if there is nothing. The library's own answer is
    // an empty packet each time, which would keep the board busy.
    this.room = 0;
    mcu.usbCtrl.onEndpointRead = (endpoint, bytes) => {
      if (endpoint === this.serial.outEndpoint) this.room = bytes;
      this.feed();
    };
  }

  feed() {
    if (!this.room || !toBoard.length) return;
    const packet = new Uint8Array(toBoard.splice(0, this.room));
    this.room = 0;
    this.mcu.usbCtrl.endpointReadDone(this.serial.outEndpoint, packet);
    if (toBoard.length < WAITING_BYTES && terminal.isPaused()) terminal.resume();
  }

  atBreakpoint(number) {
    const { registers, PC } = this.mcu.core;
    if (FLASH_CALLS[number]) {
      FLASH_CALLS[number](this.mcu, registers[0] >>> 0, registers[1] >>> 0, registers[2] >>> 0);
    } else if (number === 0xf6) {
      fail('The board went into its boot loader, which waits for a UF2 file: that is not emulated.');
    } else {
      fail(`The firmware stopped at ${PC.toString(16)}: ${STOPS[number] ?? `breakpoint ${number}`}`);
    }
  }

  // Runs for a while; true if the board then waits for time to pass or for a byte.
  run(ahead) {
    const { core } = this.mcu, { clock } = this.simulator;
    const end = performance.now() + SLICE_MS;
    do {
      for (let i = 0; i < INSTRUCTIONS_BETWEEN_LOOKS; i++) {
        if (core.waiting) {
          const nanos = Math.min(clock.nanosToNextAlarm, AHEAD_NANOS - ahead.nanos);
          if (!clock.nextAlarm || ahead.nanos >= AHEAD_NANOS) return true;
          ahead.nanos += nanos;
          clock.tick(nanos);
        } else {
          clock.tick(core.executeInstruction() * NANOS_PER_CYCLE);
        }
      }
    } while (performance.now() < end);
    return false;
  }
}

loadFirmware(firmwarePath);
for (const words of preloaded) {
  const [address, path] = words.split('=');
  flash.set(fs.readFileSync(path), Number(address) - FLASH_ADDRESS);
}
let board = new Board();
let pressed = false;
process.on('SIGUSR2', () => {
  pressed = true;
});
let last = performance.now();
const ahead = { nanos: 0 };

function turn() {
  const now = performance.now();
  ahead.nanos = Math.max(0, ahead.nanos - (now - last) * 1e6);
  last = now;
  let idle = false;
  try {
    if (pressed) {
      pressed = false;
      toBoard.length = 0; // lost on the way
      throw RESET;
    }
    board.feed();
    idle = board.run(ahead);
  } catch (error) {
    if (error !== RESET) throw error;
    flash.set(board.mcu.flash.subarray(0, FLASH_BYTES));
    board = new Board();
    if (terminal.isPaused()) terminal.resume();
  }
  if (idle && !toBoard.length) setTimeout(turn, 1);
  else setImmediate(turn);
}
turn();
