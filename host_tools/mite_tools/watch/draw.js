// The pictures of the page. Colours are those of page.css, asked anew for each drawing: the reader may change to the dark.
"use strict";

const CHANNELS = 40;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4], [1, 5], [8, 3, 8, 8]]; // lines are told apart without colour, too

// Of label i: colours come again after eight, then with other dashes.
function dashes(i) {
  return DASHES[(i + 3 * Math.floor(i / 8)) % 8];
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// A canvas as large as its place on the page, in pixels of the screen; a context that counts in CSS pixels.
function canvas(id) {
  const element = document.getElementById(id);
  const ratio = window.devicePixelRatio || 1;
  const width = element.clientWidth, height = element.clientHeight;
  if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
  }
  const context = element.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = "12px system-ui, sans-serif";
  return { context, width, height };
}

const LEFT = 48; // room for numbers at the side
const BELOW = 18;

// Seconds along the bottom, from `begin` to `end`. Returns time in ms -> x.
function timeAxis({ context, width, height }, begin, end) {
  const x = (ms) => LEFT + ((ms - begin) / (end - begin)) * (width - LEFT);
  context.fillStyle = colour("--dim");
  context.strokeStyle = colour("--line");
  context.lineWidth = 1;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  const apart = width < 500 ? 2000 : 1000;
  for (let ms = Math.ceil(begin / apart) * apart; ms <= end; ms += apart) {
    context.beginPath();
    context.moveTo(x(ms), 0);
    context.lineTo(x(ms), height - BELOW);
    context.stroke();
    if (x(ms) < width - 14) {
      context.fillText(`${ms / 1000} s`, x(ms), height - 2);
    }
  }
  return x;
}

function side({ context }, labels) {
  context.fillStyle = colour("--dim");
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [text, y] of labels) {
    context.fillText(text, LEFT - 6, y);
  }
}

// sounds: [{ time_ms, low, high }], each a stroke as wide as the time since the one before.
function drawWave(sounds, begin, end) {
  const place = canvas("wave");
  const { context, height } = place;
  const x = timeAxis(place, begin, end);
  const middle = (height - BELOW) / 2;
  // As loud as it was, but noise must not look like a shout.
  const most = Math.max(1000, ...sounds.map((s) => Math.max(-s.low, s.high)));
  side(place, [[String(most), 8], ["0", middle], [String(-most), height - BELOW - 8]]);
  context.strokeStyle = colour("--line");
  context.beginPath();
  context.moveTo(LEFT, middle);
  context.lineTo(place.width, middle);
  context.stroke();
  let before = null;
  for (const each of sounds) {
    const from = before ?? each.time_ms - each.frames.length / CHANNELS * each.stride_ms;
    before = each.time_ms;
    context.fillStyle = colour(each.high >= 32767 || each.low <= -32768 ? "--cut" : "--wave");
    const top = middle - each.high / most * middle, bottom = middle - each.low / most * middle;
    context.fillRect(x(from), top, Math.max(1, x(each.time_ms) - x(from) - 0.5), Math.max(1, bottom - top));
  }
}

function mixed(a, b, part) {
  const numbers = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const one = numbers(a), other = numbers(b);
  return one.map((value, i) => value + (other[i] - value) * part);
}

// 256 colours from cold over warm to hot, as [r, g, b].
function palette() {
  const [cold, warm, hot] = ["--cold", "--warm", "--hot"].map(colour);
  return Array.from({ length: 256 }, (_, i) => (i < 128 ? mixed(cold, warm, i / 127) : mixed(warm, hot, (i - 128) / 127)));
}

function drawSpectrogram(sounds, begin, end) {
  const place = canvas("spectrogram");
  const { context, height } = place;
  const x = timeAxis(place, begin, end);
  side(place, [["7.5 k", 8], ["125", height - BELOW - 8]]);
  const colours = palette();
  for (const each of sounds) {
    const count = each.frames.length / CHANNELS;
    if (!count || each.time_ms < begin) {
      continue;
    }
    const image = new ImageData(count, CHANNELS);
    for (let frame = 0; frame < count; frame++) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        const at = ((CHANNELS - 1 - channel) * count + frame) * 4;
        image.data.set(colours[each.frames[frame * CHANNELS + channel] + 128], at);
        image.data[at + 3] = 255;
      }
    }
    const small = drawSpectrogram.small ??= document.createElement("canvas");
    small.width = count;
    small.height = CHANNELS;
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    const from = x(each.time_ms - count * each.stride_ms);
    context.drawImage(small, Math.floor(from), 0, Math.ceil(x(each.time_ms)) - Math.floor(from), height - BELOW);
  }
}

