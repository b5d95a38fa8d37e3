// In which order do the numbers of a series lie? Users and files say channel after channel, layers position
// after position.
#pragma once

#include "gradus/nn/layer.h"

namespace gradus {

/// to(c * L + t, j) = from(t * C + c, j): from the layers' order to the users'.
template <class T>
void channels_first(View<T> to, View<const T> from, Shape shape) {
    for (Index j = 0; j < from.columns(); ++j)
        for (Index c = 0; c < shape.channels; ++c)
            for (Index t = 0; t < shape.length; ++t)
                to(c * shape.length + t, j) = from(t * shape.channels + c, j);
}

/// to(t * C + c, j) = from(c * L + t, j): from the users' order to the layers'.
template <class T>
void positions_first(View<T> to, View<const T> from, Shape shape) {
    for (Index j = 0; j < from.columns(); ++j)
        for (Index t = 0; t < shape.length; ++t)
            for (Index c = 0; c < shape.channels; ++c)
                to(t * shape.channels + c, j) = from(c * shape.length + t, j);
}

}  // namespace gradus
