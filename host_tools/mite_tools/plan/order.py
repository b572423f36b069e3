"""The order of records: another one, where branches can be run so that less has to be kept at once."""

from ..graph import Op, Tensor
from ..program import Program, root
from .overlap import rules

BEAM = 48  # orders followed side by side


def reorder(program: Program) -> None:
    """Put the records in an order with a lower peak, if there is one."""
    needs = dependencies(program)
    if _is_chain(needs):
        return
    now = list(range(len(needs)))
    found = _search(program, needs)
    if peak(program, found) < peak(program, now):
        program.records[:] = [program.records[n] for n in found]


def dependencies(program: Program) -> list[set[int]]:
    """For each record those that must run before it: who wrote what it reads, or wrote or read what it writes.

    Records that touch the same variable of the state keep their order, and none passes a JUMP or a LABEL.
    """
    writers: dict[Tensor, list[int]] = {}
    readers: dict[Tensor, list[int]] = {}
    last_call: int | None = None  # what a custom op does beside its outputs nobody knows
    touched: dict[Tensor, list[int]] = {}
    needs: list[set[int]] = []
    barrier = -1
    apart: Op | None = None  # whose channels were computed apart: its records stay in their order, which no other one could better
    for number, record in enumerate(program.records):
        before = {barrier} - {-1}
        if record.op.op in ("JUMP", "LABEL"):
            barrier = number
            before = set(range(number))
        if record.op.op == "CONV_2D_ASYMMETRIC":
            apart = record.source
        elif apart is not None and record.source is apart:
            before.add(number - 1)
        for tensor in record.reads():
            before.update(writers.get(tensor, ()))
        for tensor in (*record.writes(), *record.variables()):
            before.update(writers.get(tensor, ()), readers.get(tensor, ()))
        for tensor in record.reads():
            readers.setdefault(tensor, []).append(number)
        for tensor in record.writes():
            writers.setdefault(tensor, []).append(number)
        for variable in dict.fromkeys(record.variables()):
            before.update(touched.get(variable, ()))
            touched.setdefault(variable, []).append(number)
        if record.op.op == "CUSTOM":
            before.update(() if last_call is None else (last_call,))
            last_call = number
        needs.append(before)
    return needs


def _is_chain(needs: list[set[int]]) -> bool:
    """Is each record's predecessor one that it needs?"""
    return all(n == 0 or n - 1 in before for n, before in enumerate(needs))


class _Costs:
    """What running a record costs at a moment."""

    def __init__(self, program: Program):
        self.records = program.records
        self.rules = [rules(record) for record in program.records]
        self.scratch = [0 if r.scratch is None else r.scratch.bytes for r in program.records]
        self.reads = [list(dict.fromkeys(r.reads())) for r in program.records]
        self.writes = [list(dict.fromkeys(r.writes())) for r in program.records]
        self.uses: dict[Tensor, int] = {}
        for tensors in (*self.reads, *self.writes):
            for t in tensors:
                self.uses[t] = self.uses.get(t, 0) + 1
        self.kept = {root(t) for t in program.graph.outputs}
        self.inputs = set(program.held_inputs())

    def step(self, number: int, live: dict[Tensor, int]) -> tuple[int, dict[Tensor, int]]:
        """(bytes needed while it runs, what lives after it with its uses left)."""
        after = dict(live)
        for t in self.writes[number]:
            after.setdefault(t, self.uses[t])
        need = sum(t.bytes for t in after) + self.scratch[number]
        fresh = [t for t in self.writes[number] if t not in live]
        dying = []
        for t in (*self.reads[number], *self.writes[number]):
            after[t] -= 1
        for t in list(after):
            if after[t] == 0 and t not in self.kept:
                del after[t]
                dying.append(t)
        if fresh:
            room = fresh[0].bytes
            shared = [self._shared(self.rules[number].get(t), t.bytes, room) for t in dying if t in self.rules[number]]
            need -= min(sum(shared), room) if shared else 0
        return need, after

    @staticmethod
    def _shared(rule, given: int, room: int) -> int:
        """Bytes that an input and the output can have in common."""
        if rule.only:
            return min(given, room)
        at = min(rule.most, max(0, given - room))  # the output's begin, relative to the input's
        return max(0, min(given, at + room) - max(0, at))

    def start(self) -> dict[Tensor, int]:
        return {t: self.uses.get(t, 0) for t in self.inputs if self.uses.get(t, 0) or t in self.kept}


def peak(program: Program, order: list[int]) -> int:
    """An estimate: the bytes of what must be there at the worst moment, each record's tensors laid as close as their rules allow."""
    costs = _Costs(program)
    live, most = costs.start(), 0
    for number in order:
        need, live = costs.step(number, live)
        most = max(most, need)
    return most


def _search(program: Program, needs: list[set[int]]) -> list[int]:
    """Beam search: of the sets of records that can have run, those with the lowest peak, then the fewest bytes alive."""
    costs = _Costs(program)
    followers: list[list[int]] = [[] for _ in needs]
    for number, before in enumerate(needs):
        for n in before:
            followers[n].append(number)
    ready = frozenset(n for n, before in enumerate(needs) if not before)
    states = {frozenset(): (0, 0, (), costs.start(), ready)}
    for _ in needs:
        following: dict[frozenset, tuple] = {}
        for done, (most, _, order, live, ready) in states.items():
            for number in sorted(ready):
                need, after = costs.step(number, live)
                now = done | {number}
                worst = max(most, need)
                if now not in following or worst < following[now][0]:
                    freed = {f for f in followers[number] if needs[f] <= now}
                    following[now] = (worst, sum(t.bytes for t in after), (*order, number), after, (ready - {number}) | freed)
        kept = sorted(following.items(), key=lambda item: (item[1][0], item[1][1], item[1][2]))[:BEAM]
        states = dict(kept)
    return list(next(iter(states.values()))[2])
