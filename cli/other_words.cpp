#include "cli/other_words.h"

#include <algorithm>
#include <vector>

#include "gradus/core/letters.h"
#include "gradus/core/say.h"

namespace gradus::cli {
namespace {

// The words of others, without "--", and what to type in each command that has the option: the first that it
// has.
struct Foreign {
    std::vector<std::string_view> words;
    std::vector<std::string_view> ours;
};

const std::vector<Foreign>& foreign_options() {
    static const std::vector<Foreign> table{
        {{"v"}, {"--version"}},
        {{"lr", "eta", "eta0", "rate", "stepsize", "learningrateinit"}, {"--learning-rate"}},
        {{"maxiter", "maxiterations", "niter", "iter", "iters", "numiter", "numiters", "numiterations",
          "numofiters", "steps", "maxsteps", "updates"},
         {"--iterations"}},
        {{"epoch", "numepochs", "nepochs", "maxepochs", "nbepoch", "numtrainepochs"}, {"--epochs"}},
        {{"batchsize", "minibatch", "minibatchsize", "bs", "batches"}, {"--batch"}},
        {{"alpha", "l2", "wd", "reg", "regularization", "regularisation", "lambda", "decay"},
         {"--weight-decay"}},
        {{"label", "y", "response", "outcome", "dependent", "targetcolumn", "labelcolumn", "ycolumn",
          "targetcol", "labelcol", "predict"},
         {"--target"}},
        {{"output", "out", "outputfile", "outfile", "save", "saveto", "saveas", "modelout", "modelpath",
          "savemodel"},
         {"-o"}},
        {{"val", "valid", "validationsplit", "valsplit", "validationfraction", "validationdata",
          "validationset", "holdout", "testsize", "testsplit", "split", "testfraction", "valset", "valsize",
          "dev", "eval"},
         {"--validation"}},
        {{"hidden", "hiddens", "layers", "layer", "hiddenlayers", "hiddenlayersizes", "hiddensize",
          "hiddenunits", "hiddendim", "units", "neurons", "nhidden", "nh", "numhidden", "arch",
          "architecture", "network"},
         {"--net \"64 relu, 64 relu\""}},
        {{"activation", "activations", "act", "nonlinearity"}, {"--net \"64 tanh\""}},
        {{"dropout", "dropoutrate", "drop"}, {"--net \"64 relu, dropout 0.2\""}},
        {{"batchnorm", "batchnormalization", "bn"}, {"--net \"64, batchnorm, relu\""}},
        {{"pbld", "plr", "periodic", "periodicembedding", "periodicembeddings"},
         {"--net \"pbld, 256 relu\""}},
        {{"randomstate", "randomseed", "rng", "rngseed"}, {"--seed"}},
        {{"solver", "opt", "optim", "algorithm", "algo"}, {"--optimizer"}},
        {{"criterion", "lossfunction", "lossfn", "objective", "cost", "costfunction"}, {"--loss"}},
        {{"earlystopping", "earlystop", "niternochange", "earlystoppingrounds"}, {"--patience"}},
        {{"standardize", "standardise", "normalize", "normalise", "scaler", "scaling", "normalization"},
         {"--scale"}},
        {{"ple", "piecewiselinear", "piecewiselinearencoding", "numericalencoding", "numembeddings",
          "numericembeddings", "bins", "nbins", "binning", "discretize", "discretise", "quantiles",
          "kbinsdiscretizer"},
         {"--encode ple"}},
        {{"encodings", "encoder"}, {"--encode"}},
        {{"dtype", "float", "double", "float32", "float64", "fp32", "fp64"}, {"--precision"}},
        {{"jobs", "njobs", "j", "workers", "numworkers", "cores", "cpus", "numthreads", "nthreads"},
         {"--threads"}},
        {{"sep", "separator", "fieldseparator"}, {"--delimiter"}},
        {{"nan", "na", "navalues", "null", "missingvalues"}, {"--missing"}},
        {{"exclude", "dropcolumns", "dropcols", "ignorecolumns", "ignorecols", "skip", "skipcolumns",
          "without"},
         {"--ignore"}},
        {{"cat", "cats", "catfeatures", "catcols", "categoricalfeatures", "categoricalcolumns", "category",
          "categories", "nominal"},
         {"--categorical"}},
        {{"gradclip", "clip", "clipping", "clipgrad", "maxgradnorm", "gradientclip", "clipgradnorm"},
         {"--clip-norm"}},
        {{"scheduler", "lrschedule", "lrscheduler", "lrdecay", "learningratedecay", "learningrateschedule"},
         {"--schedule"}},
        {{"balanced", "classbalance", "balance"}, {"--class-weights balanced"}},
        {{"sampleweight", "sampleweights", "rowweight"}, {"--weight"}},
        {{"load", "loadmodel", "pretrained", "initfrom", "warmstart", "finetune", "basemodel"}, {"--from"}},
        {{"continue", "restart", "resumefrom"}, {"--resume"}},
        {{"ckpt", "checkpointfile", "checkpointpath"}, {"--checkpoint"}},
        {{"proba", "prob", "probs", "predictproba"}, {"--probabilities"}},
        {{"classification", "classifier", "classify"}, {"--task classify"}},
        {{"regression", "regressor", "regress"}, {"--task regress"}},
        {{"gradcheck", "gradientcheck", "checkgradients"}, {"--check"}},
        {{"step", "layername", "show"}, {"--phase"}},
        {{"seeds", "nseeds", "numseeds", "runs"}, {"--count"}},
        {{"lang", "locale"}, {"--language"}},
        {{"silent", "q"}, {"--quiet"}},
    };
    return table;
}

// What no option of ours stands for.
struct Remark {
    std::vector<std::string_view> words;
    Phrase text;
};

const std::vector<Remark>& remarks() {
    static const std::vector<Remark> table{
        {{"test", "testdata", "testfile", "testset"},
         say_later("--validation FILE while training, or gradus evaluate MODEL FILE after it")},
        {{"verbose", "v", "progress", "verbosity"}, say_later("this is on already; --quiet turns it off")},
        {{"gpu", "cuda", "device", "gpus"}, say_later("there is no GPU version: leave it out")},
        {{"data", "input", "file", "train", "trainfile", "traindata", "dataset", "csv", "infile"},
         say_later("DATA stands without an option, as in gradus train iris.csv")},
    };
    return table;
}

// "--learning_rate_init=0.1" -> "learningrateinit"
std::string only_letters(std::string_view option) {
    std::string letters;
    for (const char c : option.substr(0, option.find('=')))
        if (c != '-' && c != '_') letters += lower(c);
    return letters;
}

bool has_option(const CLI::App& command, std::string_view ours) {
    return command.get_option_no_throw(std::string(ours.substr(0, ours.find(' ')))) != nullptr;
}

}  // namespace

std::string our_word_for(std::string_view option, const CLI::App& command) {
    const std::string word = only_letters(option);
    for (const Foreign& row : foreign_options())
        if (std::ranges::count(row.words, word) > 0)
            for (const std::string_view ours : row.ours)
                if (has_option(command, ours)) return say("did you mean {}?", ours);
    const bool trains = has_option(command, "--net");
    for (const Remark& answer : remarks())
        if (std::ranges::count(answer.words, word) > 0 && (trains || answer.text.english[0] != '-'))
            return say(answer.text);
    return {};
}

}  // namespace gradus::cli
