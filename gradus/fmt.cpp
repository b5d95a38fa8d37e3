#include <fmt/format-inl.h>  // fmt, compiled here once for all sources that name it (gradus/CMakeLists.txt)

FMT_BEGIN_NAMESPACE
namespace detail {

// What the headers declare and leave to the library.
template dragonbox::decimal_fp<float> dragonbox::to_decimal(float) noexcept;
template dragonbox::decimal_fp<double> dragonbox::to_decimal(double) noexcept;
template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);

}  // namespace detail
FMT_END_NAMESPACE
