#include "gradus/core/say.h"
#include "gradus/model/setting_row.h"
#include "gradus/nn/loss.h"

namespace gradus {
namespace {

// The short names bce, ce, mse and mae are known too.
Typing<Index> loss_words() {
    Typing<Index> words = one_of_names(loss_names);
    words.read = [](const std::string& place, const std::string& text) {
        return static_cast<Index>(read_loss(text, place));
    };
    return words;
}

bool has_momentum(const Recipe& recipe) {
    return gradus::has_momentum(recipe.run.optimizer.kind);
}
bool has_betas(const Recipe& recipe) {
    return gradus::has_betas(recipe.run.optimizer.kind);
}
bool has_epsilon(const Recipe& recipe) {
    return gradus::has_epsilon(recipe.run.optimizer.kind);
}

}  // namespace

std::vector<Setting> learning_settings() {
    return {
        setting_of(Row<LossKind>{.about = {"loss", say_later("Learning"), "NAME",
                                           say_later("what to minimise"), say_later("by the task")},
                                 .said = &Choices::loss,
                                 .words = loss_words(),
                                 .place = [](Recipe& r) { return &r.run.loss; }}),
        setting_of(Row<OptimizerKind>{.about = {"optimizer", say_later("Learning"), "NAME",
                                                say_later("how the weights move"), say_later("by the data")},
                                      .said = &Choices::optimizer,
                                      .words = one_of_names(optimizer_names),
                                      .place = [](Recipe& r) { return &r.run.optimizer.kind; },
                                      .usual = OptimizerKind::adam}),
        setting_of(
            Row<double>{.about = {"learning_rate", say_later("Learning"), "X", say_later("how far they move"),
                                  say_later("by the data and the optimizer")},
                        .said = &Choices::learning_rate,
                        .words = positive(),
                        .place = [](Recipe& r) { return &r.run.optimizer.learning_rate; },
                        .usual = 0.001}),
        setting_of(Row<double>{
            .about = {"momentum", say_later("Learning"), "X",
                      say_later("of the optimizers momentum and nesterov, and of no other"), "0.9"},
            .said = &Choices::momentum,
            .words = share(),
            .place = [](Recipe& r) { return &r.run.optimizer.momentum; },
            .usual = 0.9,
            .applies = has_momentum}),
        setting_of(
            Row<double>{.about = {"beta1", say_later("Learning"), "X",
                                  say_later("how slowly the mean gradient of adam and adamw forgets"), "0.9"},
                        .said = &Choices::beta1,
                        .words = share(),
                        .place = [](Recipe& r) { return &r.run.optimizer.beta1; },
                        .none = 0.9,
                        .applies = has_betas}),
        setting_of(
            Row<double>{.about = {"beta2", say_later("Learning"), "X",
                                  say_later("how slowly the mean square of adam and adamw forgets"), "0.999"},
                        .said = &Choices::beta2,
                        .words = share(),
                        .place = [](Recipe& r) { return &r.run.optimizer.beta2; },
                        .none = 0.999,
                        .applies = has_betas}),
        setting_of(Row<double>{
            .about = {"epsilon", say_later("Learning"), "X",
                      say_later("added to the root by which rmsprop, adam and adamw divide"), "1e-8"},
            .said = &Choices::epsilon,
            .words = positive(),
            .place = [](Recipe& r) { return &r.run.optimizer.epsilon; },
            .none = 1e-8,
            .applies = has_epsilon}),
        setting_of(Row<double>{
            .about = {"weight_decay", say_later("Learning"), "X", say_later("pulls the weights towards zero"),
                      say_later("by the data, of adamw; else 0")},
            .said = &Choices::weight_decay,
            .words = real(0, largest, say_later("a number of at least 0")),
            .place = [](Recipe& r) { return &r.run.optimizer.weight_decay; },
            .usual = 0}),
        setting_of(Row<double>{.about = {"clip_norm", say_later("Learning"), "X",
                                         say_later("the largest norm of a gradient"), say_later("no limit")},
                               .said = &Choices::clip_norm,
                               .words = positive(),
                               .place = [](Recipe& r) { return &r.run.optimizer.clip_norm; },
                               .none = 0}),
        setting_of(Row<Schedule>{.about = {"schedule", say_later("Learning"), "NAME",
                                           say_later("of the learning rate"), "constant"},
                                 .said = &Choices::schedule,
                                 .words = one_of_names(schedule_names),
                                 .place = [](Recipe& r) { return &r.run.schedule; },
                                 .usual = Schedule::constant}),
        setting_of(
            Row<ClassWeights>{.about = {"class_weights", say_later("Learning"), "NAME",
                                        say_later("how much the examples of rare classes count"), "none"},
                              .said = &Choices::class_weights,
                              .words = one_of_names(class_weights_names),
                              .place = [](Recipe& r) { return &r.class_weights; },
                              .usual = ClassWeights::none,
                              .none = ClassWeights::none}),
    };
}

}  // namespace gradus
