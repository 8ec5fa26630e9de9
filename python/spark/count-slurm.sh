#!/bin/sh
# Counts files with Slurm, a task of an array a file, and joins the counts. texts.txt names a file a line.
#     job=$(sbatch --parsable --array=1-$(wc -l < texts.txt)%200 count-slurm.sh)
#     sbatch --dependency=afterok:$job count-slurm.sh news.counts
#SBATCH --cpus-per-task=1 --mem=1G
set -eu
mkdir -p parts
if [ $# -eq 0 ]; then
  text=$(sed -n "${SLURM_ARRAY_TASK_ID}p" texts.txt)
  rm -f "parts/$SLURM_ARRAY_TASK_ID.counts"
  exec impute count -q --threads 1 -S 512M "$text" -o "parts/$SLURM_ARRAY_TASK_ID.counts"
fi
seq -f 'parts/%.0f.counts' "$(wc -l < texts.txt)" | xargs sh -c 'out=$0 && impute merge -q "$@" -o "$out"' "$1"
rm -r parts
