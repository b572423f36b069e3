"""JUMP: what runs next. Where the condition is 0, the record at the target; else the one behind this."""

from ..check import READ


def check(check, record):
    _, _, _, condition, target = record
    check.range(condition, 1, 1, READ)
    check.jump(target)


def run(program, record):
    _, _, _, condition, target = record
    return None if program.at(condition)[0] else target
