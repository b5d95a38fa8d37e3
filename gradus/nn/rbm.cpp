#include "gradus/nn/rbm.h"

#include <algorithm>
#include <string>

#include "gradus/core/elementary.h"
#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"
#include "gradus/nn/checks.h"
#include "gradus/nn/layers/activation.h"
#include "gradus/nn/network.h"

namespace gradus {
namespace {

[[noreturn]] void refuse_machine(const std::string& found, const std::string& expected) {
    throw Error(Fault::usage, {.place = "Rbm", .found = found, .expected = expected});
}

void require_units(const std::string& found, Index count, Index most) {
    if (count < 1 || count > most) refuse_machine(found, say("from 1 to {}", most));
}

}  // namespace

template <class T>
Rbm<T>::Rbm(Index visible, Index hidden, VisibleUnits visible_units, HiddenUnits hidden_units, Index labels)
    : visible_(visible),
      hidden_(hidden),
      labels_(labels),
      visible_units_(visible_units),
      hidden_units_(hidden_units) {
    constexpr Index most = Network<T>::most_parameters;
    require_units(say("{} visible units", visible), visible, most);
    require_units(say("{} hidden units", hidden), hidden, most / visible);
    if (labels < 0 || labels > visible || labels == 1)
        refuse_machine(say("{} labels of {} visible units", labels, visible),
                       say("none, or from 2 to all of them"));
    if (labels > 0 && visible_units == VisibleUnits::gaussian)
        refuse_machine(say("labels among Gaussian visible units"), say("Bernoulli units beside them"));
    parameters_.resize(static_cast<std::size_t>(hidden * visible + hidden + visible));
}

template <class T>
void Rbm<T>::initialize(std::span<const double> means, Index examples, RandomState& random) {
    if (static_cast<Index>(means.size()) != visible_)
        refuse_machine(say("{} means", means.size()), std::to_string(visible_));
    const View<T> W(parameters_.data(), hidden_, visible_);
    for (Index i = 0; i < hidden_; ++i)
        for (Index j = 0; j < visible_; ++j) W(i, j) = static_cast<T>(0.01 * random.randn());
    T* b = parameters_.data() + hidden_ * visible_;
    std::fill_n(b, hidden_, T(0));
    T* c = b + hidden_;
    const auto n = double(examples);
    for (const double mean : means) {
        const double p = (n * mean + 1) / (n + 2);
        *c++ = static_cast<T>(visible_units_ == VisibleUnits::gaussian ? mean : log(p / (1 - p)));
    }
}

template <class T>
void Rbm<T>::up(const View<T>& Z, const View<T>& H, const View<const T>& V) const {
    product(Z, W(), V, rounding_for(parameters_));
    add_to_columns(Z, b().data());
    if (hidden_units_ == HiddenUnits::bernoulli) return sigmoid(H, Z);
    map<T>(H, Z, [](T z) { return z < 0 ? T(0) : z; });
}

template <class T>
void Rbm<T>::down(const View<T>& V, const View<const T>& H) const {
    product(V, W().transposed(), H, rounding_for(parameters_));
    add_to_columns(V, c().data());
    if (visible_units_ == VisibleUnits::gaussian) return;
    const View<T> units = V.rows({0, visible_ - labels_});
    if (!units.empty()) sigmoid(units, units);
    if (labels_ == 0) return;
    const View<T> group = V.rows({visible_ - labels_, visible_});
    softmax<T>(group, group);
}

template <class T>
void Rbm<T>::sample_hidden(const View<T>& S, const View<const T>& Z, const View<const T>& H,
                           const Draws& draws, Index first) const {
    if (hidden_units_ == HiddenUnits::bernoulli) return sample_bernoulli(S, H, draws, first);
    sample_rectified(S, Z, draws, first);
}

template <class T>
void Rbm<T>::sample_visible(const View<T>& S, const View<const T>& V, const Draws& draws, Index first) const {
    if (visible_units_ == VisibleUnits::gaussian) return sample_normal(S, V, draws, first);
    const Range units{0, visible_ - labels_}, group{visible_ - labels_, visible_};
    if (units.size() > 0) sample_bernoulli(S.rows(units), V.rows(units), draws, first);
    if (labels_ == 0) return;
    Draws own = draws;
    own.layer += std::uint32_t{1} << 31;  // numbers of its own
    sample_one_of(S.rows(group), V.rows(group), own, first);
}

template <class T>
void require_stack(const std::vector<Rbm<T>>& machines, const std::string& place) {
    const auto refuse = [&](const std::string& found, const std::string& expected) {
        throw Error(Fault::usage, {.place = place, .found = found, .expected = expected});
    };
    if (machines.empty()) refuse(say("there are no machines"), say("at least one"));
    for (std::size_t i = 0; i + 1 < machines.size(); ++i)
        if (machines[i].labels() > 0 ||
            machines[i].hidden() != machines[i + 1].visible() - machines[i + 1].labels())
            refuse(say("machine {} has {} hidden units", i + 1, machines[i].hidden()),
                   say("as many as the next has visible ones"));
}

template <class T>
void require_visible(const Rbm<T>& rbm, const View<const T>& V) {
    if (V.columns() < 1)
        throw Error(
            Fault::usage,
            {.place = "V", .found = say("it has no columns"), .expected = say("at least one example")});
    require_shape("V", V.rows(), V.columns(), rbm.visible(), V.columns());
}

template <class T>
void require_bernoulli(const Rbm<T>& rbm, const std::string& place) {
    if (rbm.hidden_units() != HiddenUnits::bernoulli)
        throw Error(Fault::usage, {.place = place,
                                   .found = say("rectified hidden units"),
                                   .expected = say("Bernoulli hidden units")});
}

template class Rbm<float>;
template class Rbm<double>;
template void require_stack(const std::vector<Rbm<float>>&, const std::string&);
template void require_stack(const std::vector<Rbm<double>>&, const std::string&);
template void require_visible(const Rbm<float>&, const View<const float>&);
template void require_visible(const Rbm<double>&, const View<const double>&);
template void require_bernoulli(const Rbm<float>&, const std::string&);
template void require_bernoulli(const Rbm<double>&, const std::string&);

}  // namespace gradus
