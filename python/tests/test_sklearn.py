"""The estimator of scikit-learn."""

from __future__ import annotations

import copy
import gc
import os
import pickle

import impute
import numpy
import pandas
import pytest
from impute.sklearn import Imputer, _distance
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_estimator

WHOLE = [f"the {word} sat on the {place} ." for word in ["cat", "dog", "old man"] for place in ["mat", "roof"]] * 5
BROKEN = [line.replace(" on", "") for line in WHOLE]


def test_it_learns_from_whole_sentences_and_restores_others():
    imputer = Imputer()
    assert imputer.fit(WHOLE) is imputer
    restored = imputer.predict(["the cat sat the mat ."])
    assert restored.dtype == object and restored.tolist() == ["the cat sat on the mat ."]
    assert Imputer().fit(BROKEN, WHOLE).predict(BROKEN[:1])[0] == WHOLE[0]
    column = pandas.Series(WHOLE)
    assert Imputer().fit(column).predict(pandas.Series(BROKEN))[1] == WHOLE[1]


def test_a_model_that_is_given_answers_as_it_is(model, sentences, toy):
    expected = model.answer(sentences, insert="words", as_="column")
    for given in ("shipped", model):
        assert Imputer(given).fit(sentences).predict(sentences).tolist() == expected
    imputer = Imputer(toy, insert="any").fit(sentences)
    assert imputer.model_.path == toy
    assert imputer.predict(sentences).tolist() == impute.Model.load(toy).answer(sentences, as_="column")
    assert os.path.exists(toy)


def test_parameters_are_read_set_and_cloned(model):
    imputer = Imputer(model, order=2, threads=1)
    assert imputer.get_params()["order"] == 2 and set(imputer.get_params()) == {
        "model", "order", "min_count", "net", "skip", "insert", "seed", "threads",
    }  # fmt: skip
    copied = clone(imputer.fit(WHOLE))
    assert copied.get_params() == imputer.get_params() and not hasattr(copied, "model_")
    assert repr(Imputer(order=4)) == "Imputer(order=4)"
    assert copied.set_params(order=3).order == 3


def test_the_score_is_minus_the_mean_distance():
    imputer = Imputer().fit(WHOLE)
    assert imputer.score(BROKEN, WHOLE) == 0
    assert imputer.score(["the cat sat on the mat ."], ["the cat sat on the mat !"]) == -1
    with pytest.raises(ValueError, match="X has 1 sentences and y 2"):
        imputer.score(BROKEN[:1], WHOLE[:2])
    with pytest.raises(ValueError, match="no sentences to score") as raised:
        imputer.score([], [])
    assert (raised.value.path, raised.value.line) == (None, None)
    with pytest.raises(ValueError, match="surrogates not allowed") as raised:
        Imputer().fit(["a \ud800 b"])
    assert (raised.value.path, raised.value.line) == (None, None)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", 0),
        ("abc", "", 3),
        ("kitten", "sitting", 3),
        ("aaa", "aa", 1),
        ("a b c", "a x b c", 2),
        ("ab", "ba", 2),
    ],
)
def test_distances(a, b, expected):
    assert _distance(a, b) == _distance(b, a) == expected


def test_settings_are_searched_and_folds_scored():
    search = GridSearchCV(Imputer(), {"order": [2, 3]}, cv=2).fit(BROKEN, WHOLE)
    assert search.best_params_["order"] in (2, 3) and search.predict(BROKEN[:1])[0] == WHOLE[0]
    assert cross_val_score(Imputer(), BROKEN, WHOLE, cv=2, n_jobs=2).shape == (2,)


def test_nothing_is_predicted_before_it_is_fitted():
    with pytest.raises(NotFittedError):
        Imputer().predict(BROKEN)
    with pytest.raises(NotFittedError):
        Imputer().score(BROKEN, WHOLE)


def test_a_lone_sentence_a_table_and_numbers_are_refused():
    for given in (WHOLE[0], pandas.DataFrame({"a": WHOLE}), numpy.array([WHOLE]), [1, 2, 3]):
        with pytest.raises(TypeError):
            Imputer().fit(given)
    with pytest.raises(ValueError, match="sentence 1 has a line end in it"):
        Imputer().fit(["a b c", "a\nb c"])
    with pytest.raises(ValueError, match="X has 1 sentences and y 2"):
        Imputer().fit(BROKEN[:1], WHOLE[:2])


def test_a_trained_model_travels_in_the_pickle_and_leaves_no_file_behind():
    imputer = Imputer().fit(WHOLE)
    file = imputer.model_.path
    copies = [pickle.loads(pickle.dumps(imputer)), copy.deepcopy(imputer)]
    files = [one.model_.path for one in copies]
    del imputer
    gc.collect()
    assert not os.path.exists(os.path.dirname(file))
    for one in copies:
        assert one.predict(BROKEN[:1])[0] == WHOLE[0]
    second = pickle.loads(pickle.dumps(copies[0]))
    assert second.predict(BROKEN[:1])[0] == WHOLE[0]
    del copies, one
    gc.collect()
    assert not any(map(os.path.exists, files))


def test_a_forked_child_leaves_the_file_of_its_parent():
    imputer = Imputer().fit(WHOLE)
    child = os.fork()
    if child == 0:
        del imputer
        gc.collect()
        os._exit(0)
    os.waitpid(child, 0)
    assert os.path.exists(imputer.model_.path)


def test_fitting_anew_forgets_what_was_trained(toy):
    imputer = Imputer().fit(WHOLE)
    imputer.set_params(model=toy).fit(WHOLE)
    assert pickle.loads(pickle.dumps(imputer)).model_.path == toy


class Spelled(Imputer):
    """Takes rows of numbers, as scikit-learn's checks pass them, and spells them as sentences."""

    def fit(self, X, y=None):
        from sklearn.utils.validation import validate_data

        return super().fit(self._sentences(validate_data(self, X)))

    def predict(self, X):
        from sklearn.utils.validation import check_is_fitted, validate_data

        check_is_fitted(self)
        answered = super().predict(self._sentences(validate_data(self, X, reset=False)))
        return numpy.array([len(answer) for answer in answered], dtype=float)

    def score(self, X, y):
        return float(numpy.mean(self.predict(X)))

    @staticmethod
    def _sentences(X):
        return [" ".join(f"w{round(float(value))}" for value in row) for row in X]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.one_d_array = False
        return tags


def test_it_says_that_it_takes_text():
    tags = get_tags(Imputer())
    assert tags.input_tags.string and tags.input_tags.one_d_array and not tags.input_tags.two_d_array
    assert tags.requires_fit and not tags.target_tags.required


@pytest.mark.parametrize(("estimator", "least"), [(Imputer, 1), (Spelled, 30)])
@pytest.mark.filterwarnings("ignore")
def test_the_checks_of_scikit_learn(estimator, least):
    """Of an estimator of text scikit-learn checks only that it can be cloned; spelled, it passes all other checks."""
    results = check_estimator(estimator(), on_fail=None)
    assert [one["check_name"] for one in results if one["status"] == "failed"] == []
    assert sum(one["status"] == "passed" for one in results) >= least
