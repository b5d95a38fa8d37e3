// What does an input of a network say in the units of the data? The way back from encoded features.
#pragma once

#include <string>
#include <vector>

#include "gradus/data/features.h"

namespace gradus {

/// What an input was made of, undone: numbers in their own units, and of text the category whose input is
/// largest.
template <class T>
class Decoder {
public:
    /// Is there a way back? Not from dates, nor from series that end early.
    [[nodiscard]] static bool knows(const Features& features) {
        return features.dates.empty() && features.masked_channels == 0;
    }
    /// `features` must outlive the decoder. Throws Error (input), at `place`, where there is no way back.
    Decoder(const Features& features, const std::string& place);

    [[nodiscard]] std::vector<std::string> names() const;            ///< of the numbers, then of the texts
    [[nodiscard]] std::vector<double> numbers(const T* x) const;     ///< of an example's inputs
    [[nodiscard]] std::vector<std::string> texts(const T* x) const;  ///< the same

private:
    const Features& features_;
};

}  // namespace gradus
