#include "gradus/model/ensemble.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/dealing.h"
#include "gradus/model/network_text.h"
#include "gradus/model/out_of_fold.h"
#include "gradus/model/parcels.h"
#include "gradus/model/seen_rows.h"

namespace gradus {

Recipe member_recipe(const Recipe& recipe, Index number) {
    if (number < 1 || number > fold_count(recipe))
        throw Error(Fault::usage, {.place = "member",
                                   .found = std::to_string(number),
                                   .expected = say("a member from 1 to {}", fold_count(recipe))});
    Recipe one = recipe;
    one.member = number;
    one.seed = static_cast<std::uint32_t>(recipe.seed + static_cast<std::uint64_t>(number));
    one.run.mask_seed = one.seed;
    one.validation_file.clear();  // which the whole is judged by
    return one;
}

namespace {

using Clock = std::chrono::steady_clock;

template <class T>
AlignedVector<T> parameters_of(const LinearBaseline<T>& linear) {
    const auto parameters = linear.model.network.parameters();
    return {parameters.begin(), parameters.end()};
}

// One call of train_by_folds.
template <class T>
class FoldTraining {
public:
    FoldTraining(const Dataset& data, const Recipe& recipe, const Watch& watch, const Conclude<T>& conclude,
                 const Start<T>& start)
        : data_(data),
          recipe_(recipe),
          watch_(watch),
          conclude_(conclude),
          start_(start),
          prepared_(data, recipe, recipe.validation, start.validation),
          out_of_fold_(data, recipe, prepared_),
          origin_{.data = data.name, .examples = data.examples(), .fingerprint = fingerprint(data)},
          models_(static_cast<std::size_t>(fold_count(recipe))),
          linear_(models_.size()),
          done_(models_.size()),
          planned_(models_.size()) {
        if (start.resume != nullptr) go_on_from(*start.resume);
    }

    Trained<T> operator()() {
        if (start_.resume != nullptr && start_.resume->state->on_all_examples)
            return on_all_examples(start_.resume->out_of_fold, start_.resume->state->first_kept_updates);
        train_members();
        const bool finished = std::ranges::all_of(models_, [](const auto& m) { return m && !m->state; });
        if (!finished) {
            Trained<T> trained{.model = composed(), .seconds = seconds_, .interrupted = true};
            trained.model.state = state();
            return trained;
        }
        Trained<T> trained{.model = composed(), .seconds = seconds_};
        judge(trained);
        if (recipe_.ensemble > 1) {
            conclude(trained);
            return trained;
        }
        judged_ = std::move(trained);
        return on_all_examples(judged_->model.out_of_fold, updates_for_all());
    }

private:
    void go_on_from(const Model<T>& checkpoint) {
        const std::vector<std::optional<FoldState<T>>>& folds = checkpoint.state->folds;
        if (checkpoint.state->on_all_examples) return;
        if (folds.size() != models_.size())
            throw Error(Fault::usage, {.place = "Start::resume",
                                       .found = say("a state of {} folds", folds.size()),
                                       .expected = say("{}, as the recipe has", models_.size())});
        for (std::size_t k = 0; k < folds.size(); ++k) {
            if (folds[k]) models_[k] = model_of(k, *folds[k]);
        }
    }

    // A member as it stands, or stood when its state was kept.
    [[nodiscard]] Model<T> model_of(std::size_t k, const FoldState<T>& fold) const {
        Model<T> model = beginning(k);
        model.curve = fold.curve;
        model.updates = fold.updates;
        model.kept_updates = fold.kept_updates;
        if (fold.run.finished) {
            std::ranges::copy(fold.run.parameters, model.network.parameters().begin());
            std::ranges::copy(fold.run.statistics, model.network.statistics().begin());
        } else {
            model.state = TrainingState<T>{.run = fold.run};
        }
        return model;
    }

    [[nodiscard]] Recipe recipe_of(std::size_t k) const {
        return member_recipe(recipe_, static_cast<Index>(k) + 1);
    }

    [[nodiscard]] Model<T> beginning(std::size_t k) const {
        const Recipe recipe = recipe_of(k);
        return {.network = begin<T>(recipe).network, .recipe = recipe};
    }

