#include "gradus/model/decoder.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {

template <class T>
Decoder<T>::Decoder(const Features& features, const std::string& place) : features_(features) {
    if (!knows(features))
        throw Error(Fault::input, {.place = place,
                                   .found = features.dates.empty() ? say("its series end early")
                                                                   : say("its inputs were made of dates"),
                                   .expected = say("columns of numbers or text, which can be sampled")});
}

template <class T>
std::vector<std::string> Decoder<T>::names() const {
    std::vector<std::string> names;
    for (const NumericFeature& feature : features_.numeric) names.push_back(feature.name);
    for (const TextFeature& feature : features_.text) names.push_back(feature.name);
    return names;
}

template <class T>
std::vector<double> Decoder<T>::numbers(const T* x) const {
    std::vector<double> numbers;
    for (const NumericFeature& feature : features_.numeric)
        numbers.push_back(feature.line.back(double(*x++)) * features_.divisor);
    return numbers;
}

template <class T>
std::vector<std::string> Decoder<T>::texts(const T* x) const {
    x += features_.numeric.size();
    std::vector<std::string> texts;
    for (const TextFeature& feature : features_.text) {
        const auto count = static_cast<std::ptrdiff_t>(feature.categories.size());
        texts.push_back(
            count == 0 ? ""
                       : feature.categories[static_cast<std::size_t>(std::max_element(x, x + count) - x)]);
        x += count;
    }
    return texts;
}

template class Decoder<float>;
template class Decoder<double>;

}  // namespace gradus
