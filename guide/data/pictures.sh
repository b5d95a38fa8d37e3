# Rows of 36 pixels (with a line of names before them) as pictures of 6x6 beside each other: # from one half on.
#     gradus sample letters.onnx -n 8 --class T | sh pictures.sh
awk -F, 'NR > 1 {
    for (y = 0; y < 6; ++y) {
        for (x = 1; x <= 6; ++x) line[y] = line[y] ($(6 * y + x) >= 0.5 ? "#" : ".")
        line[y] = line[y] "  "
    }
}
END { for (y = 0; y < 6; ++y) { sub(/ +$/, "", line[y]); print line[y] } }'