    // Several processes train a member each, and send no message meanwhile; but each member together where
    // they share the data.
    void train_members() {
        const auto count = static_cast<Index>(models_.size());
        Ranks* const together = prepared_.shared_by;
        const Index at_once =
            together != nullptr ? 1 : std::min(count, runs_at_once(data_, recipe_, recipe_.run.threads));
        const Index threads = std::max<Index>(1, recipe_.run.threads / at_once);
        last_checkpoint_ = Clock::now();
        deal_out<MemberNews<T>>(
            watch_.ranks,
            {.count = count,
             .threads = at_once,
             .stop = watch_.stop,
             .together = together,
             .work =
                 [&](Index k, const auto& meanwhile, const std::stop_token& stop) {
                     return train_member(static_cast<std::size_t>(k), threads, meanwhile, stop);
                 },
             .keep = [this](Index k, MemberNews<T> news) { keep(static_cast<std::size_t>(k), news); }});
    }

    std::optional<MemberNews<T>> train_member(std::size_t k, Index threads,
                                              const std::function<void(MemberNews<T>)>& meanwhile,
                                              const std::stop_token& stop) {
        if (k < start_.members.size()) return news_of_trained(k);
        std::optional<Model<T>> before;
        if (start_.resume != nullptr)
            if (const auto& fold = start_.resume->state->folds[k]) {
                if (fold->run.finished) return MemberNews<T>{.fold = *fold};
                before = model_of(k, *fold);
            }
        Recipe recipe = recipe_of(k);
        recipe.run.threads = threads;
        const Trained<T> trained = train<T>(data_, recipe, watch_of(k, meanwhile, stop), {},
                                            {.resume = before ? &*before : nullptr});
        MemberNews<T> news = news_of(trained.model, trained.seconds);
        if (trained.linear) news.linear = parameters_of(*trained.linear);
        if (!trained.interrupted) return news;
        meanwhile(std::move(news));
        return {};
    }

    // Of a member that came trained, all but its linear baseline.
    [[nodiscard]] MemberNews<T> news_of_trained(std::size_t k) const {
        MemberNews<T> news = start_.members[k];
        if (watch_.linear) {
            const Recipe recipe = recipe_of(k);
            const auto linear = linear_baseline(PreparedData<T>(data_, recipe, recipe.validation), recipe);
            if (linear) news.linear = parameters_of(*linear);
        }
        return news;
    }

    // One call at a time.
    void keep(std::size_t k, const MemberNews<T>& news) {
        const std::scoped_lock lock(mutex_);
        models_[k] = model_of(k, news.fold);
        models_[k]->training = news.training;
        models_[k]->validation = news.validation;
        seconds_ += news.seconds;
        if (news.linear) linear_[k] = linear_network(*news.linear);
        const bool finished = news.fold.run.finished;
        if (finished) done_[k] = planned_[k] = std::max(planned_[k], news.fold.updates);
        tell();
        if (watch_.checkpoint) save(finished && news.validation);
    }

    [[nodiscard]] Network<T> linear_network(const AlignedVector<T>& parameters) const {
        const Index outputs = prepared_.Y.rows(), width = std::ssize(parameters) / outputs - 1;
        Network<T> network(Shape{.channels = width}, output_layer(recipe_.task, outputs),
                           {.initializer = Initializer::zeros});
        std::ranges::copy(parameters, network.parameters().begin());
        return network;
    }

    // Of the threads that members are trained on, one at a time.
    Watch watch_of(std::size_t k, const std::function<void(MemberNews<T>)>& meanwhile,
                   const std::stop_token& stop) {
        Watch watch{.stop = stop, .checkpoint_every = watch_.checkpoint_every, .ranks = prepared_.shared_by};
        if (watch_.linear) watch.linear = [](const Evaluation&) {};
        watch.progress = [this, k](const Event& event, Index planned) {
            if (event.epoch_end || event.last) report(k, event, planned);
        };
        if (watch_.checkpoint)
            watch.checkpoint = [meanwhile](const AnyModel& model) {
                meanwhile(news_of(std::get<Model<T>>(model), 0));
            };
        return watch;
    }

