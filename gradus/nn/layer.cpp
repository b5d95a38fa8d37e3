#include "gradus/nn/layer.h"

namespace gradus {

std::string Shape::text() const {
    return length == 1 ? std::to_string(channels) : std::to_string(channels) + "x" + std::to_string(length);
}

Index LayerPlan::parameter_count() const {
    Index count = 0;
    for (const Parameter& parameter : parameters) count += parameter.rows * parameter.columns;
    return count;
}

Index LayerPlan::statistic_count() const {
    Index count = 0;
    for (const Statistic& statistic : statistics) count += statistic.size;
    return count;
}

template <class T>
void Layer<T>::couple_forward(const Pass<T>& /*pass*/, Range /*units*/, Index /*round*/) const {}

template <class T>
void Layer<T>::couple_backward(const Pass<T>& /*pass*/, Range /*units*/, Index /*round*/) const {}

template <class T>
void Layer<T>::backward_parameters(const Pass<T>& /*pass*/, Range /*slices*/) const {}

template <class T>
std::vector<Intermediate<T>> Layer<T>::intermediates(const Pass<T>& /*pass*/) const {
    return {};
}

template class Layer<float>;
template class Layer<double>;

}  // namespace gradus
