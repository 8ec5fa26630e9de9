"""Lists, iterators and columns in; columns of the same kind out."""

from __future__ import annotations

import io

import numpy
import pandas
import polars
import pyarrow
import pytest

BROKEN = ["He said that it a mistake .", "She was one the best players in the country ."]
WHOLE = ["He said that it was a mistake .", "She was one of the best players in the country ."]
GAPPED = [BROKEN[0], None, BROKEN[1]]
FILLED = [WHOLE[0], None, WHOLE[1]]


@pytest.mark.parametrize(
    "kind", [list, tuple, iter, lambda them: (one for one in them), lambda them: {}.fromkeys(them).keys()]
)
def test_anything_that_can_be_iterated_over_gives_a_list(model, kind):
    answers = model.answer(kind(BROKEN))
    assert isinstance(answers, list)
    assert [answer.sentence for answer in answers] == WHOLE
    assert model.answer(kind(BROKEN), as_="column") == WHOLE


def test_an_open_file_gives_its_lines(model):
    text = "\n".join(BROKEN) + "\n"
    assert model.answer(io.StringIO(text), as_="column") == WHOLE
    assert model.answer(io.BytesIO(text.replace("\n", "\r\n").encode()), as_="column") == WHOLE


def test_numpy_in_numpy_out(model):
    given = numpy.array(BROKEN)
    answered = model.answer(given, as_="column")
    assert isinstance(answered, numpy.ndarray) and answered.tolist() == WHOLE
    assert model.answer(numpy.array(GAPPED, dtype=object), as_="column").tolist() == FILLED
    with pytest.raises(TypeError, match="2 dimensions"):
        model.answer(numpy.array([BROKEN]))


@pytest.mark.parametrize("dtype", [object, "string", "string[pyarrow]"])
def test_pandas_in_pandas_out_with_index_name_and_type(model, dtype):
    given = pandas.Series(BROKEN, index=[7, 3], name="sentence", dtype=dtype)
    answered = model.answer(given, as_="column")
    pandas.testing.assert_series_equal(answered, pandas.Series(WHOLE, index=[7, 3], name="sentence", dtype=dtype))
    answered = model.answer(pandas.Series(GAPPED, dtype=dtype), as_="column")
    assert answered.isna().tolist() == [False, True, False]
    assert answered.dropna().tolist() == WHOLE


def test_pandas_categories_give_a_column_of_objects(model):
    answered = model.answer(pandas.Series(BROKEN, dtype="category"), as_="column")
    assert answered.tolist() == WHOLE


def test_polars_in_polars_out(model):
    answered = model.answer(polars.Series("sentence", GAPPED), as_="column")
    assert answered.equals(polars.Series("sentence", FILLED), check_names=True)


@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()])
def test_arrow_in_arrow_out(model, kind):
    assert model.answer(pyarrow.array(GAPPED, kind), as_="column").equals(pyarrow.array(FILLED, kind))
    given = pyarrow.chunked_array([GAPPED[:1], [], GAPPED[1:]], kind)
    answered = model.answer(given, as_="column")
    assert answered.equals(pyarrow.chunked_array([FILLED[:1], [], FILLED[1:]], kind))
    assert [len(chunk) for chunk in answered.chunks] == [1, 0, 2]


def test_an_empty_column_stays_one(model):
    assert model.answer([]) == []
    assert model.answer(pandas.Series([], dtype=object), as_="column").empty
    assert len(model.answer(pyarrow.chunked_array([], pyarrow.string()), as_="column")) == 0
    assert model.scores([]).shape == (0,)


def test_missing_values_are_refused_where_every_sentence_needs_an_answer(model):
    for given in (pandas.Series(GAPPED), polars.Series(GAPPED), pyarrow.array(GAPPED)):
        with pytest.raises(
            ValueError, match=r'1 of 3 values are missing, the first in row 1: .*as_="column"'
        ) as raised:
            model.answer(given)
        assert (raised.value.path, raised.value.line) == (None, None)


def test_a_lone_text_is_refused_where_a_list_is_meant(model):
    import impute

    for call in (
        lambda: model.scores(BROKEN[0]),
        lambda: model.answer(BROKEN[0], as_="column"),
        lambda: impute.language(BROKEN[0]),
        lambda: impute.language(BROKEN[0].encode()),
        lambda: impute.cluster(BROKEN[0].encode()),
    ):
        with pytest.raises(TypeError, match=r"a lone (str|bytes)"):
            call()


def test_what_is_no_column_of_sentences_is_refused(model):
    with pytest.raises(TypeError, match="pass one of its columns"):
        model.answer(pandas.DataFrame({"sentence": BROKEN}))
    with pytest.raises(TypeError, match="pass one of its columns"):
        model.answer(pyarrow.table({"sentence": BROKEN}))
    with pytest.raises(TypeError, match="pass one of its columns"):
        model.answer(dict.fromkeys(BROKEN))
    with pytest.raises(TypeError, match="not int"):
        model.answer(3)
    with pytest.raises(TypeError, match="sentence 1 is of type int, not str"):
        model.answer([BROKEN[0], 3])
    with pytest.raises(TypeError, match="sentence 2 is of type int, not str"):
        model.answer(pandas.Series([BROKEN[0], None, 3]))
    with pytest.raises(ValueError, match="as_ is"):
        model.answer(BROKEN, as_="table")
