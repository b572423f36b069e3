"""A table of a table's answers is one table (LOGISTIC and then QUANTIZE, say): 276 bytes less of an image, and a record less to run."""

from .program import Constant, Program, Record, root


def join(program: Program) -> None:
    """Make one TABLE of two that follow one another, where nothing else reads what lies between them. Exact because the host looks up all 256
    answers of the first in the second."""
    fixed = {root(t) for t in (*program.graph.inputs, *program.graph.outputs)}
    number = 0
    while number + 1 < len(program.records):
        first, second = program.records[number : number + 2]
        if not _follows(program, first, second, fixed):
            number += 1
            continue
        answers = second.values["table"].data
        second.values |= {"input": first.values["input"], "table": Constant(bytes(answers[b] for b in first.values["table"].data), align=1)}
        del program.records[number]


def _follows(program: Program, first: Record, second: Record, fixed: set) -> bool:
    """Does the second table read all that the first writes, and nobody else any of it?"""
    if first.op.op != "TABLE" or second.op.op != "TABLE":
        return False
    between = first.values["output"]
    if second.values["input"] is not between or first.values["count"] != second.values["count"]:
        return False
    owner = root(between)
    if owner is not between or owner in fixed or owner.is_variable:
        return False
    return [r for r in program.records if owner in r.reads() or owner in r.writes()] == [first, second]
