"""Make a model fit: which of its ops to compute in bands of rows, so that the arena stays within a number of bytes at the least cost."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from .errors import ConvertError
from .graph import Graph, Op, Tensor
from .ops.base import CONVOLUTIONS, multiply_adds
from .passes import bands
from .plan.place import ALIGN
from .program import root

ATTEMPTS = 6
TOO_MUCH = 1 << 32
WORTH_IT = 0.9  # of the memory: what halves must come down to
HALVINGS = 4  # in the search for the least memory that a model fits
BANDS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32)


@dataclass(frozen=True)
class Cut:
    """A place between two ops where one tensor is all that is handed on."""

    position: int  # ops before it
    tensor: Tensor | None  # None at the start: the model's inputs


@dataclass(frozen=True)
class Stretch:
    """The ops between two cuts, and into how many bands they are divided; 1: not at all."""

    ops: tuple[Op, ...]
    last: Tensor
    bands: int
    arena_bytes: int
    extra: int  # multiply-adds, more than without bands


@dataclass(frozen=True)
class Planner:
    """How much memory a graph takes: exactly, and about."""

    exact: Callable[[Graph], int]
    estimate: Callable[[Graph, int], int]  # more than the second argument where it cannot be as small


def fit(graph: Graph, ram: int, planner: Planner, in_rows: bool = False) -> tuple[Graph, str]:
    """(the graph, rewritten so that its arena has at most `ram` bytes, what was done in words).

    in_rows: the first input comes in rows, and is never there as a whole.
    ConvertError that says the least that was found if it cannot be done.
    """
    whole = planner.exact(graph)
    if in_rows:
        _rows_input(graph).in_rows = True
    elif whole <= ram:
        return graph, ""
    elif (held := sum(root(t).bytes for t in graph.inputs)) > ram:
        help = "have it come in rows (--rows)" if _with_rows(graph) else "nothing can be smaller than that"
        raise ConvertError(f"{graph.name} does not fit {ram:,} bytes: its input alone takes {held:,}; {help}")
    search = _Search(graph, planner)
    if (found := _fitted(search, ram)) is None:
        low, least = ram, whole
        for _ in range(HALVINGS):
            smaller = _fitted(search, (low + least) // 2)
            low, least = (low, smaller.arena_bytes) if smaller else ((low + least) // 2, least)
        help = "" if in_rows else "; less may do if the input comes in rows (--rows)"
        raise ConvertError(f"{graph.name} does not fit {ram:,} bytes: the least that was found is {least:,}{help}")
    where = ", ".join(f"{len(s.ops)} ops to {'x'.join(map(str, s.last.shape[1:]))} in {s.bands}" for s in found.stretches)
    return found.graph, f"bands of rows ({where}) for {sum(s.extra for s in found.stretches):,} more multiply-adds"


def halved(graph: Graph, planner: Planner) -> tuple[Graph, str, int]:
    """(the graph, where that is worth it with a run of ops in two halves that recompute nothing, what was done in words, bytes to spare).

    That is so where a fully connected op sums up a picture whose rows need no rows of another one twice: then the picture need never be
    there as a whole. Half of what this saves is to spare: two small pictures leave kernels less room for scratch memory than a large one.
    """
    found = [ops for end in cuts(graph) if (ops := _run_to(graph, end))]
    if not found:
        return graph, "", 0
    ways = [(ops, bands.replaced(graph, ops, bands.divided(ops, 2))) for ops in found]
    whole, memory = planner.exact(graph), [planner.exact(made) for _, made in ways]
    arena = min(memory)
    spare = (whole - arena) // 2 // ALIGN * ALIGN
    if arena + spare > WORTH_IT * whole:
        return graph, "", 0
    ops, made = ways[memory.index(arena)]
    return made, f"{whole - arena:,} bytes, {len(ops)} ops in two halves; {spare:,} of them may be scratch memory", spare


def _run_to(graph: Graph, end: Cut) -> list[Op] | None:
    """The longest run of ops that ends here with sums over a picture, and of which two halves recompute nothing; None if there is none."""
    if not end.position or not bands.dense_of_all(graph.ops[end.position - 1]):
        return None
    runs = [graph.ops[begin.position : end.position] for begin in cuts(graph) if begin.position < end.position]
    return next((ops for ops in runs if bands.divisible(ops) and _extra(ops, 2) == 0), None)


def _with_rows(graph: Graph) -> Tensor | None:
    """The input that can come in rows, if there is one."""
    read = (t for op in graph.ops for t in op.inputs if t is not None and len(t.shape) == 4 and t.shape[0] == 1)
    return next((root(t) for t in read if graph.inputs and root(t) is root(graph.inputs[0])), None)


def _rows_input(graph: Graph) -> Tensor:
    """The input that can come in rows. ConvertError if there is none."""
    if (found := _with_rows(graph)) is None:
        raise ConvertError(f"{graph.name}: its first input has no rows: it is not one picture [1, height, width, channels]")
    return found


@dataclass(frozen=True)
class Fitted:
    graph: Graph
    stretches: list[Stretch]  # those in bands
    arena_bytes: int


def _fitted(search: "_Search", ram: int) -> Fitted | None:
    """Stretches that fit together."""
    goal = ram
    for _ in range(ATTEMPTS):
        if (stretches := search.run(goal)) is None:
            return None
        chosen = [stretch for stretch in stretches if stretch.bands > 1]
        made = search.graph
        for stretch in chosen:
            made = bands.replaced(made, list(stretch.ops), bands.divided(list(stretch.ops), stretch.bands))
        arena = search.planner.exact(made)
        if arena <= ram:
            return Fitted(made, chosen, arena)
        # Stretches that fit alone may not fit one behind the other: what lies between two must suit both. Then they must be smaller.
        goal -= max(arena - ram, ram // 100)
    return None


def cuts(graph: Graph) -> list[Cut]:
    """Where the graph hangs together by one tensor, from its start to its end."""
    last: dict[Tensor, int] = {}
    for position, op in enumerate(graph.ops):
        last.update((root(t), position) for t in op.inputs if t is not None and not t.is_constant)
    last.update((root(t), len(graph.ops)) for t in graph.outputs)
    alive = {root(t) for t in graph.inputs}
    found = [Cut(0, None)]
    for position, op in enumerate(graph.ops):
        alive |= {root(t) for t in op.outputs}
        alive = {t for t in alive if last.get(t, -1) > position and not t.is_variable}
        if len(alive) == 1:
            found.append(Cut(position + 1, next(iter(alive))))
    return found


def _extra(ops: list[Op], count: int) -> int:
    rows = bands.computed_rows(ops, count)
    return sum(made // op.outputs[0].shape[1] * (rows[op] - op.outputs[0].shape[1]) for op in ops if op.kind in CONVOLUTIONS and (made := multiply_adds(op)))


class _Search:
    """Finds stretches from the graph's start to its end that fit, with the fewest multiply-adds. What it has tried it remembers."""

    def __init__(self, graph: Graph, planner: Planner):
        self.graph, self.planner = graph, planner
        self.places = cuts(graph)
        self.goal = 0
        self.tried: dict[tuple[int, int, int], tuple[Stretch, int]] = {}  # and for which goal

    def run(self, ram: int) -> list[Stretch] | None:
        """None if there are none."""
        self.goal = ram
        if self.places[-1].position < len(self.graph.ops) or len(self.places) < 2:
            return None  # nowhere does it hang together by one tensor
        steps = [self.stretch(i, i + 1, 1) for i in range(len(self.places) - 1)]
        # best[j]: (multiply-adds more than without bands, the stretches up to cut j)
        best: list[tuple[int, list[Stretch]] | None] = [(0, [])] + [None] * len(steps)
        for j, step in enumerate(steps, 1):
            if step.arena_bytes <= ram and best[j - 1]:
                best[j] = (best[j - 1][0], [*best[j - 1][1], step])
            hopeless: dict[int, int] = {}  # a cut -> so many bands from there are too few
            for cost, count, i in self.options(steps, best, j, ram):
                if best[j] and best[j][0] <= cost:
                    break
                if count <= hopeless.get(i, 0):
                    continue
                made = self.stretch(i, j, count, cost - best[i][0])
                if made.arena_bytes <= ram:
                    best[j] = (cost, [*best[i][1], made])
                elif i not in hopeless and self.stretch(i, j, self.counts(i, j)[-1]).arena_bytes > ram:
                    hopeless[i] = self.counts(i, j)[-1]
                else:
                    hopeless[i] = count
        return best[-1] and best[-1][1]

    def stretch(self, i: int, j: int, count: int, extra: int = 0) -> Stretch:
        """The ops from cut i to cut j in so many bands."""
        if count == 1 and i == 0 and any(root(t).in_rows for t in self.graph.inputs):
            return Stretch((), self.places[j].tensor, 1, TOO_MUCH, 0)  # whole, it would need the whole input
        known, goal = self.tried.get((i, j, count), (None, 0))
        if known is None or self.goal < known.arena_bytes <= goal:  # it was small enough once, and not tried for less
            ops, last = self.ops(i, j), self.places[j].tensor
            inputs = [self.places[i].tensor] if self.places[i].tensor else self.graph.inputs
            body = ops if count == 1 else bands.divided(ops, count)
            arena = self.planner.estimate(replace(self.graph, ops=body, inputs=list(inputs), outputs=[last]), self.goal)
            known = Stretch(tuple(ops), last, count, arena, 0)
            self.tried[i, j, count] = known, self.goal
        return replace(known, extra=extra)

    def ops(self, i: int, j: int) -> list[Op]:
        return self.graph.ops[self.places[i].position : self.places[j].position]

    def counts(self, i: int, j: int) -> list[int]:
        """The numbers of bands that are tried."""
        return [n for n in BANDS if n <= bands.divided_tensor(self.ops(i, j)).shape[1]]

    def options(self, steps: list[Stretch], best: list, j: int, ram: int) -> list[tuple[int, int, int]]:
        """(multiply-adds more up to cut j, number of bands, cut that the bands begin at), the cheapest first."""
        last = self.places[j].tensor
        found: list[tuple[int, int, int]] = []
        if last.view_of is not None:
            return found
        for i in range(j - 1, -1, -1):
            ops = self.ops(i, j)
            if not bands.divisible(ops):
                if i < j - 1 or not bands.sums_up(ops[-1]):  # sums alone have nothing to divide
                    break
                continue
            if best[i] and any(step.arena_bytes > ram for step in steps[i:j]) and last in ops[-1].outputs:
                found += [(best[i][0] + _extra(ops, n), n, i) for n in self.counts(i, j)]
        return sorted(found)
