// What is a matrix here? A column is an example, and columns lie one after the other in memory.
#pragma once

#if __cplusplus < 202002L
#error "Gradus needs C++20 (hint: -std=c++20; in CMake the target gradus::gradus asks for it)"
#endif

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace gradus {

template <class T>
class Matrix;

using Index = std::int64_t;  // 64 bits everywhere: ptrdiff_t has 32 on some machines

/// The half-open interval [begin, end).
struct Range {
    Index begin = 0;                                          ///< the first
    Index end = 0;                                            ///< behind the last
    [[nodiscard]] Index size() const { return end - begin; }  ///< how many
};

/// A window on numbers that somebody else owns. Element (i, j) lies at data + i * row_step + j * column_step.
/// Two views may overlap: that is how a convolution becomes one matrix product.
template <class T>
class View {
public:
    View() = default;
    /// The numbers at `data`, column after column; or with steps of their own.
    View(T* data, Index rows, Index columns) : View(data, rows, columns, 1, rows) {}
    /// Element (i, j) lies at data + i * row_step + j * column_step.
    View(T* data, Index rows, Index columns, Index row_step, Index column_step)
        : data_(data), rows_(rows), columns_(columns), row_step_(row_step), column_step_(column_step) {}

    /// Numbers of another precision are converted by whoever has them: Matrix<float>(X).
    template <class U>
    requires(!std::is_same_v<U, std::remove_const_t<T>>) View(const Matrix<U>& other_precision)
    = delete;  // NOLINT(google-explicit-constructor)

    /// Reading is always allowed: View<T> becomes View<const T> by itself.
    operator View<const T>() const  // NOLINT(google-explicit-constructor)
        requires(!std::is_const_v<T>) {
        return {data_, rows_, columns_, row_step_, column_step_};
    }

    /// Element (i, j), from 0; not checked in a release build.
    T& operator()(Index i, Index j) const {
        assert(0 <= i && i < rows_ && 0 <= j && j < columns_);
        return data_[i * row_step_ + j * column_step_];
    }

    [[nodiscard]] T* data() const { return data_; }                           ///< element (0, 0)
    [[nodiscard]] Index rows() const { return rows_; }                        ///< how many
    [[nodiscard]] Index columns() const { return columns_; }                  ///< how many
    [[nodiscard]] Index row_step() const { return row_step_; }                ///< from (i, j) to (i + 1, j)
    [[nodiscard]] Index column_step() const { return column_step_; }          ///< from (i, j) to (i, j + 1)
    [[nodiscard]] bool empty() const { return rows_ == 0 || columns_ == 0; }  ///< no numbers at all

    /// Some of the columns, or of the rows; no number is copied.
    [[nodiscard]] View columns(Range range) const {
        return {data_ + range.begin * column_step_, rows_, range.size(), row_step_, column_step_};
    }
    /// Some of the rows.
    [[nodiscard]] View rows(Range range) const {
        return {data_ + range.begin * row_step_, range.size(), columns_, row_step_, column_step_};
    }
    /// The view whose rows are the columns of this one.
    [[nodiscard]] View transposed() const { return {data_, columns_, rows_, column_step_, row_step_}; }

    /// Pointer to the first element of column j; the elements follow each other when row_step() is 1.
    [[nodiscard]] T* column(Index j) const { return data_ + j * column_step_; }

private:
    T* data_ = nullptr;
    Index rows_ = 0;
    Index columns_ = 0;
    Index row_step_ = 1;
    Index column_step_ = 0;
};

/// Memory that begins on a cache line, as vector instructions like it.
template <class T>
struct AlignedAllocator {
    /// @cond  what the standard asks of an allocator
    using value_type = T;
    static constexpr std::align_val_t alignment{64};

    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>& /*other*/) {}  // NOLINT(google-explicit-constructor)

    T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), alignment)); }
    void deallocate(T* memory, std::size_t /*count*/) { ::operator delete(memory, alignment); }
    bool operator==(const AlignedAllocator& /*other*/) const { return true; }
    /// @endcond
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// rows * columns. Throws Error (usage) for a negative number of them, or for more than 2^36 numbers in all.
std::size_t matrix_size(Index rows, Index columns);

