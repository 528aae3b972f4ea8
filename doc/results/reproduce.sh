#!/usr/bin/env bash
# Every evaluation of doc/results.md, one line each below. Interrupted runs resume.
#     doc/results/reproduce.sh PROGRAMS OUTCOMES DATA [NAME...]     all, or those named; takes hours; leaves the CSV files here
#     doc/results/reproduce.sh PROGRAMS OUTCOMES --check [NAME...]  the outcomes of digits that derand_demo draws against test/data/digits/
# PROGRAMS: the folder of derand_evaluate (build/bin). OUTCOMES: a folder that keeps a line for each image. DATA: the folder of
# mnist/ (IDX files), cifar-10-batches-bin/, gtsrb/test/CLASS/, imagenette/test/CLASS/ and what train.py leaves of the last two,
# gtsrb_column_s2_validation/, imagenette_validation/ and imagenette_row_s32.onnx, which the repository has no room for; evaluations whose
# data or model is missing are skipped and named.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
models=$here/../../samples/models
data=${3:?see the first lines of this file}
programs=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
names=" ${*:4} "
failed=0
evaluated=()

if [ "$data" = --check ]; then
    "$programs/derand_demo" --models="$models" --out="$out/demo" >/dev/null
    for digit in 0 1 2 3 4 5 6 7 8 9; do
        mkdir -p "$out/digits/$digit"
        cp "$out/demo/digit_$digit.png" "$out/digits/$digit"
    done
    # Random draws count pixels of the network input: use noise of that size, from the weights of a model.
    for label in 0 1 2 3 4 5 6 7 8 9; do
        printf "\\x0$label"
        dd if="$models/baselines/mnist_plain.onnx" bs=3072 skip=$((10 + label)) count=1 status=none
    done >"$out/noise.bin"
    cd "$out"
fi

# evaluate NAME MODEL DATA OPTION...: the model on the data, into NAME.csv.
evaluate() {
    local name=$1 model=$2 images=()
    [[ $names == "  " || $names == *" $name "* ]] || return 0
    case $data,$3 in
        --check,mnist*)     images=(digits) ;;
        --check,*)          images=(digits); [[ $name != *_random ]] || images=(--cifar=noise.bin) ;;
        *,mnist-test)       images=("--idx=$data/mnist/t10k-images-idx3-ubyte" "--labels=$data/mnist/t10k-labels-idx1-ubyte") ;;
        *,mnist-validation) images=("--idx=$data/mnist/train-images-idx3-ubyte" "--labels=$data/mnist/train-labels-idx1-ubyte" --first=55000) ;;
        *,cifar10-test)     images=("--cifar=$data/cifar-10-batches-bin/test_batch.bin") ;;
        *,cifar10-validation) images=("--cifar=$data/cifar-10-batches-bin/data_batch_5.bin" --first=5000) ;;
        *,gtsrb-test)       images=("$data/gtsrb/test") ;;
        *,gtsrb-validation) images=("$data/gtsrb_column_s2_validation") ;;
        *,imagenette-test)  images=("$data/imagenette/test") ;;
        *,imagenette-unseen) # those that are not among the training pictures of ImageNet, by their names
            images=("$out/imagenette_unseen")
            [ ! -d "$data/imagenette/test" ] || (mkdir -p "${images[0]}" && cd "$data/imagenette/test" &&
                find . -name 'ILSVRC2012_val_*' -exec cp --parents -t "${images[0]}" {} +) ;;
        *,imagenette-validation) images=("$data/imagenette_validation") ;;
    esac
    shift 3
    if [ ! -e "${images[0]#--*=}" ]; then
        echo "SKIPPED $name: no ${images[0]#--*=}"
        return
    fi
    local option sizes=() needed=("$models/$model.onnx")
    for option; do
        case $option in
            --patches=*) sizes=("$option") ;;
            --join=*)    needed+=("${option#*=}") ;;
        esac
    done
    for option in "${needed[@]}"; do
        [ -e "$option" ] || { echo "SKIPPED $name: no $option"; return; }
    done
    echo "$name: $model $*"
    evaluated+=("$name")
    local command=("$programs/derand_evaluate" "--model=$models/$model.onnx" "$@" "${images[@]}" "--out=$out/$name.txt" --csv)
    if [ "$data" != --check ]; then
        "${command[@]}" >"$out/$name.csv"
        cp "$out/$name.csv" "$here"
        [[ $alarms != *" $name "* ]] || "$programs/derand_evaluate" "$out/$name.txt" --alarms --csv >"$here/${name}_alarms.csv"
        if [ "$name" = "${model%%_*}" ]; then # a model of Table 1: also its classes, wrong labels and abstentions
            "$programs/derand_evaluate" "$out/$name.txt" --classes --list "${sizes[@]}" >"$here/$name.txt"
        fi
        return
    fi
    rm -f "$out/$name.txt"
    "${command[@]}" >/dev/null
    # Other CPUs round differently: one outcome in a hundred, or one, may differ.
    local expected=$here/../../test/data/digits/$name.txt got=$out/$name.txt different
    different=$(diff "$expected" "$got" | grep -c '^>' || true)
    if ! cmp <(head -n 4 "$expected") <(head -n 4 "$got") || (($(wc -l <"$expected") != $(wc -l <"$got"))) ||
       ((different > 1 + $(wc -l <"$got") / 100)); then
        diff "$expected" "$got" || true
        echo "FAILED $name: outcomes differ from test/data/digits/"
        failed=1
    fi
}

