#include "gradus/model/setting_row.h"

namespace gradus {
namespace {

bool is_pretrained(const Recipe& recipe) {
    return recipe.pretraining.kind != Pretrain::none;
}

// A flag: said, or not.
Typing<bool> yes_words() {
    return {[](const std::string&, const std::string&) { return true; },
            [](bool) { return std::string("yes"); }};
}

}  // namespace

std::vector<Setting> pretraining_settings() {
    return {
        setting_of(Row<Pretrain>{
            .about = {"pretrain", say_later("Pretraining"), "NAME",
                      say_later("learn the dense layers first, one after the other, as restricted "
                                "Boltzmann machines (rbm: labels are not looked at; dbn: the last sees "
                                "the class as well)"),
                      "none"},
            .said = &Choices::pretrain,
            .words = one_of_names(pretrain_names),
            .place = [](Recipe& r) { return &r.pretraining.kind; },
            .usual = Pretrain::none,
            .none = Pretrain::none}),
        setting_of(Row<Index>{
            .about = {"pretrain_epochs", say_later("Pretraining"), "N", say_later("of each layer"),
                      say_later(
                          "20; with less than 3,200 examples as many as make 1,000 updates, up to 200")},
            .said = &Choices::pretrain_epochs,
            .words = whole<Index>(1, most_epochs),
            .place = [](Recipe& r) { return &r.pretraining.epochs; },
            .usual = 20,
            .applies = is_pretrained}),
        setting_of(Row<Index>{
            .about = {"pretrain_batch", say_later("Pretraining"), "N",
                      say_later("examples for each update of a machine (--batch is the network's)"), "64"},
            .said = &Choices::pretrain_batch,
            .words = whole<Index>(1, 1'000'000'000),
            .place = [](Recipe& r) { return &r.pretraining.batch; },
            .usual = 64,
            .applies = is_pretrained}),
        setting_of(Row<double>{
            .about = {"pretrain_learning_rate", say_later("Pretraining"), "X", say_later("of the machines"),
                      say_later("0.05; 0.01 for Gaussian inputs, 0.001 for relu units")},
            .said = &Choices::pretrain_learning_rate,
            .words = positive(),
            .place = [](Recipe& r) { return &r.pretraining.learning_rate; },
            .none = 0,
            .applies = is_pretrained}),
        setting_of(Row<double>{.about = {"pretrain_momentum", say_later("Pretraining"), "X",
                                         say_later("from the sixth epoch on; before it at most 0.5"), "0.9"},
                               .said = &Choices::pretrain_momentum,
                               .words = share(),
                               .place = [](Recipe& r) { return &r.pretraining.momentum; },
                               .usual = 0.9,
                               .applies = is_pretrained}),
        setting_of(Row<double>{.about = {"pretrain_weight_decay", say_later("Pretraining"), "X",
                                         say_later("pulls the machines' weights towards zero"), "0.0002"},
                               .said = &Choices::pretrain_weight_decay,
                               .words = real(0, largest, say_later("a number of at least 0")),
                               .place = [](Recipe& r) { return &r.pretraining.weight_decay; },
                               .usual = 0.0002,
                               .applies = is_pretrained}),
        setting_of(Row<Index>{.about = {"cd", say_later("Pretraining"), "K",
                                        say_later("Gibbs steps of contrastive divergence"), "1"},
                              .said = &Choices::cd,
                              .words = whole<Index>(1, 1'000'000),
                              .place = [](Recipe& r) { return &r.pretraining.cd; },
                              .usual = 1,
                              .applies = is_pretrained}),
        setting_of(Row<bool>{
            .about = {"persistent", say_later("Pretraining"), "",
                      say_later("chains of Gibbs steps go on from update to update (persistent CD)")},
            .said = &Choices::persistent,
            .words = yes_words(),
            .place = [](Recipe& r) { return &r.pretraining.persistent; },
            .none = false,
            .applies = is_pretrained}),
        setting_of(Row<Index>{
            .about = {"dream_steps", say_later("Pretraining"), "K",
                      say_later("Gibbs steps by which the last machine of dbn learns to draw a class: from "
                                "nothing in each update, as sample does; 0: as the others"),
                      "10"},
            .said = &Choices::dream_steps,
            .words = whole<Index>(0, 1'000'000),
            .place = [](Recipe& r) { return &r.pretraining.dream_steps; },
            .usual = 10,
            .applies = [](const Recipe& r) { return r.pretraining.kind == Pretrain::dbn; }}),
        setting_of(
            Row<double>{.about = {"sparsity", say_later("Pretraining"), "X",
                                  say_later("the mean activation to which hidden units are drawn; 0: none"),
                                  say_later("0.05 for rbm with a target from 100 sigmoid units on, else 0")},
                        .said = &Choices::sparsity,
                        .words = share(),
                        .place = [](Recipe& r) { return &r.pretraining.sparsity; },
                        .usual = 0,
                        .applies = is_pretrained}),
        setting_of(Row<VisibleChoice>{
            .about = {"visible", say_later("Pretraining"), "NAME",
                      say_later("the visible units of the first machine; auto: Bernoulli when "
                                "all inputs are from 0 to 1, else Gaussian"),
                      "auto"},
            .said = &Choices::visible,
            .words = one_of_names(visible_choice_names),
            .place = [](Recipe& r) { return &r.pretraining.visible; },
            .usual = VisibleChoice::automatic,
            .none = VisibleChoice::automatic,
            .applies = is_pretrained}),
    };
}

}  // namespace gradus
