// In which networks does a layer stand? Whatever writes a layer elsewhere, or explains it, is tried with
// these.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gradus/nn/architecture.h"

namespace gradus::test {

inline const Shape shape_of_nets{.channels = 3, .length = 4};

/// Hidden layers for each kind of the table, for examples of that shape; they end with a vector. An
/// activation stands in two of its own.
inline std::map<std::string, std::vector<std::string>> layer_nets() {
    std::map<std::string, std::vector<std::string>> nets{
        {"dense", {"flatten, 5, 4"}},
        {"softmax", {"conv 4x2, softmax, flatten, 3 softmax"}},
        {"dropout", {"dropout 0.1, conv 5x2, dropout 0.3, flatten, 9, dropout 0.5, dropout 0"}},
        {"batchnorm", {"batchnorm, conv 4x2 relu, batchnorm, flatten, 5, batchnorm tanh"}},
        {"conv",
         {"conv 4x2, conv 3x2, flatten", "conv 4x3 stride 2 pad 2 relu, conv 5x3, flatten",
          "conv 6x3 pad same groups 3 tanh, conv 4x2 dilation 3 groups 2, flatten",
          "conv 3x4, conv 4x3 pad 1 dilation 1 tanh, conv 4x2 pad 3 stride 3 groups 4, flatten"}},
        {"maxpool",
         {"conv 4x1, maxpool 2, conv 2x2, flatten",
          "conv 4x3 pad 2, maxpool 3 stride 1 pad 1, maxpool 4, flatten"}},
        {"avgpool",
         {"conv 4x1, avgpool 2, conv 2x2, flatten",
          "conv 4x3 pad 2, avgpool 3 stride 1 pad 1, avgpool 4, flatten"}},
        {"globalmaxpool", {"conv 4x2 tanh, globalmaxpool, 5", "conv 4x4, globalmaxpool"}},
        {"globalavgpool", {"conv 4x2 tanh, globalavgpool, 5", "conv 4x4, globalavgpool"}},
        {"flatten", {"conv 4x2, flatten", "conv 4x4, flatten"}},
        {"pbld",
         {"flatten, pbld, 4", "flatten, 5 tanh, pbld 3x2 sigma 0.5, 4", "flatten, pbld 1x3 sigma 2 tanh, 4"}},
        {"residual(",
         {"conv 4x2, residual(tanh, residual(conv 4x3 pad same), relu), flatten, residual(12 tanh), 4"}},
        {")", {"residual(conv 3x1, batchnorm relu), flatten"}},
    };
    for (const LayerKind& kind : layer_table())
        if (kind.activation)
            nets[kind.name].push_back("conv 4x2 " + kind.name + ", flatten, 5 " + kind.name + ", 4 tanh");
    return nets;
}

}  // namespace gradus::test
