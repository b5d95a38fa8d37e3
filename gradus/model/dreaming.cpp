#include "gradus/model/dreaming.h"

namespace gradus {

DreamSettings natural_dreams(const Recipe& recipe) {
    const PretrainingSettings& how = recipe.pretraining;
    if (how.kind != Pretrain::dbn || how.persistent || how.dream_steps == 0) return {};
    return {.steps = 3 * how.dream_steps, .keeps_label = true};
}

}  // namespace gradus
