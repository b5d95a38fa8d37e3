#include "gradus/report/sheet.h"

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

template <class T>
class Sheet {
public:
    explicit Sheet(const Matrix<T>& X) : X_(X) {
        side_ = static_cast<Index>(std::lround(std::sqrt(double(X.rows()))));
        square_ = side_ > 1 && side_ * side_ == X.rows();
        zoom_ = square_ ? std::max<Index>(1, 84 / side_) : 1;
        cell_width_ =
            square_ ? side_ * zoom_ : std::max<Index>(X.rows() * std::max<Index>(1, 160 / X.rows()), 2);
        cell_height_ = square_ ? cell_width_ : 64;
        across_ = static_cast<Index>(std::ceil(std::sqrt(double(X.columns()))));
        const auto [least, most] = std::minmax_element(X.data(), X.data() + X.rows() * X.columns());
        least_ = double(*least);
        range_ = *most > *least ? double(*most) - least_ : 1;
        const Index down = (X.columns() + across_ - 1) / across_;
        picture_ = {.width = across_ * (cell_width_ + gap) + gap,
                    .height = down * (cell_height_ + gap) + gap};
        picture_.greys.assign(static_cast<std::size_t>(picture_.width * picture_.height), between);
        for (Index j = 0; j < X.columns(); ++j) square_ ? draw_square(j) : draw_curve(j);
    }

    [[nodiscard]] const Picture& picture() const { return picture_; }

private:
    static constexpr Index gap = 2;
    static constexpr std::uint8_t between = 96;

    [[nodiscard]] double height(Index i, Index j) const { return (double(X_(i, j)) - least_) / range_; }

    std::uint8_t& at(Index j, Index x, Index y) {
        const Index left = gap + j % across_ * (cell_width_ + gap),
                    top = gap + j / across_ * (cell_height_ + gap);
        return picture_.greys[static_cast<std::size_t>((top + y) * picture_.width + left + x)];
    }

    void draw_square(Index j) {
        for (Index y = 0; y < cell_height_; ++y)
            for (Index x = 0; x < cell_width_; ++x)
                at(j, x, y) =
                    static_cast<std::uint8_t>(std::lround(255 * height(y / zoom_ * side_ + x / zoom_, j)));
    }

    // Dark on white, from one number to the next in a straight line.
    void draw_curve(Index j) {
        Index before = 0;
        for (Index x = 0; x < cell_width_; ++x) {
            for (Index y = 0; y < cell_height_; ++y) at(j, x, y) = 255;
            const double place = double(x) * double(X_.rows() - 1) / double(cell_width_ - 1);
            const auto i = std::min(static_cast<Index>(place), std::max<Index>(X_.rows() - 2, 0));
            const Index next = std::min(i + 1, X_.rows() - 1);
            const double here = height(i, j) + (place - double(i)) * (height(next, j) - height(i, j));
            const auto y = static_cast<Index>(std::lround(double(cell_height_ - 1) * (1 - here)));
            const auto [top, bottom] = std::minmax(x == 0 ? y : before, y);
            for (Index between_them = top; between_them <= bottom; ++between_them) at(j, x, between_them) = 0;
            before = y;
        }
    }

    const Matrix<T>& X_;
    Index side_, zoom_, cell_width_, cell_height_, across_;
    bool square_;
    double least_, range_;
    Picture picture_;
};

}  // namespace

template <class T>
Picture sheet(const Matrix<T>& X) {
    return Sheet<T>(X).picture();
}

template Picture sheet(const Matrix<float>&);
template Picture sheet(const Matrix<double>&);

}  // namespace gradus
