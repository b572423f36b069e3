"""Trains the reply model, with NumPy alone, in about a minute: corpus.txt to reply.tflite, judged by held_out.txt.

    .venv/bin/python -m mite_tools.models.reply.train

A message's words and pieces of words are counted by two custom ops (firmware/demos/reply/features.py); two layers and a softmax say of which kind it is.
"""

import argparse
import itertools
import re
from pathlib import Path

import mite
import numpy as np

from ...board.demos import demo
from ...compile import compile_model
from ...graph import Graph, Op, Quantization, Tensor
from ...tflite.write import write

HERE = Path(__file__).parent
TEXT_BYTES, WORD_BYTES, GROUPS, HIDDEN = 128, 128, 512, 24
LINE_MOST = 60  # messages that a line of the corpus stands for, at most
EPOCHS, BATCH, RATE, DECAY, KEPT = 40, 64, 3e-3, 2e-3, 0.8  # KEPT: of the features, in training
ALTERNATIVES = re.compile(r"\{([^}]*)\}")


def read_corpus(text: str, random: np.random.Generator) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """(kind -> replies, [(kind, message), ...]) of corpus.txt. A line with many alternatives gives LINE_MOST of them, by chance."""
    replies: dict[str, list[str]] = {}
    messages, kind = [], ""
    for line in text.splitlines():
        if line.startswith("= "):
            kind, _, rest = line[2:].partition(": ")
            replies[kind] = [reply.strip() for reply in rest.split(" | ")]
        elif line and not line.startswith("#"):
            parts = ALTERNATIVES.split(line)
            choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
            every = ["".join(chosen) for chosen in itertools.product(*choices)]
            chosen = random.permutation(len(every))[:LINE_MOST]
            messages += [(kind, every[i]) for i in chosen]
    return replies, messages


def read_held_out(text: str) -> list[tuple[str, str]]:
    """[(kind, message), ...] of held_out.txt."""
    return [tuple(line.split(": ", 1)) for line in text.splitlines() if line and not line.startswith("#")]


def mistyped(message: str, random: np.random.Generator) -> str:
    """A message as somebody types it in a hurry: a letter lost, doubled, or swapped with the next."""
    if len(message) < 5:
        return message
    at = int(random.integers(1, len(message) - 2))
    return message[:at] + (message[at + 1 :], message[at] * 2 + message[at + 1 :], message[at + 1] + message[at] + message[at + 2 :])[random.integers(3)]


def counts_of(ops, messages: list[str]) -> np.ndarray:
    """float32 [messages, GROUPS]: what the custom ops count."""
    counts = np.zeros((len(messages), GROUPS), np.int8)
    words, each = bytearray(WORD_BYTES), bytearray(GROUPS)
    for number, message in enumerate(messages):
        ops.normalize((message.encode()[:TEXT_BYTES],), (words,), b"")
        ops.ngrams((words,), (each,), b"")
        counts[number] = np.frombuffer(each, np.int8)
    return counts.astype(np.float32)


def softmax(logits: np.ndarray) -> np.ndarray:
    scores = np.exp(logits - logits.max(1, keepdims=True))
    return scores / scores.sum(1, keepdims=True)


