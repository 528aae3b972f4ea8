# Shared by check_tools.sh and check_training.sh: sourced, not run. They end with an error if failed=1.

failed=0

# expect CODE TEXT COMMAND...: the command ends with this code and prints this text. $output keeps all its output.
expect() {
    local code=0
    output=$("${@:3}" 2>&1) || code=$?
    if [ $code != "$1" ] || ! grep -qF -- "$2" <<<"$output"; then
        printf 'FAILED (exit %s, expected %s with "%s"): %s\n%s\n' $code "$1" "$2" "${*:3}" "$output"
        failed=1
    fi
}
