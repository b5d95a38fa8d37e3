// What does a report consist of? Sections of HTML, in the order of the page.
#pragma once

#include <string>
#include <vector>

#include "gradus/model/answers.h"
#include "gradus/model/importance.h"
#include "gradus/model/model.h"
#include "gradus/model/prepared.h"

namespace gradus {

/// What a part of the data is: the examples for training, those for validation, those for training with their
/// out-of-fold answers, or those given to a model.
enum class Part { training, validation, out_of_fold, given };

/// "validation"
std::string part_text(Part part);

/// "120 validation examples"
std::string examples_text(Part part, Index count);

/// The examples that a report looks at, and what the model said to them.
struct Examined {
    Part part = Part::validation;
    const Dataset* data = nullptr;
    std::vector<Index> rows = {};
    Answers answers = {};
    std::string remark = {};  ///< whose answers they are, where that is a question

    [[nodiscard]] Index size() const { return static_cast<Index>(rows.size()); }
    /// "120 validation examples"
    [[nodiscard]] std::string count_text(Index count) const { return examples_text(part, count); }
    /// 1 x n, as the data says; empty: all alike.
    [[nodiscard]] Matrix<double> weights() const;
    /// The weight of the i-th; 1 without weights.
    [[nodiscard]] double weight(std::size_t i) const {
        return data->weights.empty() ? 1 : data->weights[static_cast<std::size_t>(rows[i])];
    }
    /// What counts are of, where that is a question.
    [[nodiscard]] std::string counted() const;
    [[nodiscard]] double truth(Index target, std::size_t i) const { return data->Y(target, rows[i]); }
};

/// One row of the table of metrics.
struct Measured {
    Part part;
    Evaluation evaluation;
};

/// How good it is; nothing when nothing was measured.
template <class T>
std::string result_section(const Model<T>& model, const std::vector<Measured>& parts);

/// The network beside the linear model, on the examined examples; the comparison is network minus linear.
std::string linear_section(const Examined& examined, const Evaluation& network, const Evaluation& linear,
                           const Comparison& comparison);

/// What happened over the epochs (or iterations); the mark stands where the kept weights were reached. Of an
/// ensemble of so many networks they are the first's.
std::string curves_section(const std::vector<CurvePoint>& curve, const Recipe& recipe, Index kept_updates,
                           Index networks = 1);

/// Of a classification.
std::string confusion_section(const Examined& examined, const Target& target);

/// Of a classification: what other thresholds would do. Of two classes the second's curves and a table; of up
/// to ten each class against the rest; of up to a hundred the mean of these.
std::string thresholds_section(const Examined& examined, const Target& target);

/// Of a classification: the reliability diagram and the calibration error.
std::string calibration_section(const Examined& examined, const std::vector<CalibrationBin>& bins,
                                const Estimate& error);

/// Of a multi-label: a row for each label.
std::string labels_section(const Examined& examined, const Target& target, const Evaluation& evaluation);

/// Of a regression: for each target the predictions over the truth, and a histogram of the residuals.
std::string residuals_section(const Examined& examined, const Target& target);

/// What an example looks like, where the data is images or series: as SVG, of a bounded size.
class Pictures {
public:
    /// `shape`: of the series that a network makes of the table's columns.
    Pictures(const Table& table, const Shape& shape);
    explicit operator bool() const { return are_images_ || channels_ > 0; }  ///< is there anything to see?
    [[nodiscard]] std::string of(Index row) const;
    [[nodiscard]] std::string note() const;  ///< what was left out

private:
    const Table& table_;
    bool are_images_ = false;
    Index channels_ = 0;
};

/// The ten examples with the highest loss, as they stand in the data; images and series as pictures.
std::string worst_section(const Examined& examined, const Target& target, const Shape& shape);

/// How much worse the model answers without each column; nothing of images and series.
template <class T>
std::string importance_section(const Examined& examined, const Model<T>& model);

/// Of one network with two numbers as inputs: its answers over their plane, the lines of its hidden units,
/// the examples, and the network itself. Nothing of others.
template <class T>
std::string plane_section(const Examined& examined, const Model<T>& model);

/// The machines of pre-training: free energies of both parts, what the hidden units look for (pictures,
/// curves, or the strongest weights) and how active they are, and samples. Nothing without machines.
/// `prepared`: the data as they saw it.
template <class T>
std::string machines_section(const Model<T>& model, const Dataset& data, const PreparedData<T>& prepared);

/// The recipe as a command; `source` says what stands there for DATA and its options.
std::string recipe_section(const Recipe& recipe);

template <class T>
std::string network_section(const Network<T>& network);

std::string features_section(const Features& features);

/// Classes with their counts, or targets with their ranges; `division` says how many are for what.
std::string data_section(const Dataset& data, const std::string& division);

}  // namespace gradus