// rows: [{ time_ms, scores }]; words: [{ time_ms, label }], each a mark.
function drawScores(rows, words, count, begin, end) {
  const place = canvas("scores");
  const { context, height } = place;
  const x = timeAxis(place, begin, end);
  const top = 20, y = (score) => top + (1 - score) * (height - BELOW - top - 2);
  side(place, [["100 %", y(1)], ["50 %", y(0.5)], ["0 %", y(0)]]);
  context.strokeStyle = colour("--line");
  context.beginPath();
  for (const score of [0, 0.5, 1]) {
    context.moveTo(LEFT, y(score));
    context.lineTo(place.width, y(score));
  }
  context.stroke();
  for (let i = count - 1; i >= 0; i--) {
    context.strokeStyle = colour(`--c${i % 8}`);
    context.setLineDash(dashes(i));
    context.lineWidth = 2;
    context.beginPath();
    for (const row of rows) {
      context.lineTo(x(row.time_ms), y(row.scores[i] ?? 0));
    }
    context.stroke();
  }
  context.setLineDash([]);
  context.fillStyle = colour("--text");
  context.textBaseline = "top";
  for (const word of words) {
    const at = x(word.time_ms);
    if (at >= LEFT) {
      context.textAlign = at > place.width - 60 ? "right" : "center";
      context.fillText(word.label, Math.min(at, place.width - 2), 2);
      context.fillRect(at - 0.5, 16, 1, height - BELOW - 16);
    }
  }
}

function pixelsOf(picture) {
  const data = picture.data, image = new ImageData(picture.width, picture.height);
  for (let i = 0; i < picture.width * picture.height; i++) {
    let rgb;
    if (picture.pixels === "grey") {
      rgb = [data[i], data[i], data[i]];
    } else if (picture.pixels === "rgb565") {
      const both = data[2 * i] | (data[2 * i + 1] << 8);
      rgb = [(both >> 11) * 255 / 31, ((both >> 5) & 63) * 255 / 63, (both & 31) * 255 / 31];
    } else {
      rgb = data.subarray(3 * i, 3 * i + 3);
    }
    image.data.set(rgb, 4 * i);
    image.data[4 * i + 3] = 255;
  }
  return image;
}

// The picture, enlarged by a whole number, and its boxes.
function drawPicture(picture) {
  const element = document.getElementById("picture");
  const times = Math.max(1, Math.floor(640 / picture.width));
  element.width = picture.width * times;
  element.height = picture.height * times;
  const context = element.getContext("2d");
  const small = document.createElement("canvas");
  small.width = picture.width;
  small.height = picture.height;
  small.getContext("2d").putImageData(pixelsOf(picture), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, element.width, element.height);
  context.font = "24px system-ui, sans-serif"; // the page may show it at half its size
  context.textBaseline = "top";
  (picture.boxes ?? []).forEach(([label, probability, left, top, right, bottom], i) => {
    const [x, y, w, h] = [left * element.width, top * element.height, (right - left) * element.width, (bottom - top) * element.height];
    context.lineWidth = 5; // a dark edge, so that the box shows on any picture
    context.strokeStyle = "#000";
    context.strokeRect(x, y, w, h);
    context.lineWidth = 2.5;
    context.strokeStyle = "#ffe14d";
    context.strokeRect(x, y, w, h);
    const text = `${i + 1} ${label} ${Math.round(100 * probability)} %`;
    context.fillStyle = "#000";
    context.fillRect(x, y, context.measureText(text).width + 8, 28);
    context.fillStyle = "#ffe14d";
    context.fillText(text, x + 4, y + 2);
  });
}
