// Which networks are measured? The same rows for the program and for the peers.
#pragma once

#include <string>
#include <vector>

#include "gradus/nn/network.h"
#include "gradus/nn/optimizer.h"

namespace gradus::bench {

struct Work {
    std::string name;
    Shape in;
    std::string net;
    Index batch;
    OptimizerKind optimizer = OptimizerKind::gd;
};

inline const Work mlp_small{"784-32-10, batch 32", {784}, "32 relu, 10 softmax", 32};
inline const Work mlp_one{"784-128-10, batch 64", {784}, "128 relu, 10 softmax", 64};
inline const Work mlp_two{"784-512-512-10, batch 64", {784}, "512 relu, 512 relu, 10 softmax", 64};
inline const Work mlp_two_adam{
    "784-512-512-10, batch 64, Adam", {784}, "512 relu, 512 relu, 10 softmax", 64, OptimizerKind::adam};
inline const Work mlp_wide{"784-512-512-10, batch 256", {784}, "512 relu, 512 relu, 10 softmax", 256};
inline const Work cnn{"MNIST-1D CNN, batch 100",
                      {1, 40},
                      "conv 25x5 stride 2 pad 1 relu, conv 25x3 stride 2 pad 1 relu, "
                      "conv 25x3 stride 2 pad 1 relu, flatten, 10 softmax",
                      100};
inline const Work fcn{"FCN 128-256-128, batch 16",
                      {1, 150},
                      "conv 128x8 pad same, batchnorm, relu, conv 256x5 pad same, batchnorm, relu, "
                      "conv 128x3 pad same, batchnorm, relu, globalavgpool, 2 softmax",
                      16};

/// The products of one training step: forward, dW, and dX but for the first layer, 2 M N K operations each.
template <class T>
double operations(const Network<T>& network, Index batch) {
    double sum = 0;
    bool first = true;
    for (std::size_t i = 0; i < network.size(); ++i)
        for (const Parameter& parameter : network.plan(i).parameters) {
            if (parameter.fan_in == 0) continue;  // no product: a bias, a scale
            const double product =
                2.0 * double(parameter.rows * parameter.columns) * double(network.plan(i).out.length * batch);
            sum += (first ? 2 : 3) * product;
            first = false;
        }
    return sum;
}

}  // namespace gradus::bench
