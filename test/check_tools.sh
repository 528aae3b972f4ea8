#!/usr/bin/env bash
# The programs with good and bad files: what they print and how they end.
#     test/check_tools.sh FOLDER_OF_THE_PROGRAMS
set -euo pipefail
bin=$(cd "$1" && pwd)
model=$(cd "$(dirname "$0")/../samples/models" && pwd)/mnist_column_s2.onnx
sources=$(cd "$(dirname "$0")/.." && pwd)
source "$(dirname "$0")/expect.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Three grey pictures as IDX, labels 0, 1, 2; one colour picture as CIFAR.
number() { printf "\\x$(printf %02x $(($1 >> 24)))\\x$(printf %02x $(($1 >> 16 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 & 255)))"; }
{ number 2051; number 3; number 28; number 28; head -c 784 /dev/zero; head -c 1568 /dev/zero | tr '\0' '\377'; } >images
{ number 2049; number 3; printf '\x00\x01\x02'; } >labels
cp images images2
{ number 2051; number 3; number 20; number 20; head -c 1200 /dev/zero; } >small
head -c 2000 images >truncated
head -c 10 labels >truncated-labels
{ number 2049; number 2; printf '\x00\x01'; } >two-labels
{ printf '\x03'; head -c 3072 /dev/zero; } >cifar.bin
head -c 100 /dev/urandom >broken.png
mkdir folder && cp broken.png folder

certify=("$bin/derand_certify" "--model=$model")
expect 0 "location rule" "${certify[@]}" --idx=images --labels=labels
expect 0 "3 images" "${certify[@]}" --idx=images --labels=labels --quiet
expect 0 '"label"' "${certify[@]}" --idx=images --json --limit=1
expect 0 "images in" "${certify[@]}" --idx=images --labels=labels --out=pictures --quiet
[ "$(find pictures -name '*.png' | wc -l)" = 3 ] || { echo "FAILED: --out did not leave 3 pictures"; failed=1; }
expect 0 "votes:" "$bin/certify_image" "$model" "$(find pictures -name '*.png' | head -n 1)"
expect 0 "images in" "${certify[@]}" pictures

expect 1 "see --help" "$bin/derand_certify"
expect 1 "no/such/model.yml" "$bin/derand_certify" --model=no/such/model.onnx --idx=images
expect 1 "no/such/images" "${certify[@]}" --idx=no/such/images
expect 1 "truncated" "${certify[@]}" --idx=truncated
expect 1 "truncated-labels" "${certify[@]}" --idx=images --labels=truncated-labels
expect 1 "two-labels" "${certify[@]}" --idx=images --labels=two-labels
expect 1 "labels" "${certify[@]}" --idx=labels
expect 1 "Params::channels" "${certify[@]}" --cifar=cifar.bin
expect 1 "multiple of 3073" "${certify[@]}" --cifar=images
expect 1 "broken.png" "${certify[@]}" folder
expect 1 "1 of 4 images could not be read" "${certify[@]}" broken.png pictures
[ -f "$(find pictures -name '00000_*')" ] || { echo "FAILED: pictures are not numbered from 0"; failed=1; }
expect 1 "1 of 4" "${certify[@]}" broken.png pictures --out=numbered
[ -z "$(find numbered -name '00000_*')" ] && [ -n "$(find numbered -name '00001_*')" ] ||
    { echo "FAILED: pictures do not have the numbers of the images"; failed=1; }
expect 1 "expected --out=VALUE" "${certify[@]}" pictures --out
expect 1 "--limit=0" "${certify[@]}" --idx=images --limit=0
expect 0 "1 images" "${certify[@]}" --idx=images --labels=labels --first=2 --quiet
expect 0 '"truth":2' "${certify[@]}" --idx=images --labels=labels --first=2 --json
expect 1 "--first=3: expected the number of an image, 0 to 2" "${certify[@]}" --idx=images --first=3
expect 1 "--theta=2: expected a number above 0 and at most 1" "${certify[@]}" --idx=images --theta=2
expect 1 "patch" "${certify[@]}" --idx=images --patch=0x5
expect 1 "rule" "${certify[@]}" --idx=images --rule=guess
expect 1 "cannot be read" "$bin/certify_image" "$model" broken.png
expect 1 "no.png" "$bin/certify_image" "$model" no.png
expect 1 "derand_try makes one" "$bin/certify_image" "$(dirname "$model")/baselines/mnist_plain.onnx" pictures

