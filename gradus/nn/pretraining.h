// How does a deep network begin? Its dense layers are learned one after the other, as restricted Boltzmann
// machines.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "gradus/nn/machine_places.h"
#include "gradus/nn/network.h"
#include "gradus/nn/rbm.h"
#include "gradus/nn/rbm_step.h"
#include "gradus/nn/run.h"

namespace gradus {

enum class Pretrain {
    none,
    rbm,  ///< each dense layer as a machine, on what the layers before it give (Hinton et al. 2006)
    dbn,  ///< the last machine sees the class as well, as a softmax group beside its visible units: it learns
          ///< from labelled examples only, and the output layer begins with the weights of the classes
};
inline constexpr std::array pretrain_names{"none", "rbm", "dbn"};

/// Which visible units the first machine has; those of the others follow from the layer before.
enum class VisibleChoice {
    automatic,  ///< Bernoulli when all inputs are from 0 to 1, else Gaussian
    bernoulli,
    gaussian,
};
inline constexpr std::array visible_choice_names{"auto", "bernoulli", "gaussian"};

/// Every choice about the machines.
struct PretrainingSettings {
    Pretrain kind = Pretrain::none;  ///< whether there are any
    Index epochs = 20;               ///< of each layer
    Index batch = 64;                ///< examples for each update of a machine; of fewer, all
    double learning_rate = 0;        ///< 0: pretraining_rate(), which follows from the units
    double momentum = 0.9;           ///< from the sixth epoch on; before it 0.5, or this if it is less
    double weight_decay = 0.0002;    ///< of RbmSettings
    Index cd = 1;                    ///< of RbmSettings
    bool persistent = false;         ///< of RbmSettings
    /// Of dbn: the last machine, if its chains are not persistent, learns with chains of so many steps that
    /// begin anew (of RbmSettings), and its rate falls along half a cosine; 0: as the others.
    Index dream_steps = 10;
    double sparsity = 0;                               ///< of RbmSettings
    VisibleChoice visible = VisibleChoice::automatic;  ///< of the first machine

    bool operator==(const PretrainingSettings&) const = default;
};

/// The learning rate where none was said: 0.05, with Gaussian visible units 0.01, with rectified hidden units
/// 0.001; at most that above rectified units, whose derivatives have no bound (docs/accuracy.md).
double pretraining_rate(VisibleUnits visible, HiddenUnits hidden);

/// What machines learn from.
template <class T>
struct PretrainingData {
    Matrix<T> X;               ///< in x n: the examples
    Matrix<T> monitored = {};  ///< others, for the free-energy gap; may be empty
    Matrix<T> labels = {};     ///< classes x m: a 1 for the class of each of the first m examples; dbn only
    Matrix<T> monitored_labels = {};        ///< of the monitored examples; dbn only
    Stack stack = Stack::below_the_output;  ///< of the network
};

/// What one update of a machine did.
struct PretrainingEvent {
    Index machine = 0;   ///< which, from 0
    Index machines = 0;  ///< of so many
    Index planned = 0;   ///< updates of each
    Event update = {};   ///< at the end of an epoch, the cost is its mean reconstruction error
    /// At the end of an epoch: the mean free energy of the monitored examples less that of as many of the
    /// training examples. It grows when the machine fits the training examples only (Hinton 2010, section 6).
    std::optional<double> free_energy_gap = {};
    /// At the end of an epoch, of Bernoulli units: see log_pseudo_likelihood; of the first examples.
    std::optional<double> pseudo_likelihood = {};
};

/// A machine and the run that it is in: all that its next update depends on.
template <class T>
struct MachineRun {
    Index number = 0;      ///< of the machine, from 0
    Rbm<T> machine;        ///< as it is now
    RbmSettings settings;  ///< of its steps
    RunSettings run;       ///< batch, epochs, learning rate
    Draws place;           ///< of its draws
    View<const T> X;       ///< what it sees; valid until the pre-training goes on
    RunState<T> state;     ///< where it stands
    Index planned = 0;     ///< updates
};

/// What each machine sees of the examples in the columns of X: X itself, then the means of the hidden units
/// below; the last machine the labels as well (classes x m), if it has any, of the first m examples.
template <class T>
std::vector<Matrix<T>> machine_inputs(const std::vector<Rbm<T>>& machines, const View<const T>& X,
                                      const View<const T>& labels = {});

/// Learns machine after machine:
///
///     while (auto event = pretraining.next()) print(event->machine, event->update.cost);
///
/// Each sees what the layers before it make of the examples (the means of its units). Random draws: for each
/// machine its W, then a permutation for each epoch. The dense layers receive W and b; the machines keep
/// these and c.
template <class T>
class Pretraining {
public:
    /// Where it stands, to go on from there.
    struct State {
        Index machine = 0;                    ///< that is being learned; as many as there are: all are
        std::optional<RunState<T>> run = {};  ///< of its run
    };

    /// Throws Error as machine_places does, and for inputs that do not fit the visible units.
    Pretraining(Network<T>& network, PretrainingData<T> data, const PretrainingSettings& settings,
                RandomState random, std::uint64_t seed, Index threads = 1);
    /// Goes on from a state, with the machines that had begun then.
    Pretraining(Network<T>& network, PretrainingData<T> data, const PretrainingSettings& settings,
                std::vector<Rbm<T>> machines, State state, std::uint64_t seed, Index threads = 1);

    /// One update; nothing when all machines are learned. Throws Error (training) when a number is not
    /// finite.
    std::optional<PretrainingEvent> next();

    /// Those that are learned, and the one that is being learned.
    [[nodiscard]] const std::vector<Rbm<T>>& machines() const { return machines_; }
    [[nodiscard]] State state() const;  ///< where it stands
    /// Of the machine that is being learned. Throws Error (usage) when all are.
    [[nodiscard]] MachineRun<T> current() const;
    [[nodiscard]] const RandomState& random() const { return random_; }  ///< behind the last draw, in the end

private:
    Pretraining(Network<T>& network, PretrainingData<T> data, const PretrainingSettings& settings,
                std::uint64_t seed, Index threads);
    [[nodiscard]] VisibleUnits visible_units() const;
    [[nodiscard]] bool all_between_0_and_1() const;
    void require_between_0_and_1() const;
    void begin();
    void make_run();
    [[nodiscard]] RunSettings run_settings() const;
    [[nodiscard]] Draws place_of_draws() const;
    void settle();
    void add_labels();
    void begin_output();
    void begin_decoder();
    [[nodiscard]] Index labels() const;
    [[nodiscard]] bool begins_anew() const;
    void end();
    void measure(PretrainingEvent& event) const;

    Network<T>& network_;
    PretrainingSettings settings_;
    Stack stack_;
    std::vector<MachinePlace> places_;
    Matrix<T> X_, monitored_;  // as the machine sees them
    Matrix<T> labels_, monitored_labels_;
    RandomState random_;
    std::uint64_t seed_;
    Index threads_;
    std::vector<Rbm<T>> machines_;
    std::size_t current_ = 0;
    std::unique_ptr<RbmStep<T>> step_;
    std::unique_ptr<Run<T>> run_;
};

}  // namespace gradus
