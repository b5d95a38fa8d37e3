// How does a search that was killed go on? Its scores stand in a file of text, which is written anew with
// each.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "gradus/model/tune.h"

namespace gradus {

/// What a search is about: a file with the scores of another one is refused.
struct TuneSubject {
    std::string data;    ///< the fingerprint of the data set (dataset.h)
    std::string recipe;  ///< the default recipe as words
    std::string space;   ///< as to_text says it

    bool operator==(const TuneSubject&) const = default;
};

/// The scores of a search so far: by trial and fold, both from 1.
struct TuneLog {
    TuneSubject subject;                                       ///< what they are about
    std::map<std::pair<Index, Index>, FoldScore> scores = {};  ///< of trial and fold
};

/// The file's text: a line "gradus tune 1", what it is about, and a line for each score, whose numbers read
/// back as the same bits; the last line is "end".
std::string to_text(const TuneLog& log);

/// The reverse. Throws Error (input) with `name` and the line of what is no such text.
TuneLog read_tune_log(std::string_view text, const std::string& name);

/// Throws Error (input) where the file `name` is about something else: other data, another recipe, or another
/// space.
void require_same_subject(const TuneSubject& in_file, const TuneSubject& now, const std::string& name);

}  // namespace gradus
