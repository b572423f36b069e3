"""Uploading: the old model stays until the new one is complete and has been loaded on the board."""

import pytest
from small_models import classifier, every_op

from mite_tools.board.errors import BoardError
from mite_tools.board.upload import upload


def files(link) -> dict[str, int]:
    return {name: size for name, _, _, size in link.eval("list(__import__('os').ilistdir('.'))")}


def test_a_model_is_checked_on_the_board(fresh_board):
    link = fresh_board("m4")
    done = upload(link, classifier(), "small.mite")
    assert done.checked and files(link) == {"small.mite": len(classifier())}
    assert link.exec("import mite\nprint(mite.Model('small.mite').labels)").strip() == "['no', 'yes', 'maybe']"


def test_a_damaged_model_leaves_the_old_one(fresh_board):
    link = fresh_board("m4")
    upload(link, classifier(), "small.mite")
    for damaged in (classifier()[:-8], classifier()[:100] + b"x" + classifier()[101:], b"hello" * 20):
        with pytest.raises(BoardError, match="ModelError"):
            upload(link, damaged, "small.mite")
        assert files(link) == {"small.mite": len(classifier())}, "nothing else is left behind"
    assert link.exec("import mite\nprint(mite.Model('small.mite').input.name)").strip() == "picture"


def test_a_model_replaces_another(fresh_board):
    link = fresh_board("m4")
    upload(link, classifier(), "small.mite")
    upload(link, every_op(), "small.mite")
    assert files(link) == {"small.mite": len(every_op())}


def test_a_full_board_is_told_before_anything_is_sent(fresh_board):
    link = fresh_board("m4")
    upload(link, classifier(), "small.mite")
    with pytest.raises(BoardError, match="free"):
        upload(link, bytes(5_000_000), "big.mite")
    assert files(link) == {"small.mite": len(classifier())}


def test_a_board_without_mite_takes_a_model_untried(fresh_board):
    link = fresh_board("m4", stock=True)
    done = upload(link, classifier(), "small.mite")
    assert not done.checked and link.get("small.mite") == classifier()
