# The validation losses of five samples of moons, and their mean, with more options of gradus train:
#     sh five_samples.sh --iterations 800
for seed in 0 1 2 3 4; do
    gradus train moons --examples 200 --noise 0.3 --validation 0.5 --learning-rate 0.01 --data-seed $seed "$@" --quiet |
        tail -n 1
done | awk '{ printf "%s  ", $NF; sum += $NF } END { printf " mean %.6f\n", sum / NR }'
