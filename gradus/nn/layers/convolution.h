// How does a layer look at a series through a window? One-dimensional convolution; im2col without a copy.
#pragma once

#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// How a window of `size` moves over a series of C channels and L positions.
struct Window {
    Index size = 1;
    Index stride = 1;
    Index dilation = 1;     ///< from one number of the window to the next
    Index pad = 0;          ///< zeros before the series, and as many behind it
    bool pad_same = false;  ///< as many zeros as keep the length; the odd one at the end

    /// Reads what may follow in a network's text: stride N, pad N or pad same, dilation N, and, where
    /// `groups` is given, groups N.
    void read_options(Words& words, Index* groups = nullptr);

    /// Positions of the window on a series of this length: floor((L + pads - dilation (size - 1) - 1) /
    /// stride) + 1. Throws Error (input), with the layer's text, when the window is longer than the padded
    /// series.
    [[nodiscard]] Index positions(Index length, const std::string& layer) const;

    /// Adds stride, pad and dilation to a description that has the window; and what such a one describes.
    void describe(LayerDescription& description, Index usual_stride) const;
    static Window of(const LayerDescription& description);

    /// Zeros before the series, and the length of the series with all its zeros.
    [[nodiscard]] Index zeros_before() const { return pad_same ? (reach() - 1) / 2 : pad; }
    [[nodiscard]] Index padded(Index length) const { return length + (pad_same ? reach() - 1 : 2 * pad); }
    [[nodiscard]] Index reach() const { return dilation * (size - 1) + 1; }
};

/// Y[m, t] = b[m] + sum over c, k of W[m, c, k] X[c, t stride + k dilation - pad]: what PyTorch's Conv1d
/// computes. W is (filters x C / groups x size); with groups, filters and channels are divided into so many
/// parts which do not see each other. One slice of the parameters is one column of W (for all filters), or b.
template <class T>
class Convolution final : public Layer<T> {
public:
    Convolution(Index filters, Window window, Index groups = 1);
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override;
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
    void backward_parameters(const Pass<T>& pass, Range slices) const override;

private:
    template <class F>
    static void for_each_part(const Pass<T>& pass, Range examples, F f);
    template <class F>
    void for_each_run(const Pass<T>& pass, Index group, Index places, Range rows, F f) const;
    void unfold(const Pass<T>& pass, Index group, Range rows, Range examples, Range place) const;
    void fold(const Pass<T>& pass, Range examples, Range place) const;
    [[nodiscard]] View<const T> weights(const Pass<T>& pass) const;
    [[nodiscard]] View<T> windows(const Pass<T>& pass, Index group, Range examples) const;
    [[nodiscard]] Range filters(Index group) const;

    Index filters_;
    Window window_;
    Index groups_;
};

}  // namespace gradus
