#include <array>

#include "gradus/model/defaults.h"
#include "gradus/model/search_space.h"

namespace gradus {

static constexpr std::array spaces{
    NamedSpace{"table",
               "encode none ple\n"
               "width 64 128 256 512\n"
               "depth 1 2 3\n"
               "dropout 0 0.1 0.2 0.3\n"
               "learning-rate 0.0002..0.005 log\n"
               "weight-decay 0.01..1 log\n"
               "schedule constant cosine\n"
               "epochs 50 100 200\n"
               "batch 16 32 64 128\n"},
    NamedSpace{"plane",
               "width 16 32 64 128\n"
               "depth 1 2 3\n"
               "activation relu tanh silu\n"
               "learning-rate 0.0003..0.03 log\n"
               "weight-decay 0 0.001 0.01 0.1\n"
               "schedule constant cosine\n"
               "batch 8 16 32 64\n"},
    NamedSpace{
        "series",
        "net \"conv 32x7 pad same, batchnorm, relu, conv 64x5 pad same, batchnorm, relu, "
        "conv 64x3 pad same, batchnorm, relu, globalavgpool\""
        " \"conv 32x7 pad same, batchnorm, relu, maxpool 2, conv 64x5 pad same, batchnorm, relu, maxpool 2, "
        "conv 64x3 pad same, batchnorm, relu, globalavgpool\""
        " \"conv 32x5 pad same relu, maxpool 2, conv 64x5 pad same relu, maxpool 2, flatten, 64 relu\""
        " \"conv 64x7 pad same, batchnorm, relu, conv 64x5 pad same, batchnorm, relu, globalavgpool\""
        " \"conv 16x9 pad same relu, maxpool 2, conv 32x5 pad same relu, globalavgpool\""
        " \"flatten, 128 relu\"\n"
        "learning-rate 0.0003..0.02 log\n"
        "weight-decay 0 0.001 0.01 0.05\n"
        "schedule constant cosine\n"
        "batch 8 16 32 64\n"},
};

std::span<const NamedSpace> named_spaces() {
    return spaces;
}

const NamedSpace& space_for(const Dataset& data, const Recipe& usual) {
    if (usual.shape.length >= shortest_series) return spaces[2];
    return data.features() <= few_features ? spaces[1] : spaces[0];
}

}  // namespace gradus
