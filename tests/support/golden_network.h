// How does a network come by golden parameters, and does it have them? "initial_" + "W1", "final_" + "b2".
#pragma once

#include "gradus/nn/network.h"
#include "tests/support/compare.h"
#include "tests/support/golden.h"

namespace gradus::test {

template <class F>
void for_each_parameter(const Network<double>& network, F f) {
    int number = 0;
    for (std::size_t i = 0; i < network.size(); ++i) {
        if (!network.plan(i).parameters.empty()) ++number;
        for (const Parameter& parameter : network.plan(i).parameters)
            f(parameter.name + std::to_string(number));
    }
}

inline void set_parameters(Network<double>& network, const Golden& golden, const std::string& prefix) {
    for_each_parameter(network, [&](const std::string& name) {
        const Matrix<double> M = golden.matrix(prefix + name);
        const View<double> to = network.parameter(name);
        for (Index j = 0; j < M.columns(); ++j)
            for (Index i = 0; i < M.rows(); ++i) to(i, j) = M(i, j);
    });
}

inline testing::AssertionResult has_parameters(const Network<double>& network, const Golden& golden,
                                               const std::string& prefix, Tolerance tolerance) {
    testing::AssertionResult all = testing::AssertionSuccess();
    for_each_parameter(network, [&](const std::string& name) {
        const Matrix<double> expected = golden.matrix(prefix + name);
        if (const auto result = close<double>(network.parameter(name), expected, tolerance); all && !result)
            all = testing::AssertionFailure() << name << result.message();
    });
    return all;
}

}  // namespace gradus::test
