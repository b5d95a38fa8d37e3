#include "gradus/model/training.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "gradus/error.h"
#include "gradus/nn/predictor.h"
#include "gradus/nn/words.h"

namespace gradus {
namespace {

template <class T>
Matrix<T> converted(const Matrix<double>& M) {
    Matrix<T> result(M.rows(), M.columns());
    std::transform(M.data(), M.data() + M.rows() * M.columns(), result.data(),
                   [](double x) { return static_cast<T>(x); });
    return result;
}

// Class numbers become one row of 0 and 1 for each class; for two classes the second class's row says all.
template <class T>
Matrix<T> targets(const Matrix<double>& Y, const Dataset& data, Task task) {
    const auto classes = static_cast<Index>(data.class_names.size());
    if (task == Task::regress || classes == 2) return converted<T>(Y);
    Matrix<T> one_hot(classes, Y.columns());
    for (Index j = 0; j < Y.columns(); ++j) one_hot(static_cast<Index>(Y(0, j)), j) = 1;
    return one_hot;
}

template <class T>
Matrix<T> balancing_weights(const Matrix<double>& Y, const Dataset& data) {
    std::vector<double> count(data.class_names.size());
    for (Index j = 0; j < Y.columns(); ++j) ++count[static_cast<std::size_t>(Y(0, j))];
    const auto present = static_cast<double>(std::ranges::count_if(count, [](double n) { return n > 0; }));
    Matrix<T> weights(1, Y.columns());
    for (Index j = 0; j < Y.columns(); ++j)
        weights(0, j) =
            static_cast<T>(double(Y.columns()) / (present * count[static_cast<std::size_t>(Y(0, j))]));
    return weights;
}

class Stopwatch {
public:
    void start() { started_ = std::chrono::steady_clock::now(); }
    void stop() {
        seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }
    [[nodiscard]] double seconds() const { return seconds_; }

private:
    std::chrono::steady_clock::time_point started_;
    double seconds_ = 0;
};

template <class T>
void drive(Run<T>& run, const Watch& watch, Stopwatch& clock, bool& interrupted) {
    clock.start();
    while (const std::optional<Event> event = run.next()) {
        if (watch.progress) watch.progress(*event, run.planned_updates());
        const bool reported = event->iteration % watch.report_every == 0 || event->epoch_end;
        if (reported && watch.observe) {
            clock.stop();
            watch.observe(*event);
            clock.start();
        }
        if (!event->last && watch.stop.stop_requested()) {
            interrupted = true;
            break;
        }
    }
    clock.stop();
}

}  // namespace

template <class T>
PreparedData<T>::PreparedData(const Dataset& data, const Recipe& recipe, double validation_share) {
    require_training_examples(data, recipe);
    const Split parts = split(data, validation_share, RandomState(recipe.data_seed));
    Matrix<double> training_X = select(data.X, parts.training);
    Matrix<double> held_out_X = select(data.X, parts.validation);
    const Matrix<double> training_Y = select(data.Y, parts.training);
    scaler = Scaler(recipe.scaling, training_X);
    scaler.apply(training_X);
    scaler.apply(held_out_X);
    X = converted<T>(training_X);
    Y = targets<T>(training_Y, data, recipe.task);
    validation_X = converted<T>(held_out_X);
    validation_Y = targets<T>(select(data.Y, parts.validation), data, recipe.task);
    if (recipe.class_weights == ClassWeights::balanced && recipe.task == Task::classify)
        weights = balancing_weights<T>(training_Y, data);
}

template <class T>
Beginning<T> begin(const Recipe& recipe) {
    Beginning<T> beginning{.network = Network<T>(recipe.shape, recipe.network),
                           .random = RandomState(recipe.seed)};
    beginning.network.initialize(recipe.initializer, beginning.random);
    return beginning;
}

namespace {

// One call of train: a run, and perhaps a second one on all examples.
template <class T>
class Training {
public:
    Training(const Dataset& data, const Recipe& recipe, const Watch& watch, const Conclude<T>& conclude,
             Beginning<T> beginning)
        : data_(data),
          recipe_(recipe),
          watch_(watch),
          conclude_(conclude),
          random_(beginning.random),
          trained_{.network = std::move(beginning.network)} {}

