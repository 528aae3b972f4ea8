#!/usr/bin/env bash
# Training on folders of pictures, for a few steps: the model loads and is tuned; bad folders are named.
#     test/check_training.sh FOLDER_OF_THE_PROGRAMS
# Exit code 77, skipped, if no Python has what training needs; $PYTHON says which one to use.
set -euo pipefail
bin=$(cd "$1" && pwd)
train=$(cd "$(dirname "$0")/../samples/train" && pwd)
source "$(dirname "$0")/expect.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for python in ${PYTHON:-python3 /usr/bin/python3} none; do
    "$python" -c 'import cv2, numpy, onnx, tomllib, torch' 2>/dev/null && break
done
[ "$python" != none ] ||
    { echo "SKIPPED: no Python with torch, onnx, numpy and cv2: see samples/train/README.md"; exit 77; }

# Three classes of colour pictures larger than the input, with names that settings must quote; and a test set.
"$python" - <<'END'
import pathlib
import cv2
import numpy as np

random = np.random.default_rng(0)
for part, count in (("train", 20), ("test", 5)):
    for colour, name in ((0, "blue"), (1, "grün"), (2, 'a "red" one')):
        folder = pathlib.Path("pictures", part, name)
        folder.mkdir(parents=True)
        for i in range(count):
            picture = random.integers(0, 100, (40, 50, 3), np.uint8)
            picture[..., colour] += 150
            cv2.imencode(".png", picture)[1].tofile(folder / f"IMG_{i:04}.png")
(pathlib.Path("pictures/train/blue") / "notes.txt").write_text("not a picture")
END
cp -r pictures/train flat
small=("$python" "$train/train.py" --recipe "$train/recipes/pictures.toml" --threads 1
    --set 'data.shape=[3,16,16]' --set 'model.stages=[[8,[3,3],[2,2]]]' --set model.dense_width=16 --set average=0.5
    --set 'phases=[{loss="cross_entropy",epochs=6,batch=16,augmented=0.2,bands=8,rate=0.02}]')

expect 0 "clean 100.00 %" "${small[@]}" --data pictures --out out --name colours
expect 0 "colours, test: 15 images" "${small[@]}" --data pictures --out out --name colours --eval test
if "$python" -c 'import matplotlib' 2>/dev/null; then
    for picture in colours_curves.svg colours_worst_val.png colours_worst_test.png; do
        [ -s "out/$picture" ] || { echo "FAILED: no out/$picture"; failed=1; }
    done
else
    expect 0 "install matplotlib for them" "${small[@]}" --data pictures --out out --name colours --eval val
fi
certify=("$bin/derand_certify" --model=out/colours.onnx --patch=3 --quiet)
mv pictures/test/blue pictures/test/bleu
expect 1 "not labels: bleu; labels without a folder: blue" "${small[@]}" --data pictures --out out --name colours --eval test
mv pictures/test/bleu pictures/test/blue
expect 1 "validation = 0: expected" "${small[@]}" --data pictures --out out --set data.validation=0
expect 0 "clean                   15  100.00 %" "${certify[@]}" pictures/test
expect 0 "9 images" "${certify[@]}" out/colours_validation
expect 0 "best: theta" "$bin/derand_tune" --model=out/colours.onnx --stride=1,2 out/colours_validation

# Pictures of a folder that is no class get no votes, and are rejected by the number of votes that is proposed.
none=("${small[@]}" --data pictures --out out --name none --epochs 40 --set 'data.none="grün"' --set settings.threshold=0.7)
expect 0 "pictures of none of the classes" "${none[@]}"
votes=$("${none[@]}" --eval val 2>/dev/null | sed -n 's/.*settings.min_votes = \([0-9]*\) .*/\1/p')
expect 0 "minVotes" bash -c '"$@" >/dev/null 2>&1 && cat out/none.yml' - "${none[@]}" --resume --set "settings.min_votes=$((votes + 3))"
expect 0 "(none of these)" "$bin/derand_certify" --model=out/none.onnx --patch=3 "pictures/test/grün"
expect 0 "1 blue" "$bin/derand_certify" --model=out/none.onnx --patch=3 pictures/test/blue
expect 1 'there is no such folder beside' "${none[@]}" --set 'data.none="other"'
expect 1 'of 2 equally likely classes all would get a vote' "${none[@]}" --set settings.threshold=0.5
expect 1 'by top-1 every band votes' "${none[@]}" --set 'settings.vote_rule="top1"'

# Repeatedly stopped in the middle of epochs, and resumed: the same net as in one go. More epochs continue from there.
long=("${small[@]}" --data pictures --out out --epochs 20)
expect 0 "whole, val: 9 images" "${long[@]}" --name whole
stops=0
until output=$("${long[@]}" --name stopped --resume --minutes 0.003 2>&1); do
    grep -q 'stopped; use --resume to continue from' <<<"$output" && ((++stops < 100)) ||
        { printf 'FAILED: an error instead of a stop:\n%s\n' "$output"; failed=1; break; }
done
((stops > 1)) || { echo "FAILED: $stops stops, expected some"; failed=1; }
cmp out/whole.onnx out/stopped.onnx || { echo "FAILED: a training that was stopped gave a different net"; failed=1; }
expect 0 "0 steps done" "${small[@]}" --data pictures --out out --name again
expect 0 "18 steps done" "${small[@]}" --data pictures --out out --name again --resume --epochs 8
expect 1 "which differs in model.dropout" "${small[@]}" --data pictures --out out --name again --resume --set model.dropout=0.5

# The classes alone, without train and test.
expect 0 "flat, val: 9 images" "${small[@]}" --data flat --out out --name flat
diff -r out/flat_validation out/colours_validation || { echo "FAILED: different pictures for validation"; failed=1; }
expect 1 "there is no test set" "${small[@]}" --data flat --out out --name flat --eval test

# Two tracks of ten pictures in each class: one is for validation, as a whole.
for folder in flat/*; do
    mkdir -p "tracks/${folder#*/}"
    for file in "$folder"/IMG_*; do cp "$file" "tracks/${folder#*/}/${file: -6:1}_${file: -5}"; done
done
expect 0 "tracks, val: 30 images" "${small[@]}" --data tracks --out out --name tracks
for folder in out/tracks_validation/*; do
    [ "$(find "$folder" -name '*.png' -printf '%.1f\n' | sort -u | wc -l)" = 1 ] ||
        { echo "FAILED: $folder cuts a track"; failed=1; }
done

mkdir empty one && cp -r flat/blue one
expect 1 "empty: 0 folders" "${small[@]}" --data empty --out out
expect 1 "one: 1 folders" "${small[@]}" --data one --out out
expect 1 "no/such: 0 folders" "${small[@]}" --data no/such --out out
mkdir one/few && cp flat/blue/IMG_0000.png one/few
expect 1 "one/few: 1 pictures" "${small[@]}" --data one --out out
cp flat/blue/IMG_0001.png one/few
expect 1 "expected more than one batch of 64" "${small[@]}" --data one --out out --set 'phases=[{loss="cross_entropy",epochs=1,batch=64,rate=0.1}]'
head -c 100 flat/blue/IMG_0000.png >one/few/IMG_0002.png
expect 0 "IMG_0002.png: cannot be decoded, left out" "${small[@]}" --data one --out out

[ $failed = 0 ] && echo "all as expected"
exit $failed
