// What can be found? A function for each finding: its statistic, its threshold, where both come from. Where
// no source is named the threshold is our choice; docs/doctor.md says how often they are right.
#pragma once

#include "gradus/doctor/doctor.h"

namespace gradus::findings {

using Found = std::optional<Finding>;

// How the steps went (step_findings.cpp).

/// The first number of the run that is not finite, in the order in which they came to be.
Found not_finite(const Case& c);
/// The cost rose above 10^6 (1 + the first).
Found exploded(const Case& c);
/// The cost ended above 1.05 times the first; or, in the first quarter of the run, an update changed its
/// batch's cost by less than 1/4 of what the gradient promised (median; Nocedal and Wright 2006,
/// algorithm 4.1).
Found rate_too_large(const Case& c);
/// In the last tenth of a run the cost made 5 % of its whole fall, or fell by 2 % of what is left; and so did
/// the validation cost, which was best there.
Found still_falling(const Case& c);
/// An update moves the weights by less than 10^-6 of their size (median; about 10^-3 is usual: Karpathy,
/// CS231n, part 3).
Found rate_too_small(const Case& c);
/// The root mean square of the first layer's gradients is below 10^-3 of the last layer's (median over the
/// beginning; Glorot and Bengio 2010, section 4.2).
Found vanishing_gradients(const Case& c);
/// The decay pulls the weights more than half as much as the gradient does (median).
Found strong_decay(const Case& c);

// What the units do (unit_findings.cpp).

/// All units of a layer have the same weights.
Found same_weights(const Case& c);
/// Half of a layer's relus give 0 for every example.
Found dead_units(const Case& c);
/// Half of a layer's numbers had |tanh| > 0.99 before the first update (the slope 1 - a^2 is below 0.02).
Found saturated_from_start(const Case& c);
/// Nine tenths of a layer's numbers have it in the end.
Found saturated_units(const Case& c);
/// The deviation of the outputs is below 1 % (of values: of their truth's), with a weight decay; without one.
Found constant_by_decay(const Case& c);
Found constant_output(const Case& c);
/// Less than 0.9 of the training examples is explained, and the nearest other example tells 0.05 more (leave
/// one out; Cover and Hart 1967: it errs at most twice as often as the best).
Found does_not_fit(const Case& c);

// What the result is worth (result_findings.cpp; the test is that of worth.h).

/// Significantly fewer right answers, or larger squared errors, than a linear model that is itself better
/// than the simplest answer.
Found worse_than_linear(const Case& c);
/// Neither the answers nor their probabilities are significantly better than the most frequent class, or the
/// mean; nor does the probability of a class rank the examples (area under its ROC curve).
Found no_better(const Case& c);
/// Of a class below two thirds of an equal share, of 20 examples at least, less than half is recognised,
/// beyond two standard errors, though its probability ranks the examples significantly better than chance
/// (area under the ROC curve, DeLong et al. 1988), or, of two classes, the probabilities are significantly
/// better than the share.
Found class_imbalance(const Case& c);
/// From the training examples to those set aside, the accuracy or R2 falls by more than 0.1 beyond chance; or
/// the log loss rises beyond chance, to above that of a linear model.
Found over_fitting(const Case& c);

// What is wrong with the columns (column_findings.cpp).

/// Without scaling: a root mean square above 10, or 100 times that of another column (LeCun et al. 1998,
/// "Efficient BackProp", 4.3 wants means near 0 and deviations near 1).
Found unscaled_input(const Case& c);
/// No column varies.
Found constant_inputs(const Case& c);
/// Values beyond 20 robust deviations, 1.4826 times the median distance to the median (Hampel 1974), and five
/// times as far out as the next; at most one of a hundred.
Found outliers_in_target(const Case& c);
Found outliers_in_inputs(const Case& c);
/// A target whose root mean square is above 30 where nothing is scaled: outputs begin near 1.
Found target_range(const Case& c);

// What should not be learned from (leak_findings.cpp).

/// One column (or the columns of one one-hot code together) sorts the examples by their class but for 0.5 %,
/// a class has a single value there, and no other column comes nearer than 5 %; or its correlation with the
/// target is above 0.99999, and that of no other above 0.95.
Found leaking_column(const Case& c);
/// A whole number that differs in each of n rows, though drawn from its range r all would differ with a
/// probability exp(-n^2 / 2r) below 0.001 (the birthday problem: Feller 1968, "An introduction to probability
/// theory", II.3).
Found identifier(const Case& c);

// What is wrong with the rows (row_findings.cpp).

/// Rows that are equal in every column have different labels: whoever gives equal rows equal answers has 5 %
/// of them wrong, or leaves 5 % of the sum of squares (the pure error of Draper and Smith 1998, section 2.1).
Found conflicting_rows(const Case& c);
/// A tenth of the rows set aside are equal to one to learn from, where few rows are equal otherwise.
Found equal_rows_on_both_sides(const Case& c);

}  // namespace gradus::findings
