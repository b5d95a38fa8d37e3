#include "gradus/model/member_news.h"

namespace gradus {

template <class T>
static FoldState<T> fold_state(const Model<T>& model) {
    FoldState<T> fold;
    fold.curve = model.curve;
    fold.updates = model.updates;
    fold.kept_updates = model.kept_updates;
    if (model.state) {
        fold.run = model.state->run;
        return fold;
    }
    const auto parameters = model.network.parameters();
    const auto slots = static_cast<std::size_t>(optimizer_slots(model.recipe.run.optimizer.kind));
    fold.run.parameters.assign(parameters.begin(), parameters.end());
    fold.run.statistics.assign(model.network.statistics().begin(), model.network.statistics().end());
    fold.run.optimizer.slots.resize(slots * parameters.size());
    fold.run.finished = true;
    return fold;
}

template <class T>
MemberNews<T> news_of(const Model<T>& model, double seconds) {
    return {.fold = fold_state(model),
            .training = model.training,
            .validation = model.validation,
            .seconds = seconds,
            .number = model.recipe.member,
            .seed = model.recipe.seed,
            .network = model.recipe.network,
            .fingerprint = model.origin.fingerprint};
}

template MemberNews<float> news_of(const Model<float>&, double);
template MemberNews<double> news_of(const Model<double>&, double);

}  // namespace gradus