    // How far all are, as one run.
    void report(std::size_t k, const Event& event, Index planned) {
        if (!watch_.progress) return;
        const std::scoped_lock lock(mutex_);
        done_[k] = event.last ? planned : event.iteration + 1;
        planned_[k] = planned;
        Event whole = event;
        whole.iteration = 0;
        Index all = 0;
        for (std::size_t i = 0; i < done_.size(); ++i) {
            whole.iteration += done_[i];
            all += planned_[i] > 0 ? planned_[i] : planned;
        }
        --whole.iteration;
        whole.last = whole.iteration + 1 == all;
        watch_.progress(whole, all);
    }

    // In their order, whichever ended first.
    void tell() {
        for (; told_ < models_.size() && models_[told_] && !models_[told_]->state; ++told_) {
            const Model<T>& model = *models_[told_];
            if (!watch_.member || !model.validation) continue;  // it was finished before
            watch_.member({.member = static_cast<Index>(told_) + 1,
                           .members = static_cast<Index>(models_.size()),
                           .updates = model.updates,
                           .kept_updates = model.kept_updates,
                           .training = model.training,
                           .fold = *model.validation});
        }
    }

    [[nodiscard]] Network<T> network_of(std::size_t k) const {
        return out_of_fold_.on_scale_of_all(k, models_[k] ? models_[k]->network : beginning(k).network);
    }

    [[nodiscard]] Model<T> composed() const {
        Model<T> whole{.network = recipe_.ensemble > 1 ? network_of(0) : begin<T>(recipe_).network,
                       .features = prepared_.features,
                       .target = prepared_.target,
                       .recipe = recipe_,
                       .origin = origin_,
                       .baseline = baseline(data_, recipe_),
                       .sample = prepared_.sample};
        whole.recipe.precision = std::is_same_v<T, double> ? Precision::twice : Precision::single;
        if (recipe_.ensemble == 1) return whole;
        for (std::size_t k = 0; k < models_.size(); ++k) {
            const auto& model = models_[k];
            if (k == 0 && model) {
                whole.curve = model->curve;
                whole.updates = model->updates;
                whole.kept_updates = model->kept_updates;
            }
            if (k == 0) continue;
            Member<T>& other = whole.others.emplace_back(Member<T>{.network = network_of(k)});
            if (!model) continue;
            other.curve = model->curve;
            other.updates = model->updates;
            other.kept_updates = model->kept_updates;
        }
        return whole;
    }

    [[nodiscard]] TrainingState<T> state() const {
        TrainingState<T> state;
        for (const std::optional<Model<T>>& model : models_) {
            state.folds.emplace_back();
            if (model) state.folds.back() = news_of(*model, 0).fold;
        }
        return state;
    }

    void judge_linear(Trained<T>& trained) const {
        const bool all =
            std::ranges::all_of(linear_, [](const auto& network) { return network.has_value(); });
        if (!watch_.linear || !all) return;
        const Matrix<T> A = out_of_fold_.answers(
            [this](std::size_t k) { return out_of_fold_.on_scale_of_all(k, *linear_[k]); });
        trained.fold_linear = answers_of<T>(trained.model, A, prepared_.Y);
        watch_.linear(
            evaluate_outputs<T>(trained.model, A, prepared_.Y, prepared_.truth, prepared_.row_weights));
    }

    void judge(Trained<T>& trained) const {
        judge_linear(trained);
        const Matrix<T> A = out_of_fold_.answers([this](std::size_t k) { return network_of(k); });
        trained.model.out_of_fold =
            evaluate_outputs<T>(trained.model, A, prepared_.Y, prepared_.truth, prepared_.row_weights);
        trained.fold_answers = answers_of<T>(trained.model, A, prepared_.Y);
        for (const std::optional<Model<T>>& model : models_) trained.fold_curves.push_back(model->curve);
    }

    void conclude(Trained<T>& trained) const {
        Model<T>& model = trained.model;
        model.origin.rows = row_print(model, data_);
        model.training =
            evaluate_in_own_units(model, prepared_.training(), prepared_.truth, prepared_.row_weights);
        if (prepared_.validates())
            model.validation = evaluate_in_own_units(
                model, prepared_.validation(), prepared_.validation_truth, prepared_.validation_row_weights);
        if (conclude_) conclude_(trained, prepared_);
    }