/// Throws Error (usage) unless row `row` has as many numbers as the first.
void require_row_length(Index row, std::size_t found, Index expected);

/// A matrix that owns its numbers: column-major, zero at first, copied by value. One that was moved from is
/// empty.
template <class T>
class Matrix {
public:
    Matrix() = default;

    /// Zeros. Throws Error (usage) as matrix_size does, before any memory is taken.
    Matrix(Index rows, Index columns) : rows_(rows), columns_(columns), values_(matrix_size(rows, columns)) {}

    /// Written row by row, as on paper: Matrix<double> X{{0, 0, 1, 1}, {0, 1, 0, 1}}. Throws Error (usage)
    /// for rows of unequal length.
    Matrix(std::initializer_list<std::initializer_list<T>> rows)
        : Matrix(static_cast<Index>(rows.size()),
                 rows.size() ? static_cast<Index>(rows.begin()->size()) : 0) {
        Index i = 0;
        for (const auto& row : rows) {
            require_row_length(i, row.size(), columns_);
            Index j = 0;
            for (const T& value : row) (*this)(i, j++) = value;
            ++i;
        }
    }

    /// The numbers of a view, copied: also those of another precision, rounded to T.
    template <class U>
    explicit Matrix(View<U> other) : Matrix(other.rows(), other.columns()) {
        for (Index j = 0; j < columns_; ++j)
            for (Index i = 0; i < rows_; ++i) (*this)(i, j) = static_cast<T>(other(i, j));
    }
    /// A matrix of another precision, rounded to T.
    template <class U>
    requires(!std::is_same_v<U, T>) explicit Matrix(const Matrix<U>& other) : Matrix(other.view()) {}

    Matrix(const Matrix&) = default;
    Matrix& operator=(const Matrix&) = default;
    /// Leaves the other one empty.
    Matrix(Matrix&& other) noexcept
        : rows_(std::exchange(other.rows_, 0)),
          columns_(std::exchange(other.columns_, 0)),
          values_(std::move(other.values_)) {}
    /// Leaves the other one empty.
    Matrix& operator=(Matrix&& other) noexcept {
        rows_ = std::exchange(other.rows_, 0);
        columns_ = std::exchange(other.columns_, 0);
        values_ = std::move(other.values_);
        return *this;
    }
    ~Matrix() = default;

    /// Element (i, j), from 0; not checked in a release build.
    T& operator()(Index i, Index j) { return view()(i, j); }
    /// Element (i, j), to read.
    const T& operator()(Index i, Index j) const { return view()(i, j); }

    [[nodiscard]] Index rows() const { return rows_; }            ///< how many
    [[nodiscard]] Index columns() const { return columns_; }      ///< how many
    [[nodiscard]] bool empty() const { return values_.empty(); }  ///< no numbers at all

    /// The matrix whose rows are the columns of this one: examples in rows become examples in columns.
    [[nodiscard]] Matrix transposed() const { return Matrix(view().transposed()); }

    [[nodiscard]] T* data() { return values_.data(); }              ///< all numbers, column after column
    [[nodiscard]] const T* data() const { return values_.data(); }  ///< the same, to read

    [[nodiscard]] View<T> view() { return {data(), rows_, columns_}; }              ///< a window on all of it
    [[nodiscard]] View<const T> view() const { return {data(), rows_, columns_}; }  ///< the same, to read
    /// A matrix may be given where a view is asked for.
    operator View<T>() { return view(); }  // NOLINT(google-explicit-constructor)
    /// The same, to read.
    operator View<const T>() const { return view(); }  // NOLINT(google-explicit-constructor)

    bool operator==(const Matrix&) const = default;

private:
    Index rows_ = 0;
    Index columns_ = 0;
    AlignedVector<T> values_;
};

}  // namespace gradus
