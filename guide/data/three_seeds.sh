# Trains on few_labels.csv with the seeds 0, 1 and 2, these hidden layers and more options; letters.csv judges:
#     sh three_seeds.sh "64 sigmoid, 64 sigmoid" --pretrain rbm --pretrain-epochs 100
layers=$1
shift
for seed in 0 1 2; do
    gradus train few_labels.csv --net "$layers" --optimizer adam --learning-rate 0.01 --weight-decay 0 \
        --epochs 100 --validation 0 --seed $seed -o seed.onnx --quiet "$@" > seed.txt &&
        gradus evaluate seed.onnx letters.csv | sed -n 1p
done