    [[nodiscard]] Index updates_for_all() const {
        Index sum = 0;
        for (const std::optional<Model<T>>& model : models_) sum += model->kept_updates;
        const auto count = static_cast<Index>(models_.size());
        return std::max<Index>(1, (sum + count / 2) / count);
    }

    // One network, when the recipe is judged.
    Trained<T> on_all_examples(const std::optional<Evaluation>& judged, Index updates) {
        Recipe all = recipe_;
        all.folds = 0;
        if (all.run.patience > 0) {
            all.run.scheduled_over = planned_updates(all.run, prepared_.training().count());
            all.run.iterations = updates;
            all.run.patience = 0;
            if (watch_.retraining) watch_.retraining(updates);
        }
        const auto marked = [&](Model<T>& model) {
            model.recipe.folds = recipe_.folds;
            model.recipe.run = recipe_.run;
            model.out_of_fold = judged;
            if (!model.state) return;
            model.state->on_all_examples = true;
            model.state->first_kept_updates = updates;
        };
        Watch watch = watch_;
        watch.linear = {};  // which the folds have judged
        if (watch_.checkpoint)
            watch.checkpoint = [&](const AnyModel& any) {
                Model<T> model = std::get<Model<T>>(any);
                marked(model);
                watch_.checkpoint(model);
            };
        Start<T> start{.validation = start_.validation};
        std::optional<Model<T>> before;
        if (start_.resume != nullptr && start_.resume->state->on_all_examples) {
            before = *start_.resume;
            before->state->on_all_examples = false;
            start.resume = &*before;
        }
        const auto complete = [&](Trained<T>& trained) {
            marked(trained.model);
            trained.seconds += seconds_;
            if (!judged_) return;  // by a call before
            trained.fold_answers = judged_->fold_answers;
            trained.fold_linear = judged_->fold_linear;
            trained.fold_curves = judged_->fold_curves;
        };
        const auto show = [&](const Trained<T>& trained, const PreparedData<T>& prepared) {
            if (!conclude_) return;
            Trained<T> whole = trained;
            complete(whole);
            conclude_(whole, prepared);
        };
        Trained<T> trained = train<T>(data_, all, watch, show, start);
        complete(trained);
        return trained;
    }

    void save(bool now) {
        const double seconds = std::chrono::duration<double>(Clock::now() - last_checkpoint_).count();
        if (!now && seconds < watch_.checkpoint_every) return;
        Model<T> whole = composed();
        whole.state = state();
        watch_.checkpoint(whole);
        last_checkpoint_ = Clock::now();
    }

    const Dataset& data_;
    const Recipe& recipe_;
    const Watch& watch_;
    const Conclude<T>& conclude_;
    const Start<T>& start_;
    PreparedData<T> prepared_;  // all folds, and what is set aside
    OutOfFold<T> out_of_fold_;
    Origin origin_;
    std::mutex mutex_;                               // guards what follows
    std::vector<std::optional<Model<T>>> models_;    // of each fold: finished, interrupted, or not begun
    std::vector<std::optional<Network<T>>> linear_;  // the baselines of the folds, where they are asked for
    std::vector<Index> done_, planned_;              // updates of each
    std::optional<Trained<T>> judged_;               // the folds of a cross-validation
    std::size_t told_ = 0;                           // of so many from the first
    double seconds_ = 0;
    Clock::time_point last_checkpoint_;
};

}  // namespace

template <class T>
Trained<T> train_by_folds(const Dataset& data, const Recipe& recipe, const Watch& watch,
                          const Conclude<T>& conclude, const Start<T>& start) {
    return FoldTraining<T>(data, recipe, watch, conclude, start)();
}

template Trained<float> train_by_folds(const Dataset&, const Recipe&, const Watch&, const Conclude<float>&,
                                       const Start<float>&);
template Trained<double> train_by_folds(const Dataset&, const Recipe&, const Watch&, const Conclude<double>&,
                                        const Start<double>&);

}  // namespace gradus
