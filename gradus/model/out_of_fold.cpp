#include "gradus/model/out_of_fold.h"

#include <algorithm>

#include "gradus/model/ensemble.h"
#include "gradus/nn/predictor.h"
#include "gradus/nn/shared_examples.h"

namespace gradus {

// The last layer as if it had learned its targets on other lines: its outputs mean the same values there.
template <class T>
static void bring_to_lines(Network<T>& network, const std::vector<Line>& own,
                           const std::vector<Line>& lines) {
    if (own == lines) return;
    std::size_t last = network.size() - 1;
    while (network.plan(last).parameters.empty()) --last;
    const std::span<T> numbers =
        network.parameters().subspan(static_cast<std::size_t>(network.parameters_of(last).begin));
    const Parameter& weights = network.plan(last).parameters.front();
    const auto outputs = static_cast<std::size_t>(weights.rows),
               inputs = static_cast<std::size_t>(weights.columns);
    for (std::size_t i = 0; i < outputs; ++i) {
        const double ratio = own[i].divisor / lines[i].divisor;
        for (std::size_t j = 0; j < inputs; ++j)
            numbers[i + j * outputs] = static_cast<T>(double(numbers[i + j * outputs]) * ratio);
        T& bias = numbers[outputs * inputs + i];
        bias = static_cast<T>(double(bias) * ratio + (own[i].offset - lines[i].offset) / lines[i].divisor);
    }
}

template <class T>
OutOfFold<T>::OutOfFold(const Dataset& data, const Recipe& recipe, const PreparedData<T>& prepared)
    : data_(data), recipe_(recipe), prepared_(prepared), fold_(folds_of(data, recipe)) {}

// The examples that a fold's network has learned from, or the others.
template <class T>
std::vector<Index> OutOfFold<T>::places(std::size_t fold, bool inside) const {
    std::vector<Index> places;
    for (std::size_t i = 0; i < fold_.size(); ++i)
        if ((fold_[i] != static_cast<Index>(fold)) == inside) places.push_back(static_cast<Index>(i));
    return places;
}

template <class T>
Network<T> OutOfFold<T>::on_scale_of_all(std::size_t fold, Network<T> network) const {
    if (recipe_.task != Task::regress) return network;
    const Matrix<double> truth = select(prepared_.truth, places(fold, true));
    bring_to_lines(network, fit_target(data_, truth, recipe_).lines, prepared_.target.lines);
    return network;
}

template <class T>
Matrix<T> OutOfFold<T>::answers(const std::function<Network<T>(std::size_t)>& network_of) const {
    Ranks& ranks = prepared_.shared_by != nullptr ? *prepared_.shared_by : no_other_ranks();
    const Index all = prepared_.training().count();
    const Range held = ranks.share(all);
    Matrix<T> A(prepared_.Y.rows(), all);
    for (std::size_t fold = 0; fold < static_cast<std::size_t>(fold_count(recipe_)); ++fold) {
        std::vector<Index> outside, columns;  // the examples that are held here, and where
        for (const Index i : places(fold, false)) {
            if (i < held.begin || i >= held.end) continue;
            outside.push_back(i);
            columns.push_back(i - held.begin);
        }
        if (columns.empty()) continue;
        const Matrix<T> X = select(prepared_.X, columns);
        const Network<T> network = network_of(fold);
        const Index batch = std::min<Index>(X.columns(), 256);
        Predictor<T> predict(network, batch);
        for (Index begin = 0; begin < X.columns(); begin += batch) {
            const View<const T> a = predict(X.view().columns({begin, std::min(begin + batch, X.columns())}));
            for (Index j = 0; j < a.columns(); ++j)
                std::copy_n(a.column(j), a.rows(),
                            A.view().column(outside[static_cast<std::size_t>(begin + j)]));
        }
        clip(A, outside, fold);
    }
    if (ranks.count() > 1) gather_columns<T>(A.view(), ranks);
    return A;
}

template <class T>
void OutOfFold<T>::clip(Matrix<T>& A, const std::vector<Index>& outside, std::size_t fold) const {
    if (prepared_.target.lowest.empty()) return;
    const Target own = fit_target(data_, select(prepared_.truth, places(fold, true)), recipe_);
    for (Index i = 0; i < A.rows(); ++i) {
        const auto target = static_cast<std::size_t>(i);
        const Line& line = prepared_.target.lines[target];
        const auto lowest = static_cast<T>((own.lowest[target] - line.offset) / line.divisor),
                   highest = static_cast<T>((own.highest[target] - line.offset) / line.divisor);
        for (const Index j : outside) A(i, j) = std::clamp(A(i, j), lowest, highest);
    }
}

template class OutOfFold<float>;
template class OutOfFold<double>;

}  // namespace gradus
