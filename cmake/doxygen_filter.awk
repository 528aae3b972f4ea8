# What doxygen 1.9 needs to read markdown that was written for GitHub; see doc.cmake.
#     awk -v bibtex=0 -f doxygen_filter.awk FILE
# - headings that the file itself links to, as in (#several-cameras), get a label; links into other files lead to their top
# - links to files that are no page, such as sources, become text
# - code that directly follows a heading is set off by an empty line, else it is text
# - without bibtex, citations become their keys
function label(heading)
{
    heading = tolower(heading)
    gsub(/[^a-z0-9 _-]/, "", heading)
    gsub(/ /, "-", heading)
    return "at-" heading
}

function links(line,  done, target, text)
{
    done = ""
    while (match(line, /\[[^][]*\]\([^() ]+\)/)) {
        text = substr(line, RSTART + 1, RLENGTH - 2)
        target = text
        sub(/\].*/, "", text)
        sub(/^[^]]*\]\(/, "", target)
        if (target ~ /^#/)
            target = "#at-" substr(target, 2)
        else if (target !~ /^[a-z]+:/)
            sub(/#.*/, "", target)
        done = done substr(line, 1, RSTART - 1)
        if (target ~ /^#|^[a-z]+:|\.(md|markdown|svg|png)$/)
            done = done "[" text "](" target ")"
        else
            done = done text
        line = substr(line, RSTART + RLENGTH)
    }
    return done line
}

BEGIN {
    while ((getline line < ARGV[1]) > 0)
        while (match(line, /\]\(#[^)]+\)/)) {
            wanted["at-" substr(line, RSTART + 3, RLENGTH - 4)] = 1
            line = substr(line, RSTART + RLENGTH)
        }
    close(ARGV[1])
    page = ARGV[1] ~ /\.(md|markdown)$/
}

/^ *```/ { fenced = !fenced }

{
    while (!bibtex && match($0, /[@\\]cite [A-Za-z0-9]+/))
        $0 = substr($0, 1, RSTART - 1) "[" substr($0, RSTART + 6, RLENGTH - 6) "]" substr($0, RSTART + RLENGTH)
    if (page && !fenced) {
        if (/^    /) {
            if (heading)
                print ""
        }
        else
            $0 = links($0)
        heading = /^#+ /
        if (heading) {
            title = $0
            sub(/^#+ +/, "", title)
            if (label(title) in wanted)
                $0 = $0 " {#" label(title) "}"
        }
    }
    print
}