# Two tiles, black and white. A patch of the whole picture may change both labels; one of a pixel lies in a single tile.
{ printf 'P5\n56 28\n255\n'; for _ in {1..28}; do head -c 28 /dev/zero; head -c 28 /dev/zero | tr '\0' '\377'; done; } >two.pgm
tiles=("$bin/certify_tiles" "$model" two.pgm --tiles=2x1)
expect 0 "tile 1,0: " "${tiles[@]}" --patch=4x9
expect 0 "0 of 2 labels are certified against any patch of 99 x 99 px" "${tiles[@]}" --patch=99
expect 0 "no such patch changes more than 2 of them" "${tiles[@]}" --patch=99
expect 0 "no such patch changes more than 0 of them" "${tiles[@]}" --patch=1
for program in certify_image certify_tiles; do
    expect 0 "votes" "$bin/$program" "$model" two.pgm --backend=opencv
    expect 1 "--backend=opencv --target=cuda: not available with this OpenCV on this machine, expected one of: --backend=default --target=cpu" \
        "$bin/$program" "$model" two.pgm --backend=opencv --target=cuda
    expect 1 "--target=gpu: expected one of cpu, opencl" "$bin/$program" "$model" two.pgm --target=gpu
done
expect 1 "--tiles=2: is not understood" "$bin/certify_tiles" "$model" two.pgm --tiles=2
expect 1 "too few for 57 x 1 tiles" "$bin/certify_tiles" "$model" two.pgm --tiles=57x1
expect 1 "broken.png" "$bin/certify_tiles" "$model" broken.png

# Shards, and a run that was stopped, give the same results as a single run.
methods=--methods=.3,top1,random
onto() { "$bin/derand_evaluate" "--model=$model" --out=all "$@"; }
evaluate=("$bin/derand_evaluate" "--model=$model" --idx=images --labels=labels $methods)
tables() { "$bin/derand_evaluate" --classes "$@"; }
expect 0 "theta 0.3" "${evaluate[@]}" --out=all
for shard in 1 2; do expect 0 "so far" "${evaluate[@]}" --out=shard$shard --shard=$shard/2; done
[ "$(tables all)" = "$(tables shard1 shard2)" ] || { echo "FAILED: shards differ from the whole"; failed=1; }
array() { # TASK FIRST LAST: as Slurm runs a task of an array
    SLURM_ARRAY_TASK_ID=$1 SLURM_ARRAY_TASK_MIN=$2 SLURM_ARRAY_TASK_MAX=$3 SLURM_ARRAY_TASK_COUNT=$(($3 - $2 + 1)) \
        bash "$sources/samples/tools/evaluate/evaluate_array.sh" parts "${evaluate[@]}"
}
for task in 1 2 3; do expect 0 "so far" array $task 1 3; done
[ "$(tables all)" = "$(tables parts/*.txt)" ] || { echo "FAILED: the tasks of an array differ from the whole"; failed=1; }
expect 1 "--array must be 1-N" array 2 2 3
head -c -10 all >stopped
expect 0 "random" "${evaluate[@]}" --out=stopped
[ "$(sort all)" = "$(sort stopped)" ] || { echo "FAILED: a stopped run differs from the whole"; failed=1; }
expect 0 "theta 0.3,5,3," tables --csv all
expect 1 "occurs twice" tables all shard1
expect 1 "another evaluation" onto --idx=images2 --labels=labels $methods
sed 's/scalefactor: \[ 0.0039/scalefactor: [ 0.0038/' "${model%.onnx}.yml" >other.yml
expect 1 "another evaluation" "${evaluate[@]}" --out=all --config=other.yml
{ number 2049; number 3; printf '\x00\x01\x01'; } >other-labels
expect 1 "another evaluation" onto --idx=images --labels=other-labels $methods
expect 1 "expected a file" tables images
sed 's/$/\r/' all >crlf && expect 1 "its lines end with CR LF" tables crlf
sed 's/,0,/,x,/' all >damaged
expect 1 "is damaged" tables damaged
expect 1 "--methods" onto --idx=images --labels=labels --methods=.3,best
expect 1 "--methods" onto --idx=images --labels=labels --methods=.3x5
expect 1 "above 0 and at most 1" onto --idx=images --labels=labels --methods=2
expect 1 "--shard" "${evaluate[@]}" --out=all --shard=3/2
expect 1 "no labels" "$bin/derand_evaluate" "--model=$model" --idx=images --out=new
expect 1 "nothing to evaluate" "$bin/derand_evaluate"
expect 0 "s per image" "${evaluate[@]}" --out=timed
expect 0 "random 100 draws" "${evaluate[@]}" --out=all --draws=100
expect 1 "--draws=5" "${evaluate[@]}" --out=all --draws=5
expect 0 "wrong but certified against 9x9" tables --list --patches=9 all
expect 0 "image 1: label" tables --list --patches=1 shard1 shard2
expect 1 "only one" tables --list --csv all

