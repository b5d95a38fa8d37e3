#include "gradus/model/training_checks.h"

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/network_text.h"

namespace gradus {
namespace {

[[noreturn]] void refuse_training(const std::string& place, const std::string& found,
                                  const std::string& expected, const std::string& hint = {}) {
    throw Error(Fault::usage, {.place = place, .found = found, .expected = expected, .hint = hint});
}

// What the recipe says of the data must be true of this data.
void require_recipe_fits(const Recipe& recipe, const Dataset& data) {
    const char* place = "Recipe";
    const auto outputs = static_cast<Index>(data.class_names.size() == 2 ? 1 : data.class_names.size());
    if (recipe.network.empty())
        refuse_training(place, say("no network"), say("the text of one"),
                        say("make_recipe chooses what is left open"));
    if (recipe.task == Task::classify && data.multilabel)
        refuse_training(place, say("task is classify, and the data has labels"), "multilabel");
    if (recipe.task == Task::classify && !data.has_classes())
        refuse_training(place, say("task is classify, and the data has values"), "regress");
    if (recipe.task == Task::regress && needs_probabilities(recipe.run.loss)) {
        const char* const loss = loss_names[static_cast<std::size_t>(recipe.run.loss)];
        refuse_training(place,
                        data.has_classes()
                            ? say("task is regress with the loss {}, and the data has classes", loss)
                            : say("task is regress, and the loss {} needs probabilities", loss),
                        data.has_classes() ? "classify" : "mean_squared");
    }
    if (recipe.task == Task::multilabel) require_multilabel(place, data);
    if (is_unsupervised(recipe.task) != (data.Y.rows() == 0))
        refuse_training(place, say("task is {}", task_names[static_cast<std::size_t>(recipe.task)]),
                        data.Y.rows() == 0 ? say("encode or reconstruct, for data without a target")
                                           : say("another, for data with a target"));
    if (recipe.task == Task::encode && recipe.pretraining.kind != Pretrain::rbm)
        refuse_training(place, say("task is encode, and nothing is pre-trained"), setting("pretrain", "rbm"));
    const Index out = outputs_of(recipe.network, recipe.shape);
    const Index wanted = recipe.task == Task::classify      ? outputs
                         : recipe.task == Task::encode      ? out
                         : recipe.task == Task::reconstruct ? recipe.shape.size()
                                                            : data.Y.rows();
    if (out != wanted)
        refuse_training(place, say("its network has {} outputs", out), say("{} for this data", wanted));
}

void require_folds_fit(const Recipe& recipe, bool begins_elsewhere) {
    const char* place = "Recipe";
    if (recipe.ensemble < 1 || recipe.ensemble > most_members)
        refuse_training(place, say("an ensemble of {}", recipe.ensemble), say("from 1 to {}", most_members));
    if (recipe.folds != 0 && (recipe.folds < 2 || recipe.folds > most_members))
        refuse_training(place, say("{} folds", recipe.folds), say("0, or from 2 to {}", most_members));
    if (recipe.ensemble > 1 && recipe.folds != 0 && recipe.folds != recipe.ensemble)
        refuse_training(place, say("{} folds for an ensemble of {}", recipe.folds, recipe.ensemble),
                        say("as many folds as members"));
    if (recipe.member < 0 || recipe.member > fold_count(recipe))
        refuse_training(place, say("member is {}", recipe.member), say("from 0 to {}", fold_count(recipe)));
    if (fold_count(recipe) == 0) return;
    if (is_unsupervised(recipe.task) || recipe.pretraining.kind != Pretrain::none)
        refuse_training(place,
                        is_unsupervised(recipe.task) ? say("folds, and nothing is to be predicted")
                                                     : say("folds, and a pre-training"),
                        say("a network that learns from a truth alone"));
    if (begins_elsewhere && recipe.member == 0)
        refuse_training("Start::from", say("the weights of one model for {} networks", fold_count(recipe)),
                        say("an ensemble of 1, and no folds"));
}

template <class T>
void require_members_fit(std::span<const MemberNews<T>> members, const Recipe& recipe, const Dataset& data) {
    const char* const place = "Start::members";
    const Index most = recipe.member == 0 ? fold_count(recipe) : 0;
    if (std::ssize(members) > most)
        refuse_training(place, say("{} networks", members.size()), say("at most {}", most));
    for (Index k = 1; k <= std::ssize(members); ++k) {
        const MemberNews<T>& member = members[static_cast<std::size_t>(k - 1)];
        const bool same = member.number == k && member.seed == member_recipe(recipe, k).seed &&
                          member.network == recipe.network && member.fold.run.finished &&
                          member.fingerprint == fingerprint(data);
        if (!same)
            refuse_training(place, say("network {} is not what the recipe's member {} becomes", k, k),
                            say("what train() makes of member_recipe()"));
    }
}

template <class T>
void require_start_fits(const Start<T>& start, const Recipe& recipe, const Dataset& data) {
    if (start.validation != nullptr) {
        require_valid(*start.validation);
        if (start.validation->class_names != data.class_names ||
            start.validation->multilabel != data.multilabel)
            refuse_training("Start::validation", say("other classes than the data's"),
                            say("the same, in the same order"));
    }
    if (start.resume != nullptr && !start.resume->state)
        refuse_training("Start::resume", say("a model without a state"),
                        say("a checkpoint, or the model of a run that was interrupted"));
    if (start.from != nullptr && start.from->network.text() != recipe.network)
        refuse_training("Start::from", "network \"" + start.from->network.text() + "\"",
                        say("the recipe's, \"{}\"", recipe.network));
    require_members_fit(start.members, recipe, data);
}

}  // namespace

void require_multilabel(const std::string& place, const Dataset& data) {
    if (!data.multilabel)
        refuse_training(place,
                        say("task is multilabel, and the data has {}",
                            data.has_classes() ? say("classes") : say("values")),
                        data.has_classes() ? "classify" : "regress", "dataset_of_labels");
}

template <class T>
void require_training_fits(const Dataset& data, const Recipe& recipe, const Watch& watch,
                           const Start<T>& start) {
    require_valid(data);
    require_recipe_fits(recipe, data);
    require_start_fits(start, recipe, data);
    require_folds_fit(recipe, start.from != nullptr);
    if (watch.report_every < 1)
        refuse_training("Watch::report_every", std::to_string(watch.report_every), say("at least 1"));
}

template void require_training_fits(const Dataset&, const Recipe&, const Watch&, const Start<float>&);
template void require_training_fits(const Dataset&, const Recipe&, const Watch&, const Start<double>&);

}  // namespace gradus