alarms=" mnist mnist_small cifar10 cifar10_small gtsrb imagenette imagenette_unseen mnist_joined mnist_small_column_s2 mnist_small_row_s2
    gtsrb_thresholds gtsrb_rows gtsrb_joined imagenette_columns imagenette_rows imagenette_joined "
thresholds=--methods=.1,.2,.3,.4,.5,.6,.7,.8,.9,top1
rows=$(realpath -m --relative-to="$models" -- "$data/imagenette_row_s32")
large="--patches=23,32,39 --alarm=32" # 1, 2 and 3 % of 224 x 224
signs="0-5,7,8;6,32,41,42;9,10,15-17;11,18-31;33-40" # speed limits; ends of limits; prohibitions; dangers; directions

# Tables 1 and 2, Figure 6
evaluate mnist        mnist_column_s2 mnist-test --methods=.2,top1
evaluate mnist_random mnist_column_s2 mnist-test --methods=random
evaluate mnist_small  mnist_column_s2_small mnist-test --methods=.3
evaluate cifar10        cifar10_column_s4 cifar10-test --methods=.3
evaluate cifar10_top1   cifar10_column_s4 cifar10-test --methods=top1
evaluate cifar10_random cifar10_column_s4 cifar10-test --methods=random
evaluate cifar10_small  cifar10_column_s4_small cifar10-test --methods=.3
evaluate gtsrb        gtsrb_column_s2 gtsrb-test --methods=.3,top1 --families="$signs"
evaluate gtsrb_random gtsrb_column_s2 gtsrb-test --methods=random
# ImageNette: the test set, and what of it the pretrained backbone has not seen
evaluate imagenette        imagenette_column_s32 imagenette-test --methods=top1 $large
evaluate imagenette_unseen imagenette_column_s32 imagenette-unseen --methods=top1 $large
# Columns and rows together: validation images. Their columns alone: mnist_small_column_s2, gtsrb_thresholds
evaluate mnist_joined baselines/mnist_small_column_s2 mnist-validation --methods=.2,.3,.4 --join="$models/baselines/mnist_small_row_s2.onnx"
evaluate gtsrb_rows   baselines/gtsrb_row_s2 gtsrb-validation --methods=.2,.3,.4
evaluate gtsrb_joined gtsrb_column_s2 gtsrb-validation --methods=.2,.3,.4 --join="$models/baselines/gtsrb_row_s2.onnx"
evaluate imagenette_columns imagenette_column_s32 imagenette-validation --methods=top1 $large
evaluate imagenette_rows    "$rows" imagenette-validation --methods=top1 $large
evaluate imagenette_joined  imagenette_column_s32 imagenette-validation --methods=top1 $large --join="$models/$rows.onnx"
# Figure 5, rows against columns: validation images
for kind in column_s1 column_s2 column_s3 column_s4 column_s6 column_s8 row_s1 row_s2 row_s3 row_s4; do
    evaluate mnist_small_$kind baselines/mnist_small_$kind mnist-validation $thresholds,random
done
for kind in block_s6 block_s10 block_s14; do
    evaluate mnist_small_$kind baselines/mnist_small_$kind mnist-validation $thresholds,random --limit=500
done
evaluate cifar10_thresholds cifar10_column_s4 cifar10-validation $thresholds
evaluate gtsrb_thresholds gtsrb_column_s2 gtsrb-validation $thresholds
# The strip and the full layout
for layout in strip full; do
    evaluate cifar10_layouts_$layout baselines/cifar10_layouts_$layout cifar10-validation --methods=.3,top1 --limit=2000
done
# Figures 1 and 3: retained pixels, sets of columns, sets of blocks
for k in 10 20 45; do
    evaluate mnist_sparse_k$k baselines/mnist_sparse_k$k mnist-test --limit=500
done
evaluate mnist_columns_2x2 baselines/mnist_columns_2x2 mnist-test --limit=1000 --methods=.3,.5,top1,random
evaluate mnist_blocks_2x5  baselines/mnist_blocks_2x5  mnist-test --limit=500

for name in ${*:4}; do
    [[ " ${evaluated[*]} " == *" $name "* ]] || { echo "FAILED $name: no such evaluation, or its data is missing"; failed=1; }
done
if ((${#evaluated[@]} == 0)); then
    echo "FAILED: nothing was evaluated"
    failed=1
fi
exit $failed
