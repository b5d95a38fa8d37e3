// What could the machine do at best? Yardsticks without any line of the library, measured in the same run as
// the rows.
#pragma once

#include <cstddef>
#include <span>

namespace gradus::bench {

/// Independent chains of vector fused multiply-adds in registers, `rounds` of each, on the best instruction
/// set of the machine. Returns the floating-point operations done: divided by the time, the peak of one core.
template <class T>
double fused_multiply_adds(std::ptrdiff_t rounds);

/// Reads all numbers once, with the widest loads of the machine.
void read_once(std::span<const float> numbers);

/// The tutorial's XOR (2-2-1, tanh and sigmoid, four examples, learning rate 0.3) written by hand, from the
/// weights of seed 2. One iteration is forward, backward and update. Returns the cost after the last
/// iteration: 0.011831 after 1001.
double xor_by_hand(int iterations);

/// The same with the four examples in the lanes of a vector. Only where there is a vector library for it.
double xor_by_hand_vectorised(int iterations);
bool has_vectorised_xor();

}  // namespace gradus::bench
