// How is a network written as text? "64 relu, dropout 0.2, 32 tanh" becomes a list of layers, and back.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/nn/initializer.h"
#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// One row of the table of layers: the words that make it, and the function that reads them.
struct LayerKind {
    std::string name;                             ///< the word that begins it
    std::string arguments;                        ///< "RATE"
    Phrase description;                           ///< for --help
    bool activation;                              ///< may stand behind another layer without a comma
    Initializer suits;                            ///< for weights whose sums enter this layer
    LayerPointer<float> (*read_float)(Words&);    ///< makes it from its words
    LayerPointer<double> (*read_double)(Words&);  ///< the same
};

/// Every layer that a text can name (layer_table.cpp).
std::span<const LayerKind> layer_table();

/// The layers that `text` describes: items with commas between them, each a layer with its arguments, behind
/// which activations may stand without a comma. A number alone is a dense layer of so many units.
///
///     64 relu, dropout 0.2, 32 tanh
///     conv 25x5 stride 2 pad 1 relu, maxpool 2, flatten, residual(64 relu, 64)
///
/// Throws Error (usage) that points at the mistake.
template <class T>
std::vector<LayerPointer<T>> read_layers(std::string_view text);

/// The text that read_layers turns into these layers.
template <class T>
std::string to_text(std::span<const LayerPointer<T>> layers);

/// The row of the table whose name begins the text of a layer, or is its kind; nullptr for a layer that is
/// not in the table. "linear" is another word for identity, a number for dense.
const LayerKind* find_layer(std::string_view text);

}  // namespace gradus
