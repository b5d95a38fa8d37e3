// What is in a .ts file, as the UCR and UEA archives have them? Series, each with its class or its value.
#pragma once

#include "gradus/data/byte_source.h"
#include "gradus/data/table.h"

namespace gradus {

/// Reads series of one or more channels (https://www.aeon-toolkit.org, "ts file format"). Lines that are
/// empty or begin with # are passed over. Lines with @ come first, in letters of either size:
///
///     @univariate true|false   @dimensions N   @equalLength true|false   @seriesLength N   @missing
///     true|false
///     @timeStamps false        @classLabel true NAME ...   or   @targetLabel true
///     @data
///
/// Of these the labels and @dimensions are believed, the rest shows in the data. Then comes a series in each
/// line: its channels, and its label if it has one, with a colon between; the numbers of a channel with
/// commas between, ? or NaN where one is missing.
///
/// A table of channels x length columns, channel after channel, called by their numbers; its last column,
/// "label", holds classes or values. Shorter series are filled up with missing numbers to the longest.
///
/// Throws Error (input) with file and line: for what is none of this, time stamps, another number of channels
/// than before, bytes that are not UTF-8, more than 1,000,000 columns, and series so different in length that
/// filling them up would take 64 times their memory.
Table read_ts(ByteSource& bytes);

}  // namespace gradus