def train(counts: np.ndarray, classes: np.ndarray, number: int, random: np.random.Generator) -> list[np.ndarray]:
    """[weights, bias, weights, bias] of the two layers, by Adam with decaying weights."""
    w = [random.normal(0, 0.1, (GROUPS, HIDDEN)), np.zeros(HIDDEN), random.normal(0, 0.3, (HIDDEN, number)), np.zeros(number)]
    w = [each.astype(np.float32) for each in w]
    first, second = [np.zeros_like(each) for each in w], [np.zeros_like(each) for each in w]
    step, steps = 0, EPOCHS * -(-len(counts) // BATCH)
    for _ in range(EPOCHS):
        for chosen in np.array_split(random.permutation(len(counts)), -(-len(counts) // BATCH)):
            step += 1
            x = counts[chosen] * (random.random((len(chosen), GROUPS)) < KEPT) / KEPT
            hidden = np.maximum(x @ w[0] + w[1], 0)
            error = softmax(hidden @ w[2] + w[3])
            error[np.arange(len(chosen)), classes[chosen]] -= 1
            error /= len(chosen)
            back = (error @ w[2].T) * (hidden > 0)
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            for i, gradient in enumerate((x.T @ back, back.sum(0), hidden.T @ error, error.sum(0))):
                first[i] += 0.1 * (gradient - first[i])
                second[i] += 0.001 * (gradient**2 - second[i])
                w[i] -= rate * (first[i] / (1 - 0.9**step) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8) + (DECAY * w[i] if w[i].ndim == 2 else 0))
    return w


def to_int8(w: list[np.ndarray], counts: np.ndarray, metadata: dict) -> Graph:
    """The model in int8, its ranges those of the training messages. metadata: goes into the file, and from there into an image's."""

    def tensor(name: str, shape, dtype: str, scale: float | None = None, zero_point: int = 0, data=None) -> Tensor:
        quantization = None if scale is None else Quantization(np.float32([scale]), np.int64([zero_point]))
        return Tensor(name, tuple(shape), dtype, quantization, data)

    def dense(x: Tensor, weights: np.ndarray, bias: np.ndarray, y: Tensor, activation: int) -> Op:
        scale = float(np.float32(np.abs(weights).max() / 127))
        rows = np.clip(np.round(weights.T / scale), -127, 127).astype(np.int8)
        biases = np.round(bias / (x.scale * scale)).astype(np.int32)
        constants = [tensor(f"{y.name} weights", rows.shape, "int8", scale, 0, rows), tensor(f"{y.name} bias", biases.shape, "int32", x.scale * scale, 0, biases)]
        return Op("FULLY_CONNECTED", [x, *constants], [y], {"fused_activation_function": activation, "weights_format": 0, "keep_num_dims": False,
                                                           "asymmetric_quantize_inputs": False})  # fmt: skip

    values = np.maximum(counts @ w[0] + w[1], 0)
    logits = values @ w[2] + w[3]
    low, high = min(float(logits.min()), 0.0), float(logits.max())
    scale = (high - low) / 255
    text, words = tensor("message", (1, TEXT_BYTES), "uint8"), tensor("words", (1, WORD_BYTES), "uint8")
    groups = tensor("counts", (1, GROUPS), "int8", 1.0)
    hidden = tensor("hidden", (1, HIDDEN), "int8", float(values.max()) / 255, -128)
    answer = tensor("logits", (1, len(w[3])), "int8", scale, round(-128 - low / scale))
    kinds = tensor("kinds", answer.shape, "int8", 1 / 256, -128)
    ops = [
        Op("CUSTOM:TextNormalize", [text], [words]), Op("CUSTOM:TextNgrams", [words], [groups]),
        dense(groups, w[0], w[1], hidden, 1), dense(hidden, w[2], w[3], answer, 0), Op("SOFTMAX", [answer], [kinds], {"beta": 1.0}),
    ]  # fmt: skip
    return Graph(ops, [text], [kinds], "reply", metadata=metadata)


def accuracy(model: mite.Model, messages: list[tuple[str, str]]) -> tuple[float, float, list[str]]:
    """(how often the kind is the first, how often among the first three, the messages that were taken for another kind)."""
    first = three = 0
    wrong = []
    for kind, message in messages:
        data = message.encode()[:TEXT_BYTES]
        model.input.data[:] = data + bytes(TEXT_BYTES - len(data))
        model.invoke()
        kinds = [each for each, _ in model.classify()[:3]]
        first += kind == kinds[0]
        three += kind in kinds
        if kind != kinds[0]:
            wrong.append(f"{message} ({kind}): {kinds[0]}")
    return first / len(messages), three / len(messages), wrong


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m mite_tools.models.reply.train", description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=HERE / "reply.tflite")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    ops = demo("reply.features")
    replies, messages = read_corpus((HERE / "corpus.txt").read_text(), random)
    held_out = read_held_out((HERE / "held_out.txt").read_text())
    names = list(replies)
    seen = {re.sub(r"\W+", " ", message).strip().lower() for _, message in messages}
    new = [each for each in held_out if re.sub(r"\W+", " ", each[1]).strip().lower() not in seen]
    classes = np.array([names.index(kind) for kind, _ in messages] * 2)
    texts = [message for _, message in messages]
    counts = counts_of(ops, texts + [mistyped(message, random) for message in texts])
    print(f"{len(messages):,} messages of {len(names)} kinds, each once more with a slip; {len(held_out)} held out, {len(new)} of them not among those")
    w = train(counts, classes, len(names), random)
    x = counts_of(ops, [message for _, message in held_out])
    real = ((np.maximum(x @ w[0] + w[1], 0) @ w[2] + w[3]).argmax(1) == [names.index(kind) for kind, _ in held_out]).mean()
    options.output.write_bytes(write(to_int8(w, counts, {"labels": names, "replies": replies})))
    ops.register()
    image = compile_model(options.output).image
    model = mite.Model(image)
    for what, chosen in (("learnt", messages[::7]), ("held out", held_out), ("held out, not among those", new)):
        first, three, wrong = accuracy(model, chosen)
        print(f"{what}: {first:.1%} right, {three:.1%} among the first three")
    print(f"held out, in real numbers: {real:.1%}")
    print(f"{options.output}: {options.output.stat().st_size:,} bytes, image {len(image):,}, arena {model.arena_size:,}")
    print(*(f"  {line}" for line in accuracy(model, held_out)[2]), sep="\n")


if __name__ == "__main__":
    main()
