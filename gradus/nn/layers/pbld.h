// How does a network see that a number is large, small or in between? As waves of it: a periodic embedding.
#pragma once

#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// Each of the n inputs x_i by itself becomes d numbers: x_i, and d - 1 sums of k waves of it. With the
/// waves' frequencies w and phases b, in a table (n x k) each,
///
///     h_if = cos(2 pi w_if x_i + b_if),   e_ij = V_ij1 h_i1 + ... + V_ijk h_ik + c_ij
///
/// Y stacks the inputs and then E_1, ..., E_(d-1) (n x m each): n d rows. A dense layer behind it adds up a
/// curve of each input, of any form, where it could only draw a line before. "PBLD", periodic, bias, linear,
/// beside the input as in a DenseNet: Holzmueller et al. 2024, after Gorishniy et al. 2022.
///
/// Learned are w (n x k), b (n x k), V (n x d - 1 x k) and c (n x d - 1). They begin, in this order, as
/// N(0, sigma^2), U(-pi, pi), and both U(-1 / sqrt(k), 1 / sqrt(k)), whatever the initializer of the weights
/// is: sigma says how wavy the curves are at first. They do not decay,
/// and move 10 times as fast as weights do: a frequency has to get far, and nothing else may.
///
/// Of w x whole turns are taken off before it becomes an angle, which is exact. So the wave of a number that
/// is a thousand times as large as any other is as exact as its product with w. Parameters: w, b, V, c, each
/// column by column; one slice is one column, a number for each input. Each example keeps its h and the sines
/// of the same angles.
template <class T>
class Pbld final : public Layer<T> {
public:
    static constexpr Index usual_frequencies = 16, usual_numbers = 4, most = 1024;
    static constexpr double usual_sigma = 0.1;

    /// k frequencies, d numbers, sigma.
    Pbld(Index frequencies, Index numbers, double sigma)
        : frequencies_(frequencies), numbers_(numbers), sigma_(sigma) {}
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override;
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
    void backward_parameters(const Pass<T>& pass, Range slices) const override;
    [[nodiscard]] std::vector<Intermediate<T>> intermediates(const Pass<T>& pass) const override;

private:
    Index frequencies_, numbers_;
    double sigma_;
};

}  // namespace gradus
