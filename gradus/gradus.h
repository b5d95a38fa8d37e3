// The library in reading order: from numbers to a trained network.
#pragma once

#if __cplusplus < 202002L
#error "Gradus needs C++20 (hint: -std=c++20; in CMake the target gradus::gradus asks for it)"
#else

// clang-format off
#include "gradus/core/error.h"                     // what happens on bad input
#include "gradus/core/matrix.h"                    // a column is an example
#include "gradus/core/random.h"                    // NumPy's random numbers
#include "gradus/core/team.h"                      // several threads at one piece of work

#include "gradus/nn/layer.h"                       // THE CONTRACT: what a layer is
#include "gradus/nn/architecture.h"                // "64 relu, dropout 0.2, 32 tanh"
#include "gradus/nn/initializer.h"                 // where learning starts
#include "gradus/nn/network.h"                     // layers over one vector of parameters
#include "gradus/nn/loss.h"                        // how wrong it is
#include "gradus/nn/optimizer.h"                   // how the parameters move
#include "gradus/nn/schedule.h"                    // how fast they move
#include "gradus/nn/training_step.h"               // forward, cost, backward, update
#include "gradus/nn/sampling.h"                    // random units, by their place
#include "gradus/nn/rbm.h"                         // two layers of them, and an energy
#include "gradus/nn/rbm_step.h"                    // contrastive divergence
#include "gradus/nn/free_energy.h"                 // how well it fits
#include "gradus/nn/rbm_likelihood.h"              // how likely it finds examples
#include "gradus/nn/predictor.h"                   // using a trained network
#include "gradus/nn/run.h"                         // epochs and batches, driven by your loop
#include "gradus/nn/dreams.h"                      // what such machines draw
#include "gradus/nn/machine_places.h"              // which dense layers can be learned so
#include "gradus/nn/pretraining.h"                 // dense layers as machines, one after the other
#include "gradus/nn/metrics.h"                     // how good it is
#include "gradus/nn/threshold_curve.h"             // what another threshold would do
#include "gradus/nn/gradient_check.h"              // is a backward half right?
#include "gradus/explain/phases.h"                 // what is computed in one iteration, step after step
#include "gradus/explain/trace.h"                  // and with which numbers
#include "gradus/explain/machine_trace.h"          // the same of a machine in pre-training
#include "gradus/explain/history.h"                // back to an earlier iteration

#include "gradus/files/read_table.h"               // a file becomes a table: CSV, NPY, IDX, packed or not
#include "gradus/data/table.h"                     // columns of numbers or of text
#include "gradus/data/csv.h"                       // fields, quotes, headers
#include "gradus/data/column_format.h"             // how the numbers of a column are written
#include "gradus/data/npy.h"                       // arrays of numpy.save
#include "gradus/data/idx.h"                       // images and labels as MNIST has them
#include "gradus/data/ts.h"                        // series as the UCR and UEA archives have them
#include "gradus/data/series.h"                    // rows of numbers as series
#include "gradus/data/byte_source.h"               // files, gzip, encodings
#include "gradus/files/atomic_file.h"              // a file is written whole or not at all
#include "gradus/data/dataset.h"                   // examples with their truth
#include "gradus/data/division.h"                  // what is set aside for validation
#include "gradus/data/folds.h"                     // what is set aside when each row is, once
#include "gradus/data/generators.h"                // built-in problems
#include "gradus/data/line.h"                      // numbers brought to a size that suits a network
#include "gradus/data/date_format.h"               // dates as people write them
#include "gradus/data/date_feature.h"              // what a network sees of a date
#include "gradus/data/quantile_bins.h"             // a number's place among the others
#include "gradus/data/features.h"                  // what a network sees of a table's row
#include "gradus/data/decoder.h"                   // the reverse: a row from what a network gives back

#include "gradus/model/recipe.h"                   // every choice about a run
#include "gradus/model/memory.h"                   // what a run needs
#include "gradus/model/model.h"                    // what is kept of a run
#include "gradus/model/answers.h"                  // what a model says to each example
#include "gradus/model/prepared.h"                 // what a network sees of a data set
#include "gradus/model/importance.h"               // which columns a model needs
#include "gradus/model/comparison.h"               // which of two models is better
#include "gradus/model/linear_baseline.h"          // what a model without hidden layers reaches
#include "gradus/model/training.h"                 // what `gradus train` does
#include "gradus/model/trial.h"                    // which of two recipes suits the data
#include "gradus/model/ensemble.h"                 // several networks, averaged
#include "gradus/model/sweep.h"                    // many runs side by side
#include "gradus/model/search_space.h"             // which recipes a search tries
#include "gradus/model/tune.h"                     // which of them is better than the default
#include "gradus/model/tune_log.h"                 // how a search that was killed goes on
#include "gradus/model/resume.h"                   // to go on from a checkpoint, or from another model
#include "gradus/export/onnx/onnx.h"               // a model as an ONNX file

#include "gradus/explain/explain.h"                // an iteration as text
#include "gradus/explain/json.h"                   // and as JSON
#include "gradus/explain/cell.h"                   // where a number comes from
#include "gradus/explain/step_check.h"             // central differences beside its gradients
#include "gradus/doctor/finding.h"                 // a sentence, its evidence, and what to type
#include "gradus/doctor/state.h"                   // what units do: dead, saturated, alive
#include "gradus/doctor/machine_state.h"           // what the machines of pre-training have learned
#include "gradus/doctor/measurements.h"            // a run, looked at closely
#include "gradus/doctor/diagnosis.h"               // what `gradus doctor` does
#include "gradus/doctor/look_alikes.h"             // which examples cannot be told apart
#include "gradus/doctor/outcomes.h"                // what `gradus seeds` does
#include "gradus/report/lines.h"                  // a training, line by line
#include "gradus/report/report.h"                  // a training, or a model's answers, as a page of HTML
#include "gradus/report/sheet.h"                   // many inputs as one picture
#include "gradus/export/numpy/data.h"              // where a NumPy program gets its data
#include "gradus/export/numpy/twin.h"              // a run as a NumPy program
// clang-format on
#endif
