#include "gradus/model/dreaming.h"

namespace gradus {

DreamSettings natural_dreams(const Recipe& recipe) {
    const PretrainingSettings& how = recipe.pretraining;
    if (how.kind != Pretrain::dbn || how.persistent) return {};
    return {.steps = 30 * how.cd, .keeps_label = true};
}

}  // namespace gradus