    Trained<T> operator()() {
        PreparedData<T> prepared(data_, recipe_, recipe_.validation);
        learn(prepared, recipe_.run, watch_);
        if (trained_.interrupted) return std::move(trained_);
        if (!prepared.validation_X.empty())
            trained_.validation = measure(prepared.validation_X, prepared.validation_Y);

        if (recipe_.retrain && trained_.validation) {
            if (watch_.retraining) watch_.retraining(trained_.kept_updates);
            RunSettings again = recipe_.run;
            again.iterations = trained_.kept_updates;
            again.scheduled_over = planned_updates_;
            prepared = PreparedData<T>(data_, recipe_, 0);
            trained_.network = begin<T>(recipe_).network;
            learn(prepared, again, {.progress = watch_.progress, .stop = watch_.stop});
            if (trained_.interrupted) return std::move(trained_);
        }
        trained_.training = measure(prepared.X, prepared.Y);
        if (conclude_) conclude_(trained_, prepared);
        return std::move(trained_);
    }

private:
    void learn(const PreparedData<T>& prepared, const RunSettings& settings, const Watch& watch) {
        trained_.scaler = prepared.scaler;
        Run<T> run(trained_.network, prepared.training(), prepared.validation(), settings, random_);
        planned_updates_ = run.planned_updates();
        drive(run, watch, clock_, trained_.interrupted);
        trained_.updates = run.updates();
        trained_.kept_updates = run.kept_updates();
        trained_.seconds = clock_.seconds();
    }

    [[nodiscard]] Evaluation measure(View<const T> X, View<const T> Y) const {
        return evaluate<T>(trained_.network, X, Y, recipe_.run.loss, recipe_.task);
    }

    const Dataset& data_;
    const Recipe& recipe_;
    const Watch& watch_;
    const Conclude<T>& conclude_;
    RandomState random_;
    Stopwatch clock_;
    Index planned_updates_ = 0;
    Trained<T> trained_;
};

}  // namespace

void require_training_examples(const Dataset& data, const Recipe& recipe) {
    if (training_examples(data, recipe.validation) > 0) return;
    throw Error(Fault::input, {.place = data.name,
                               .found = "a validation share of " + to_text(recipe.validation) +
                                        " leaves no example for training",
                               .hint = "--validation 0"});
}

template <class T>
Trained<T> train(const Dataset& data, const Recipe& recipe, const Watch& watch, const Conclude<T>& conclude) {
    return Training<T>(data, recipe, watch, conclude, begin<T>(recipe))();
}

bool solved(const Evaluation& evaluation) {
    return evaluation.task == Task::classify ? evaluation.accuracy == 1 : evaluation.r2 >= 0.99;
}

double baseline(const Dataset& data, Task task) {
    const Index n = data.examples();
    if (task == Task::classify) {
        std::vector<Index> count(data.class_names.size());
        for (Index j = 0; j < n; ++j) ++count[static_cast<std::size_t>(data.Y(0, j))];
        return double(*std::ranges::max_element(count)) / double(n);
    }
    Matrix<double> means(data.Y.rows(), n);
    for (Index i = 0; i < data.Y.rows(); ++i) {
        double mean = 0;
        for (Index j = 0; j < n; ++j) mean += data.Y(i, j) / double(n);
        for (Index j = 0; j < n; ++j) means(i, j) = mean;
    }
    return root_mean_squared_error<double>(means, data.Y);
}

template struct PreparedData<float>;
template struct PreparedData<double>;
template Beginning<float> begin(const Recipe&);
template Beginning<double> begin(const Recipe&);
template Trained<float> train(const Dataset&, const Recipe&, const Watch&, const Conclude<float>&);
template Trained<double> train(const Dataset&, const Recipe&, const Watch&, const Conclude<double>&);

}  // namespace gradus
