"""Offsets: a search over the order in which tensors are put down, each at the lowest place that it may have."""

import random
from dataclasses import dataclass, field

from ..graph import Tensor
from ..program import Program
from .lives import Life
from .overlap import Rule, rules

ALIGN = 4  # bytes; int32 and float32 tensors need it
EFFORT = 1_500_000
TURNS = 60  # for each tensor


def rounded(value: int) -> int:
    """Up to a multiple of ALIGN."""
    return -(-value // ALIGN) * ALIGN


@dataclass
class Block:
    """A tensor to be put down. `pairs`: (number of another, distances from it at which this one may not begin)."""

    life: Life
    bytes: int
    pairs: list[tuple[int, "Gap"]] = field(default_factory=list)

    def live(self, moment: int) -> int:
        """Bytes that are needed while this record runs, in whole words."""
        return rounded(sum(span.end - span.begin for span in self.life.at(moment)))


@dataclass(frozen=True)
class Gap:
    """Where a block may not begin, relative to the other's begin: strictly between the ends of each pair. They rise."""

    forbidden: tuple[tuple[int, int], ...]

    def mirrored(self) -> "Gap":
        """The same said of the other block."""
        return Gap(tuple((-high, -low) for low, high in reversed(self.forbidden)))


def blocks(program: Program, alive: tuple[Life, ...], overlap: bool = True) -> list[Block]:
    """What there is to place, and how each pair that meets may lie. overlap: may an output lie over an input?"""
    made = [Block(life, life.tensor.bytes) for life in alive]
    found = [rules(record) if overlap else {} for record in program.records]
    writes = [record.writes() for record in program.records]
    order = sorted(range(len(made)), key=lambda n: made[n].life.first)
    for i, a in enumerate(order):
        for b in order[i + 1 :]:
            first, second = made[a].life, made[b].life
            if second.first > first.last:
                break
            if second.meets(first):
                gap = _gap(first, second, found, writes)
                made[b].pairs.append((a, gap))
                made[a].pairs.append((b, gap.mirrored()))
    return made


def _gap(a: Life, b: Life, found: list[dict[Tensor, Rule]], writes: list[list[Tensor]]) -> Gap:
    """Where b may not begin, relative to a: where bytes of the two that are needed at the same time would meet."""
    forbidden = []
    for s in a.spans:
        for t in b.spans:
            if not s.meets(t):
                continue
            low, high = s.begin - t.end, s.end - t.begin
            # An output may lie over the last of an input as far as its op allows.
            if t.first == s.last and s.first < t.first and (rule := _rule(t.first, a.tensor, b.tensor, found, writes)):
                forbidden += _outside(low, high, rule.most, rule.only)
            elif s.first == t.last and t.first < s.first and (rule := _rule(s.first, b.tensor, a.tensor, found, writes)):
                forbidden += [(-up, -down) for down, up in _outside(-high, -low, rule.most, rule.only)]
            else:
                forbidden.append((low, high))
    joined: list[tuple[int, int]] = []
    for low, high in sorted(forbidden):
        if joined and low < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return Gap(tuple(joined))


def _rule(number: int, read: Tensor, written: Tensor, found: list[dict[Tensor, Rule]], writes: list[list[Tensor]]) -> Rule | None:
    """How the output of a record may overlap this input of it."""
    if 0 <= number < len(found) and written in writes[number]:
        return found[number].get(read)
    return None


def _outside(low: int, high: int, most: int, only: bool) -> list[tuple[int, int]]:
    """What a rule still forbids of the distances between low and high."""
    if only:
        return [(low, most), (most, high)] if low < most < high else [(low, high)]
    return [(max(low, most), high)] if most < high else []


def floor(made: list[Block], records: int) -> int:
    """No arena can be smaller: the most that one record needs, were it alone."""
    totals = [0] * (records + 2)  # bytes that are needed at moment -1, 0, ...
    for block in made:
        for span in block.life.spans:
            # Only a tensor that comes and goes as a whole is sure to fill its last word.
            size = rounded(block.bytes) if len(block.life.spans) == 1 else span.end - span.begin
            for moment in range(span.first + 1, span.last + 2):
                totals[moment] += size
    # What sharing can save at most: the best of each input that dies, together not more than the output.
    saved: dict[tuple[int, int], list[int]] = {}
    for n, block in enumerate(made):
        for other, gap in block.pairs:
            handed = {span.last for span in block.life.spans} & {span.first for span in made[other].life.spans}
            if not handed:
                continue
            best = min(_union(block.bytes, made[other].bytes, at) for at in _allowed(gap, block.bytes, made[other].bytes))
            for moment in handed:
                limits = (rounded(block.bytes) + rounded(made[other].bytes) - best, block.live(moment), made[other].live(moment))
                saved.setdefault((moment, other), []).append(min(limits))
    for (moment, other), each in saved.items():
        totals[moment + 1] -= min(sum(each), made[other].live(moment)) if len(each) > 1 else each[0]
    return rounded(max(totals + [block.bytes for block in made]))


def _allowed(gap: Gap, own: int, other: int) -> list[int]:
    """The distances worth trying: side by side, and the edges of what is forbidden."""
    return [-own, other, *(edge for pair in gap.forbidden for edge in pair), *([0] if not gap.forbidden else [])]


def _union(own: int, other: int, at: int) -> int:
    return rounded(max(own + at, other) - min(at, 0))


def put_down(made: list[Block], order: list[int]) -> list[int]:
    """The offset of each block, put down in this order."""
    offsets = [-1] * len(made)
    for n in order:
        block = made[n]
        taken = []
        for other, gap in block.pairs:
            begin = offsets[other]
            if begin >= 0:
                for low, high in gap.forbidden:
                    taken.append((begin + low, begin + high))
        taken.sort()
        at = 0
        for low, high in taken:
            if at <= low:
                break
            if high > at:
                at = -(-high // ALIGN) * ALIGN
        offsets[n] = at
    return offsets


def place(program: Program, alive: tuple[Life, ...], effort: int = EFFORT, enough: int = 0,
          overlap: bool = True) -> dict[Tensor, int]:  # fmt: skip
    """Small offsets: the best that a search finds, and it stops where none can be better.

    effort: pairs of tensors that it looks at, at most. enough: an arena's size that is small enough; where it cannot be reached, nothing is searched.
    """
    made = blocks(program, alive, overlap)
    least = floor(made, len(program.records))
    goal = max(least, enough)
    pressure = _pressures(made, len(program.records))
    keys = (
        lambda n: (-made[n].bytes, made[n].life.first),
        lambda n: (-pressure[n], -made[n].bytes),
        lambda n: (made[n].life.first, -made[n].bytes),
        lambda n: (-made[n].life.last, -made[n].bytes),
        lambda n: (-(made[n].life.last - made[n].life.first) * made[n].bytes, made[n].life.first),
    )
    best, best_order, best_size = None, None, 0
    for key in keys:
        order = sorted(range(len(made)), key=key)
        offsets = put_down(made, order)
        if best is None or _size(made, offsets) < best_size:
            best, best_order, best_size = offsets, order, _size(made, offsets)
    if best_size > goal and not 0 < enough < least:
        best = _search(made, best, best_order, goal, effort)
    return {block.life.tensor: offset for block, offset in zip(made, best)}


def _search(made: list[Block], best: list[int], order: list[int], least: int, effort: int) -> list[int]:
    """Whatever sticks out is put down earlier, at random, as long as that makes nothing worse."""
    rng = random.Random(len(made))
    size = _size(made, best)
    offsets = best
    for _ in range(min(effort // (1 + sum(len(block.pairs) for block in made)), TURNS * len(made))):
        top = [n for n in order if offsets[n] + rounded(made[n].bytes) >= size]
        moved = rng.choice(top)
        if rng.random() < 0.5 and made[moved].pairs:
            moved = rng.choice(made[moved].pairs)[0]  # or what drove it there
        tried = [n for n in order if n != moved]
        tried.insert(rng.randrange(len(tried) + 1), moved)
        if rng.random() < 0.3:
            a, b = rng.randrange(len(tried)), rng.randrange(len(tried))
            tried[a], tried[b] = tried[b], tried[a]
        found = put_down(made, tried)
        now = _size(made, found)
        if now <= size:
            order, offsets, size = tried, found, now
            if size <= least:
                break
    return offsets


def _size(made: list[Block], offsets: list[int]) -> int:
    return max((offset + rounded(block.bytes) for block, offset in zip(made, offsets)), default=0)


def _pressures(made: list[Block], records: int) -> list[int]:
    """For each block the most bytes that are there at any moment of its life."""
    there = [0] * (records + 2)
    for block in made:
        for moment in range(block.life.first, block.life.last + 1):
            there[moment + 1] += block.bytes
    return [max(there[b.life.first + 1 : b.life.last + 2]) for b in made]
