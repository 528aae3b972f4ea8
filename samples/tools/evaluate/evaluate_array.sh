#!/usr/bin/env bash
#SBATCH --job-name=derand_evaluate
#SBATCH --cpus-per-task=1
#SBATCH --output=derand_evaluate_%a.log
# Evaluates a model on a data set over the machines of a Slurm cluster: one shard for each task of an array. All machines see the same
# folders. A task that was interrupted resumes when the same array is submitted again.
#     sbatch --array=1-16 evaluate_array.sh OUT derand_evaluate --model=FILE.onnx [OPTION...] --idx=IMAGES --labels=LABELS
#     derand_evaluate OUT/*.txt                                   the tables of all shards together
# On one machine, or over those that GNU parallel reaches by ssh (--sshlogin):
#     parallel derand_evaluate --model=FILE.onnx [OPTION...] --out=OUT/{}.txt --shard={}/16 ::: {1..16}
set -euo pipefail
if [ $# -lt 3 ] || [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
    echo "expected a task of a Slurm array, OUT, and a command of derand_evaluate: see the first lines of $0" >&2
    exit 1
fi
if [ "${SLURM_ARRAY_TASK_MIN:-1}" != 1 ] || [ "${SLURM_ARRAY_TASK_MAX:?}" != "${SLURM_ARRAY_TASK_COUNT:?}" ]; then
    echo "--array must be 1-N, so that every shard is a task" >&2
    exit 1
fi
out=$1
shift
mkdir -p "$out"
exec "$@" "--out=$out/$SLURM_ARRAY_TASK_ID.txt" "--shard=$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
