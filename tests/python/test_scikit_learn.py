"""scikit-learn judges the estimators."""
from sklearn.utils.estimator_checks import parametrize_with_checks

import gradus

# Batches are shuffled and examples set aside, so that a weight of two is not a row twice; on a full batch without a split it
# is: test_weights_are_repeated_rows_on_a_full_batch_without_a_split.
EXCEPTIONS = {"check_sample_weight_equivalence_on_dense_data": "a row twice lies in other batches than a row of weight two"}


@parametrize_with_checks([gradus.Classifier(), gradus.Regressor(), gradus.Encoder(pretrain_epochs=5)],
                         expected_failed_checks=lambda estimator: EXCEPTIONS)
def test_scikit_learn_accepts(estimator, check):
    check(estimator)
