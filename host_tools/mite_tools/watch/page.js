// What the board says (server-sent events), into tables and pictures.
"use strict";

const SPAN_MS = 6000; // of time that the pictures show
const KEPT = 4000;
const MOST_ROWS = 200;
const byId = (id) => document.getElementById(id);
const percent = (p) => `${Math.round(100 * p)} %`;
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const whole = (number) => Math.round(number).toLocaleString("en");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const CORE_MHZ = 120; // whose share is told where instructions are counted

let start, sounds, scores, words, picture, ops, done, highest, board = "", unit = "ticks";
let paused = false, due = false, changed = true, shownWords = 0;

function forget() {
  start = picture = ops = done = null;
  sounds = [];
  scores = [];
  words = [];
  highest = [];
  shownWords = 0;
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const TAKE = {
  start(shown) {
    forget();
    start = shown;
  },
  sound(shown) {
    const frames = new Int8Array(bytesOf(shown.frames).buffer);
    sounds.push({ time_ms: shown.time_ms, low: shown.low, high: shown.high, frames, stride_ms: start?.stride_ms ?? 10 });
    sounds.splice(0, sounds.length - KEPT);
  },
  scores(shown) {
    scores.push(shown);
    scores.splice(0, scores.length - KEPT);
    shown.scores.forEach((score, i) => { highest[i] = Math.max(highest[i] ?? 0, score); });
  },
  word(shown) {
    words.push(shown);
  },
  picture(shown) {
    picture = { ...shown, data: bytesOf(shown.data) };
  },
  ops(shown) {
    ops = shown;
  },
  done(shown) {
    done = shown;
  },
  board(shown) {
    board = shown.text;
    unit = shown.unit ?? "ticks";
  },
  end() {
    done ??= {};
  },
};

// A row of cells: text, or an element. heading: which of them names the row.
function row(cells, heading = -1, left = []) {
  const tr = document.createElement("tr");
  cells.forEach((content, i) => {
    const cell = document.createElement(i === heading ? "th" : "td");
    if (i === heading) {
      cell.scope = "row";
    }
    if (i === heading || left.includes(i)) {
      cell.className = "left";
    }
    cell.append(content);
    tr.append(cell);
  });
  return tr;
}

function meter(part) {
  const bar = document.createElement("i");
  bar.style.setProperty("width", `${Math.max(0, Math.min(1, part)) * 100}%`);
  bar.setAttribute("aria-hidden", "true");
  return bar;
}

function withMeter(tr) {
  tr.lastElementChild.className = "meter";
  return tr;
}

function text(id, value) {
  // A live region speaks when it changes: it must not change to what it is.
  if (byId(id).textContent !== value) {
    byId(id).textContent = value;
  }
}

function showHeard() {
  byId("heard").hidden = !start || start.what === "vision";
  if (words.length < shownWords || words.length === 0) {
    byId("words").replaceChildren();
    shownWords = 0;
  }
  for (; shownWords < words.length; shownWords++) {
    const { time_ms, label, probability } = words[shownWords];
    byId("words").prepend(row([seconds(time_ms), label, percent(probability)], 1));
    if (byId("words").children.length > MOST_ROWS) {
      byId("words").lastElementChild.remove();
    }
  }
  const last = words[words.length - 1];
  const waiting = start?.what === "wake" ? `Waiting for ${start.labels.join(" or ")}` : "Nothing yet";
  text("last", last ? `${last.label}, ${percent(last.probability)}, at ${seconds(last.time_ms)}` : done ? "Nothing heard" : waiting);
}

function showSeen() {
  byId("seen").hidden = !picture;
  if (!picture) {
    return;
  }
  const answers = picture.answers ?? [], boxes = picture.boxes ?? [];
  byId("picture").parentElement.hidden = !picture.data.length;
  if (picture.data.length) {
    drawPicture(picture);
  }
  const found = boxes.map(([label]) => label);
  const words = boxes.length ? `${boxes.length} found: ${found.join(", ")}` : answers.length ? `${answers[0][0]}, ${percent(answers[0][1])}` : "Nothing found";
  text("answer", words);
  byId("picture").setAttribute("aria-label", `The picture, ${picture.width} by ${picture.height}: ${words}`);
  byId("answers-table").hidden = !answers.length;
  byId("answers").replaceChildren(...answers.map(([label, p]) => withMeter(row([String(label), percent(p), meter(p)], 0))));
  byId("boxes-table").hidden = !boxes.length;
  byId("boxes").replaceChildren(...boxes.map(([label, p, ...sides]) => row([String(label), percent(p), ...sides.map((side) => whole(100 * side))], 0)));
}

function showLegend() {
  const labels = start?.labels ?? [];
  const key = JSON.stringify(labels);
  if (byId("legend").dataset.key === key) {
    return;
  }
  byId("legend").dataset.key = key;
  byId("legend").replaceChildren(...labels.map((label, i) => {
    const item = document.createElement("li");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    line.setAttribute("viewBox", "0 0 26 10");
    line.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M0 5h26");
    path.setAttribute("stroke-width", "2.5");
    path.setAttribute("stroke-dasharray", dashes(i).join(" "));
    path.style.setProperty("stroke", `var(--c${i % 8})`);
    line.append(path);
    item.append(line, label);
    return item;
  }));
}

function showScores(begin, end) {
  byId("probabilities").hidden = !scores.length;
  if (!scores.length) {
    return;
  }
  showLegend();
  const now = scores[scores.length - 1].scores, labels = start?.labels ?? [];
  drawScores(scores.filter((each) => each.time_ms > begin - 500), words.filter((each) => each.time_ms > begin), now.length, begin, end);
  byId("scores-rows").replaceChildren(...now.map((score, i) => withMeter(row([labels[i] ?? `${i}`, percent(score), percent(highest[i]), meter(score)], 0))));
}

function frequency(channel) {
  // The front-end's channels are evenly spaced in mel, from 125 to 7500 Hz.
  const mel = (hz) => 1127 * Math.log1p(hz / 700);
  return 700 * Math.expm1((mel(125) + (mel(7500) - mel(125)) * (channel + 1) / (CHANNELS + 1)) / 1127);
}

function showSound(begin, end) {
  byId("sound").hidden = !sounds.length;
  if (!sounds.length) {
    return;
  }
  const seen = sounds.filter((each) => each.time_ms > begin - 500);
  drawWave(seen, begin, end);
  drawSpectrogram(seen, begin, end);
  const halves = new Map();
  for (const each of seen) {
    const half = Math.ceil(each.time_ms / 500) * 500;
    const sum = halves.get(half) ?? { low: 0, high: 0, bands: new Array(CHANNELS).fill(0) };
    sum.low = Math.min(sum.low, each.low);
    sum.high = Math.max(sum.high, each.high);
    each.frames.forEach((value, i) => { sum.bands[i % CHANNELS] += value + 128; });
    halves.set(half, sum);
  }
  const strongest = (sum) => {
    const most = Math.max(...sum.bands);
    return most ? `${whole(frequency(sum.bands.indexOf(most)))} Hz` : "";
  };
  const rows = [...halves].sort((a, b) => b[0] - a[0]);
  byId("sound-rows").replaceChildren(...rows.map(([half, sum]) => row([seconds(half), whole(sum.low), whole(sum.high), strongest(sum) || "silence"])));
  const [, newest] = rows[0];
  const strong = strongest(newest);
  byId("sound-text").textContent = `${seconds(sounds[sounds.length - 1].time_ms)} of sound; in the last half second samples from ${whole(newest.low)} to ${whole(newest.high)}, ${strong ? `strongest at ${strong}` : "silence"}.`;
}

function showWork() {
  byId("work").hidden = !start;
  if (!start) {
    return;
  }
  const figures = [["Arena in use", `${whole(start.arena)} bytes`], ["State", `${whole(start.state)} bytes`]];
  const recent = scores.slice(-30).filter((each) => each.ticks);
  const ticks = picture?.ticks || recent.reduce((sum, each) => sum + each.ticks, 0) / (recent.length || 1);
  if (ticks) {
    const step_ms = start.what === "wake" && sounds.length ? sounds[0].frames.length / CHANNELS * sounds[0].stride_ms : 0;
    figures.push([step_ms ? `A step of ${step_ms} ms, front-end and all` : "An inference", `${whole(ticks)} ${unit}`]);
    if (step_ms && unit === "instructions") {
      figures.push([`Of a core of ${CORE_MHZ} MHz`, `${(ticks / (step_ms * CORE_MHZ * 10)).toFixed(1)} %`]);
    }
  }
  if (scores.length) {
    figures.push([start.what === "wake" ? "Steps" : "Inferences", whole(done?.steps ?? done?.inferences ?? scores.length)]);
  }
  byId("figures").replaceChildren(...figures.map(([name, value]) => {
    const both = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = name;
    dd.textContent = value;
    both.append(dt, dd);
    return both;
  }));
  byId("ops-region").hidden = !ops;
  if (ops && byId("ops").dataset.key !== String(ops.ops)) {
    byId("ops").dataset.key = String(ops.ops);
    const sum = ops.ops.reduce((total, [, time]) => total + time, 0) || 1, most = Math.max(...ops.ops.map(([, time]) => time), 1);
    byId("ops-caption").textContent = `Each op of ${start.what === "wake" ? "a step" : "an inference"}, ${whole(sum)} ${ops.unit} together`;
    byId("ops-unit").textContent = ops.unit;
    byId("ops").replaceChildren(...ops.ops.map(([op, time], i) => withMeter(row([String(i), op, whole(time), percent(time / sum), meter(time / most)], 1))));
  }
}

function showState() {
  const state = byId("state");
  const [kind, words] = !connected ? ["off", "Not connected: `mite watch` has ended"] : done ? ["done", "The sound has ended"] : start ? ["on", "Live"] : ["wait", "Waiting"];
  state.dataset.state = kind;
  text("state-text", paused && kind === "on" ? "Paused; the board goes on" : start?.what === "vision" && done && connected ? "The pictures have ended" : words);
  text("board", board || (start ? "A board" : "No board yet"));
  byId("empty").hidden = Boolean(start);
}

function show() {
  due = false;
  showState();
  if (paused || !changed) {
    return;
  }
  changed = false;
  const last = Math.max(scores[scores.length - 1]?.time_ms ?? 0, sounds[sounds.length - 1]?.time_ms ?? 0);
  const end = Math.max(last, SPAN_MS), begin = end - SPAN_MS;
  showHeard();
  showSeen();
  showScores(begin, end);
  showSound(begin, end);
  showWork();
}

// At the screen's pace; where motion is to be reduced, once a second.
function soon() {
  if (!due) {
    due = true;
    calm.matches ? setTimeout(show, 1000) : requestAnimationFrame(show);
  }
}

function take(event) {
  for (const shown of JSON.parse(event.data)) {
    // A kind that this page does not know is a newer board's.
    if (Object.hasOwn(TAKE, shown.kind)) {
      try {
        TAKE[shown.kind](shown);
      } catch (error) {
        console.warn("a damaged line", shown, error);
      }
    }
  }
  changed = true;
  soon();
}

let connected = false;
forget();
const events = new EventSource("events");
events.addEventListener("past", (event) => { forget(); take(event); });
events.addEventListener("more", take);
events.onopen = () => { connected = true; soon(); };
events.onerror = () => { connected = false; soon(); };

byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  soon();
});
const redraw = () => { changed = true; soon(); };
addEventListener("resize", redraw);
for (const query of ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"]) {
  matchMedia(query).addEventListener("change", redraw);
}
soon();