# Several models counted together, and the alarm.
rows=${model%/*}/baselines/mnist_small_row_s2.onnx columns=${model%/*}/baselines/mnist_small_column_s2.onnx
joined=("$bin/derand_evaluate" "--model=$columns" "--join=$rows" --idx=images --labels=labels)
expect 0 "column of 2, stride 1 and row of 2, stride 1" "${joined[@]}" --out=joined
expect 0 "alarm for a 5 x 5 px patch" tables joined
expect 0 "own settings,3,5,0.25," "$bin/derand_evaluate" joined --alarms --csv
expect 1 "another evaluation" "$bin/derand_evaluate" "--model=$columns" --idx=images --labels=labels --out=joined
expect 1 "another evaluation" "${joined[@]}" --out=joined --alarm=4
expect 1 "random draws ablations of one model" "${joined[@]}" --out=random --methods=random
expect 1 "other names of classes" "$bin/derand_evaluate" "--model=$columns" "--join=${model%/*}/cifar10_column_s4.onnx" --idx=images --labels=labels --out=odd
expect 1 "needs --model" tables all --join="$rows"

# Families: without them the column equals the location rule's; a label leaves the family of all classes only by abstaining.
expect 0 "stays in its family" "${evaluate[@]}" --out=one-family --families=0-9
awk -F, 'FNR > 4 && $8 != $6' shard1 shard2 | grep -q . && { echo "FAILED: families of one differ from their classes"; failed=1; }
awk -F, 'FNR > 4 && $1 !~ /random/ && $8 < $6' one-family | grep -q . && { echo "FAILED: all classes as a family: certified less"; failed=1; }
awk -F, 'FNR > 4 && $1 !~ /random/ && $8 > $6' one-family | grep -q . || { echo "FAILED: all classes as a family: not certified more"; failed=1; }
expect 0 "family_clean" tables --csv one-family
expect 1 "another evaluation" "${evaluate[@]}" --out=all --families=0,1
expect 1 "another evaluation" tables all one-family
expect 1 '"x" is not a class' "${evaluate[@]}" --out=new --families=x,1
expect 1 "class 10 does not exist" "${evaluate[@]}" --out=ten --families=9,10
expect 1 "needs --model" tables all --families=0,1

# Models of sets: all sets of two columns, drawn sets of pixels.
for name in columns_2x2 sparse_k45; do
    sets=("$bin/derand_evaluate" "--model=${model%/*}/baselines/mnist_$name.onnx" --idx=images --labels=labels --draws=50)
    [ $name = columns_2x2 ] && sets+=(--methods=.3,top1,random) || sets+=(--methods=random)
    expect 0 "random 50 draws" "${sets[@]}" --out=$name
    for shard in 1 2; do expect 0 "so far" "${sets[@]}" --out=$name$shard --shard=$shard/2; done
    [ "$(tables $name)" = "$(tables ${name}1 ${name}2)" ] || { echo "FAILED: $name: shards differ from the whole"; failed=1; }
    head -c -10 $name >stopped-$name
    expect 0 "random" "${sets[@]}" --out=stopped-$name
    [ "$(sort $name)" = "$(sort stopped-$name)" ] || { echo "FAILED: $name: a stopped run differs"; failed=1; }
done
pixels=("$bin/derand_evaluate" "--model=${model%/*}/baselines/mnist_sparse_k45.onnx" --idx=images --labels=labels --draws=50)
expect 0 "random 50 draws" "${pixels[@]}" --out=usual
expect 1 "too many" "${pixels[@]}" --out=new --methods=.3
expect 1 "images of 28 x 28 px" "$bin/derand_evaluate" "--model=${model%/*}/baselines/mnist_sparse_k45.onnx" --idx=small --labels=labels --out=sizes --draws=50
with() { for file in yml sets.yml; do sed "$1" "${model%/*}/baselines/mnist_sparse_k45.$file" >with.$file; done; }
with 's/retain: 45/retain: 30/'; expect 1 "another evaluation" "${pixels[@]}" --out=usual --config=with.yml
with 's/retain: 45/retain: 785/'; expect 1 "expected 1 to 784" "${pixels[@]}" --out=new --config=with.yml
for members in few 45px 4.5 -1; do
    with "s/retain: 45/retain: $members/"; expect 1 "is not a number" "${pixels[@]}" --out=new --config=with.yml
done
with 's/transpose: 0/transpose: 1/'; expect 1 "expected complement" "${pixels[@]}" --out=new --config=with.yml
with 's/modelChecksum: ".*"/modelChecksum: "00000000"/'
expect 1 "the settings were made for 00000000" "${pixels[@]}" --out=new --config=with.yml

# Digits: rings, bars and sevens, each at several places. Tuning gives the same counts as derand_evaluate with the settings
# that it saves, also for a stride that shares its run with others.
digit() { # NAME SHIFT
    awk -v digit="$1" -v shift="$2" 'BEGIN {
        print "P2 28 28 255"
        for (y = 0; y < 28; y++) for (x = -shift; x < 28 - shift; x++) {
            r = sqrt((x - 13.5) ^ 2 + (y - 13.5) ^ 2 / 2)
            ink = digit == 0 ? r > 4 && r < 7 : digit == 1 ? x > 12 && x < 16 && y > 4 && y < 24 \
                : y > 3 && y < 7 && x > 7 && x < 20 || y > 6 && y < 24 && x + y / 2 > 20 && x + y / 2 < 24
            print ink ? 255 : 0 } }'
}
for class in 0 1 7; do
    mkdir -p digits/$class
    for shift in -4 -2 -1 0 1 2 4; do digit $class $shift >digits/$class/$shift.pgm; done
done
tune=("$bin/derand_tune" --patch=4 --theta=.2,.3 digits)
# Shares of clean and certified images: in a line THETA WIDTH STRIDE of the table, and of SETTINGS evaluated.
line() { sed 's/([^)]*)//g' | awk -v key="$*" '$1 " " $2 " " $3 == key { print $5, $6 }'; }
evaluated() {
    "$bin/derand_evaluate" "--model=$1" "--config=$2" "--out=$2.results" --patches=4 --csv digits |
        awk -F, 'NR == 2 { printf "%.2f %.2f\n", 100 * $4 / $3, 100 * $12 / $3 }'
}
same() { [ -n "$1" ] && [ "$1" = "$2" ] || { echo "FAILED: tuning counts '$1', evaluation '$2'"; failed=1; }; }
expect 0 "best: theta 0.2, width 2, stride 3" "${tune[@]}" "--model=$model" --stride=1,2,3 --clean=62 --save=tuned.yml
same "$("${tune[@]}" "--model=$model" --stride=1,2,3 | line 0.2 2 3)" "$(evaluated "$model" tuned.yml)"
grep -q 'modelChecksum: "\?[0-9a-f]\{8\}' tuned.yml || { echo "FAILED: tuning lost the model's checksum"; failed=1; }
whole=$(dirname "$model")/baselines/mnist_plain.onnx # sees the whole input, so the width may change
sed 's/modelChecksum: .*/modelChecksum: ""/; s/encoding: strip/encoding: fill/' "${model%.onnx}.yml" >whole.yml
expect 0 "best: theta 0.2, width 20, stride 4" "${tune[@]}" "--model=$whole" --config=whole.yml --width=8,20 \
    --stride=1,4 --clean=50 --save=wide.yml
same "$("${tune[@]}" "--model=$whole" --config=whole.yml --width=8,20 --stride=1,4 | line 0.2 20 4)" \
    "$(evaluated "$whole" wide.yml)"
sed 's/type: column/type: block/; s/stride: 1/stride: 3/' wide.yml >block.yml
same "$("${tune[@]}" "--model=$whole" --config=block.yml --width=20 --stride=2,6 --save=best.yml | line 0.2 20 6)" \
    "$(evaluated "$whole" best.yml)"
sed 's/wrap: 1/wrap: 0/; s/width: 20/width: 14/' block.yml >inside.yml
same "$("${tune[@]}" "--model=$whole" --config=inside.yml --width=14 --stride=2,6 --save=inner.yml | line 0.3 14 6)" \
    "$(evaluated "$whole" inner.yml)"
for type in column block; do
    sed "s/type: block/type: $type/" inside.yml >$type.yml
    expect 0 '"wrap":0' "$bin/derand_certify" "--model=$whole" --config=$type.yml --json --out=inside digits
done

# The data may be elsewhere when a run is resumed.
expect 0 "21 images" "$bin/derand_evaluate" "--model=$model" --out=moved digits
cp moved before
mkdir elsewhere && cp -r digits elsewhere
expect 0 "21 images" "$bin/derand_evaluate" "--model=$model" --out=moved elsewhere/digits/
cmp moved before || { echo "FAILED: the same images in another place give other results"; failed=1; }

expect 1 "cleanest setting reaches 66.67 %" "${tune[@]}" "--model=$model" --stride=1,2,3 --clean=90
expect 1 "strips of 2 px only" "${tune[@]}" "--model=$model" --width=2,3
expect 1 "above 0 and at most 1" "$bin/derand_tune" --patch=4 digits "--model=$model" --theta=.3,2
expect 1 "'x': expected a whole number" "${tune[@]}" "--model=$model" --stride=1,x
expect 1 "'0': expected a whole number of at least 1" "${tune[@]}" "--model=$model" --stride=0
expect 1 "no labels" "$bin/derand_tune" "--model=$model" digits/0

# Options: every program refuses what it does not understand, in one line that names it.
for program in certify evaluate tune try demo; do
    run="$bin/derand_$program"
    expect 1 "unknown option --pach=60" "$run" --pach=60
    expect 1 "unknown option -" "$run" -
    expect 1 "expected --" "$run" -help
    expect 0 "--help" "$run" nonsense --help
done
refused() { # OPTION COMMAND...: one line that names the option
    expect 1 "$1" "${@:2}" "$1"
    [ "$(wc -l <<<"$output")" = 1 ] || { echo "FAILED: not one line: $output"; failed=1; }
}
for option in --limit=1e3 --limit=2.5 --limit=99999999999 --limit=0 --limit= --first=1x --first=-1 --theta=.5,.6 --theta=0,3 \
    --theta=nan --theta=0 --theta=1.5 --stride=2.5 --stride=0 --patch=5px --patch=5x --patches=1-10,x --patches= --quiet=maybe \
    --out=--quiet --rule=; do
    refused $option "${certify[@]}" --idx=images
done
refused --theta=.3,0 "$bin/derand_tune" "--model=$model" digits
refused --theta=0,3 "$bin/derand_tune" "--model=$model" digits
refused --width=2,,3 "$bin/derand_tune" "--model=$model" digits
refused --clean=101 "$bin/derand_tune" "--model=$model" digits
refused --clean=60% "$bin/derand_tune" "--model=$model" digits
for option in --shard=1 --shard=0/2 --shard=1/2/3 --shard=1e0/2 --draws=1e4 --methods=.3, --patches=3x4; do
    refused $option "$bin/derand_evaluate" "--model=$model" --idx=images --out=options
done
for option in --budget=1e3 --budget=99 --seed=x; do refused $option "$bin/derand_demo" "--models=${model%/*}" --out=demo; done
expect 1 "'more': expected options only" "$bin/derand_demo" "--models=${model%/*}" more
expect 1 "--limit=2: --limit is given twice" "${certify[@]}" --idx=images --limit=1 --limit=2
expect 1 "--draws: needs --model" tables all --draws=5
expect 0 "(abstains)" "${certify[@]}" --idx=images --theta=1 --quiet=false
expect 0 '"label":null,"class":null,"abstained":true' "${certify[@]}" --idx=images --theta=1 --json
expect 0 "3  100.00 %  no vote for any class" "${certify[@]}" --idx=images --theta=1 --quiet --out=nobody

# Backends and targets: one that every OpenCV has changes nothing, one that it has not is refused, before anything is run.
on() { "${certify[@]}" --idx=images --json "$@" | grep '"type":"frame"'; }
[ -n "$(on)" ] && [ "$(on)" = "$(on --backend=opencv --target=cpu)" ] || { echo "FAILED: --backend=opencv changes certificates"; failed=1; }
for run in "${certify[*]} --idx=images" "$bin/derand_tune --model=$model digits" "$bin/derand_try $model" \
    "$bin/derand_evaluate --model=$model --out=device --idx=images --labels=labels" "$bin/derand_demo --models=${model%/*} --out=device"; do
    expect 1 "--backend=opencv --target=cuda: not available" $run --backend=opencv --target=cuda
    expect 1 "--backend=gpu: expected one of" $run --backend=gpu
done

# Folders: by name or by number, neither mixed nor guessed.
sed 's/labels: .*/labels: []/' "${model%.onnx}.yml" >unnamed.yml
sed 's/labels: .*/labels: [ "1", "2", "3", "4", "5", "6", "7", "8", "9", "10" ]/' "${model%.onnx}.yml" >from-one.yml
sed 's/labels: .*/labels: [ "nil", "one", "b", "c", "d", "e", "f", "seven", "h", "i" ]/' "${model%.onnx}.yml" >named.yml
mkdir named && cp -r digits/0 named/nil && cp -r digits/1 named/one && cp -r digits/7 named/seven
for program in "derand_certify --quiet" "derand_evaluate --out=folders" "derand_tune --theta=.3"; do
    on() { "$bin"/${program/ */} ${program#* } "--model=$model" "$@"; }
    expect 1 "3 of 3 sub-folders are not numbers, 'nil', 'one', 'seven'" on --config=unnamed.yml named
    expect 1 "1 of 3 sub-folders are not classes of the model, '0'" on --config=from-one.yml digits
    expect 0 "no images of 7 of the 10 classes: 2 b, 3 c, 4 d, 5 e, 6 f, 8 h, 9 i" on --config=named.yml named
done
count() { "${certify[@]}" --quiet "$@" | grep -E '^ +(clean|certified) '; }
same "$(count --config=named.yml named)" "$(count digits)"
same "$(count --config=unnamed.yml digits)" "$(count digits)"
mkdir named/__MACOSX named/.hidden named/extra
expect 1 "1 of 4 sub-folders are not classes of the model, 'extra'" "${certify[@]}" --config=named.yml named
mkdir -p eleven/10 && cp digits/0/0.pgm eleven/10
expect 1 "its label is 10, but the model has the classes 0..9" "${certify[@]}" --config=unnamed.yml eleven

# Odd files are named and left out; files of other kinds are reported.
cp -r digits odd && cp broken.png odd/1 && cp digits/7/0.pgm odd/7/name.jfif && cp images odd/7/list.idx && : >odd/0/empty.png
printf 'P5 40000 30000 255\n' >odd/7/huge.pgm
printf 'PF\n2 2\n-1\n%048d' 0 >odd/7/float.pfm
for program in "derand_certify --quiet" "derand_evaluate --out=odd-results" "derand_tune --theta=.3"; do
    expect 1 " of 26 images could not be read" "$bin"/${program/ */} ${program#* } "--model=$model" odd
    for said in odd/1/broken.png: odd/0/empty.png: odd/7/huge.pgm: "odd: left out" "1 x .idx" "22 images" \
        "odd/7/float.pfm: is a 32-bit float picture"; do
        grep -qF -- "$said" <<<"$output" || { echo "FAILED: $program does not say '$said': $output"; failed=1; }
    done
done
same "$(count odd | sed 's/ [0-9.]* %.*//')" "$(cp digits/7/0.pgm digits/7/again.pgm && count digits | sed 's/ [0-9.]* %.*//')"
rm digits/7/again.pgm

# A picture may have been turned when it was read, so that a codec's blocks may begin anywhere, whatever the settings say.
digit 0 0 | awk 'NR > 1 { ink[NR - 2] = $1 } END {
    print "P2 224 224 255"
    for (y = 0; y < 224; y++) for (x = 0; x < 224; x++) print ink[int(y / 8) * 28 + int(x / 8)] }' >large.pgm
{ number 2051; number 1; number 224; number 224; awk 'NR > 1 { printf "%c", $1 ? "x" : " " }' large.pgm; } >large.idx
largest() { # BLOCK OFFSET INPUT
    sed "s/^   rule: .*/&\\n   codecBlock: [ $1 ]\\n   codecOffset: [ $2 ]/" "${model%.onnx}.yml" >codec.yml
    "${certify[@]}" --config=codec.yml --json "$3" | grep -oE '"largestPatch":[0-9]+'
}
same "$(largest 16,8 0,0 large.pgm)" "$(largest 16,16 -1,-1 large.pgm)"
[ "$(largest 16,8 0,0 --idx=large.idx)" != "$(largest 16,16 -1,-1 --idx=large.idx)" ] ||
    { echo "FAILED: the place where blocks begin makes no difference here"; failed=1; }

# A net without settings: ONNX files are messages of protocol buffers, with the field numbers of onnx.proto.
varint() { local v=$1; for ((; v > 127; v >>= 7)); do printf "\\x$(printf %02x $((v & 127 | 128)))"; done; printf "\\x$(printf %02x $v)"; }
integer() { varint $(($1 << 3)); varint "$2"; }
message() { local file; file=$(mktemp -p .); cat >"$file"; varint $(($1 << 3 | 2)); varint "$(stat -c %s "$file")"; cat "$file"; rm "$file"; }
text() { printf %s "$2" | message "$1"; }
value() { # NAME SIDE...: a tensor
    text 1 "$1"
    { integer 1 1; for side in "${@:2}"; do integer 1 "$side" | message 1; done | message 2; } | message 1 | message 2
}
tensor() { text 8 "$1"; integer 2 1; for side in "${@:2}"; do integer 1 "$side"; done; message 9; } # NAME SIDE... <BYTES
layer() { text 4 "$1"; text 2 "$2"; for name in "${@:3}"; do text 1 "$name"; done; }                # TYPE OUTPUT INPUT...
# The last class, whatever the picture shows; fields of the graph may be added on stdin.
untrained() { # SIDE...: of the input
    {
        layer GlobalAveragePool p x | message 1
        layer Flatten f p | message 1
        { layer Gemm y f w b; { text 1 transB; integer 3 1; integer 20 2; } | message 5; } | message 1
        head -c 24 /dev/zero | tensor w 2 3 | message 5
        printf '\x00\x00\x00\x00\x00\x00\x80\x3f' | tensor b 2 | message 5
        value x "$@" | message 11
        value y 1 2 | message 12
        cat
    } | { integer 1 6; text 2 test; message 7; { text 1 ""; integer 2 11; } | message 8; }
}
untrained 1 3 64 64 >net.onnx </dev/null
untrained 1 3 0 0 >sizeless.onnx </dev/null
value z 1 3 64 64 | message 11 | untrained 1 3 64 64 >two.onnx
{ text 1 list; : | message 4 | message 2; } | message 12 | untrained 1 3 64 64 >list.onnx
{ text 8 e; integer 2 1; integer 1 1; { text 1 location; text 2 data; } | message 13; integer 14 1; } | message 5 | untrained 1 3 64 64 >external.onnx
head -c 100 net.onnx >part.onnx
cp "$model" trained.onnx
try=$bin/derand_try
expect 0 "guessed: --type=column --channels=1 --encoding=strip --size=28x28 --stride=1" "$try" trained.onnx digits/0 digits/1/0.pgm
for said in "one pass       1         28" "12 x 12 of 28 x 28 px" "ties: 13 x 13" "it is worth certifying" "Pictures: 8." "derand_tune --model=trained.onnx"; do
    grep -qF -- "$said" <<<"$output" || { echo "FAILED: derand_try does not say '$said': $output"; failed=1; }
done
[ ! -e trained.yml ] || { echo "FAILED: derand_try saves unasked"; failed=1; }
expect 0 "saved: trained.yml" "$try" trained.onnx --theta=.2 --save
saved=$(cksum trained.yml)
expect 1 "trained.yml exists: expected --overwrite" "$try" trained.onnx --save
[ "$(cksum trained.yml)" = "$saved" ] || { echo "FAILED: derand_try has overwritten a file"; failed=1; }
same "$("$bin/derand_certify" --model=trained.onnx --quiet digits | grep -E '^ +(clean|certified) ')" "$(count digits)"
expect 0 "saved: trained.yml" "$try" trained.onnx --top1 --overwrite
grep -q "voteRule: top1" trained.yml || { echo "FAILED: derand_try --overwrite has saved nothing"; failed=1; }
digit 1 0 >one.pgm
expect 2 "Not worth certifying as it is" "$try" net.onnx one.pgm
for said in "--encoding=fill --width=8 --stride=2 --swapRB=true" "one.pgm" "train.py --recipe" "train_on_your_pictures" "23 x 23 of 64 x 64 px"; do
    grep -qF -- "$said" <<<"$output" || { echo "FAILED: derand_try does not say '$said': $output"; failed=1; }
done
expect 2 "saved: sizeless.yml" "$try" sizeless.onnx --size=32x24 --width=8 --stride=8 --mean=1,2,3 --scale=.01 --save
printf 'first\r\nsecond\n' >names
printf 'a\nb\nc\n' >three
expect 2 "1 second" "$try" net.onnx one.pgm --labels=names --stride=32
expect 1 "1 of 2 images could not be read" "$try" trained.onnx one.pgm broken.png
expect 1 "broken.png" "$try" trained.onnx broken.png
expect 1 "no/such.onnx" "$try" no/such.onnx
expect 1 "no model" "$try"
expect 1 "expected a model whose name ends in .onnx" "$try" one.pgm net.onnx
cp images text.onnx
expect 1 "is no ONNX file, or is truncated" "$try" text.onnx
expect 1 "is no ONNX file, or is truncated" "$try" part.onnx
expect 1 "keeps its weights in another file" "$try" external.onnx
expect 1 "has 2 inputs ('x', 'z')" "$try" two.onnx
expect 1 "'list' is a sequence" "$try" list.onnx
expect 1 "expected --size=WIDTHxHEIGHT" "$try" sizeless.onnx
expect 1 "these options write N x 3 x 32 x 32" "$try" net.onnx --size=32
expect 1 "Params::labels names 3 classes, the net has 2" "$try" net.onnx --labels=three
for option in --type=x --encoding=x --channels=5 --size=x --width=0 --stride=1.5 --scale=1,2 --mean=a --swapRB=2 --theta=0 --labels=none; do
    refused $option "$try" net.onnx
done

# An output that is an input, or would become one, is refused before anything is touched.
cp "$model" m.onnx && cp "${model%.onnx}.yml" m.yml && ln m.yml hard.yml && ln -s digits linked && ln -s m.onnx soft
sum() { find m.onnx m.yml images labels digits -type f | sort | xargs cat | cksum; }
before=$(sum)
for out in m.onnx ./m.yml hard.yml soft images "$work/labels"; do
    expect 1 "=$out: is " "$bin/derand_evaluate" --model=m.onnx --out=$out --idx=images --labels=labels
    expect 1 "=$out: is " "$bin/derand_tune" --model=m.onnx --save=$out --idx=images --labels=labels
done
ln digits/0/0.pgm hard.pgm
for out in digits linked ./digits/7/0.pgm linked/1/1.pgm hard.pgm; do
    expect 1 "=$out: is " "$bin/derand_tune" --model=m.onnx --save=$out digits
done
for out in digits ./digits linked/ digits/0 linked/new; do expect 1 "--out=$out: digits" "${certify[@]}" --out=$out digits; done
for out in digits/0 linked/0; do expect 1 "is read from there" "${certify[@]}" --out=$out digits/0/0.pgm; done
expect 1 "is read from there" "${certify[@]}" --out=. hard.pgm
expect 1 "--out=" "$bin/derand_demo" "--models=${model%/*}" "--out=${model%/*}/."
[ "$(sum)" = "$before" ] || { echo "FAILED: an output has overwritten an input"; failed=1; }

[ $failed = 0 ] && echo "all as expected"
exit $failed
