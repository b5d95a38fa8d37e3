// What do processes tell each other about the networks that each of them has trained? All members of these
// types (parcel.h).
#pragma once

#include "gradus/core/parcel.h"
#include "gradus/model/member_news.h"
#include "gradus/model/model.h"
#include "gradus/nn/metrics.h"
#include "gradus/nn/run.h"

namespace gradus {

template <class Archive, Is<StandardErrors> Value>
void parts(Archive& archive, Value& errors) {
    auto& [accuracy, f1, log_loss, roc_auc, calibration, rmse, mae, r2, reconstruction, free_energy] = errors;
    archive(accuracy, f1, log_loss, roc_auc, calibration, rmse, mae, r2, reconstruction, free_energy);
}

template <class Archive, Is<Evaluation> Value>
void parts(Archive& archive, Value& evaluation) {
    auto& [task, examples, loss, weighted, confusion, accuracy, f1, log_loss, roc_auc, calibration, rmse, mae,
           r2, reconstruction, free_energy, standard_error, labels] = evaluation;
    archive(task, examples, loss, weighted, confusion, accuracy, f1, log_loss, roc_auc, calibration, rmse,
            mae, r2, reconstruction, free_energy, standard_error, labels);
}

template <class Archive, Is<CurvePoint> Value>
void parts(Archive& archive, Value& point) {
    auto& [iteration, epoch, cost, validation_cost] = point;
    archive(iteration, epoch, cost, validation_cost);
}

template <class Archive, Of<OptimizerState> Value>
void parts(Archive& archive, Value& state) {
    auto& [slots, updates] = state;
    archive(slots, updates);
}

inline void parts(Packer& packer, const RandomState& random) {
    const auto& [numbers, position, has_second, second] = random.saved();
    packer(numbers, position, has_second, second);
}
inline void parts(Unpacker& unpacker, RandomState& random) {
    RandomState::Saved saved;
    auto& [numbers, position, has_second, second] = saved;
    unpacker(numbers, position, has_second, second);
    const std::optional<RandomState> restored = RandomState::restored(saved);
    if (!restored) Unpacker::refuse();
    random = *restored;
}

template <class Archive, Is<Plateau> Value>
void parts(Archive& archive, Value& plateau) {
    auto& [factor, lowest, epochs, waiting] = plateau;
    archive(factor, lowest, epochs, waiting);
}

template <class Archive, Of<Best> Value>
void parts(Archive& archive, Value& best) {
    auto& [cost, updates, parameters, statistics] = best;
    archive(cost, updates, parameters, statistics);
}

template <class Archive, Of<RunState> Value>
void parts(Archive& archive, Value& state) {
    auto& [parameters, statistics, optimizer, random, order, position, epoch, first_cost, epoch_cost, best,
           waiting, plateau, finished] = state;
    archive(parameters, statistics, optimizer, random, order, position, epoch, first_cost, epoch_cost, best,
            waiting, plateau, finished);
}

template <class Archive, Of<FoldState> Value>
void parts(Archive& archive, Value& fold) {
    auto& [run, curve, updates, kept_updates] = fold;
    archive(run, curve, updates, kept_updates);
}

template <class Archive, Of<MemberNews> Value>
void parts(Archive& archive, Value& news) {
    auto& [fold, training, validation, linear, seconds, number, seed, network, fingerprint] = news;
    archive(fold, training, validation, linear, seconds, number, seed, network, fingerprint);
}

}  // namespace gradus
