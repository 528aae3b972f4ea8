#!/usr/bin/env bash
# certify_video and certify_cameras without and with a window: the built-in scene, recordings, sequences with damaged pictures and other sizes,
# sources that fail, and the real clip $DERAND_TEST_DATA/video/car-detection.mp4 if it is there. The window needs Xvfb and
# xdotool; without them it is skipped, with a message.
#     test/check_video.sh FOLDER_OF_THE_PROGRAMS [FOLDER_FOR_PICTURES]
set -euo pipefail
bin=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
source "$(dirname "$0")/expect.sh"
[ $# -lt 2 ] || { mkdir -p "$2"; pictures=$(cd "$2" && pwd); }
work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT # "kill" without processes fails, and the script with it
cd "$work"
fail() { echo "FAILED: $*"; failed=1; }

video=("$bin/certify_video" --headless)
scene=("${video[@]}" scene)
# json FILE CONDITION: a condition on RUN, FRAMES (a list) and TOTALS of a file of JSON records.
json() {
    python3 - "$@" <<'EOF' || fail "$1: not true: $2"
import json, sys
RUN, *FRAMES, TOTALS = [json.loads(line) for line in open(sys.argv[1])]
sys.exit(not eval(sys.argv[2]))
EOF
}

# The built-in scene: every frame is recorded, labels are the digits, and a second run gives the same.
expect 0 "200 frames" "${scene[@]}" --frames=200 --json=scene.json
json scene.json "[f['frame'] for f in FRAMES] == list(range(200)) and TOTALS['frames'] == 200"
json scene.json "all(f['label'] == f['frame'] // 60 and f['class'] == str(f['label']) for f in FRAMES)"
json scene.json "all(f['certified'] == (f['largestPatch'] >= max(f['askedPatch'])) for f in FRAMES) and TOTALS['certifiedFrames'] == sum(f['certified'] for f in FRAMES)"
json scene.json "0 < TOTALS['evaluatedAblations'] < TOTALS['ablations'] == TOTALS['evaluatedAblations'] + TOTALS['reusedAblations']"
expect 0 "0.0 % reused" "${scene[@]}" --frames=200 --reuse=false --json=anew.json
strip() { sed -E '/"type":"(run|totals)"/d; s/,"(evaluated|reused)Ablations":[0-9]+//g' "$1"; }
[ "$(strip scene.json)" = "$(strip anew.json)" ] || fail "votes kept between frames change a certificate"
expect 0 "frames/s" "${scene[@]}" --frames=200 --early-stop=60 --json=early.json
same() { python3 -c "import json; print([(f['label'], f['certified']) for f in map(json.loads, open('$1')) if f['type'] == 'frame'])"; }
[ "$(same scene.json)" = "$(same early.json)" ] || fail "stopping early changes what is certified"

# A sticker: with every setting, what it changes was not certified. It does change labels.
for settings in "" "--reuse=false" "--early-stop=80" "--dilation=2" "--codec=mjpeg --codec-offset=0,0"; do
    expect 0 "0 of them where that was proven impossible" "${scene[@]}" --frames=610 --sticker=80 $settings --json=sticker.json
    json sticker.json "TOTALS['changedFrames'] > 0 and TOTALS['brokenFrames'] == 0 and TOTALS['coveredFrames'] > 500"
    json sticker.json "all(f['sticker'][2] == 80 and f['withoutSticker']['largestPatch'] < 80 for f in FRAMES if f['label'] != f.get('withoutSticker', f)['label'])"
done
expect 0 "frame 20, not certified against 170 x 170 px: 0 became" "${scene[@]}" --frames=60 --patch=170 --keys=20:a
expect 0 "frame 20, certified against 30 x 30 px: 0 stayed" "${scene[@]}" --frames=60 --patch=30 --keys=20:a --budget=100
expect 0 "saved ./frame_000010.png" "${scene[@]}" --frames=40 --keys=10:s,12:+,12:o,14:s,30:s,31:q
[ "$(ls frame_*_certificate.png | wc -l)" = 3 ] || fail "keys saved no 3 pictures"
size_of() { od -An -tu1 -j16 -N8 "$1" | awk '{ print $3 * 256 + $4, $7 * 256 + $8 }'; }
[ "$(size_of frame_000010_certificate.png)" = "640 634" ] || fail "a saved picture has no panel below the frame"
expect 0 "saved wide/frame_000005" "${scene[@]}" --frames=9 --keys=5:s --out="$(mkdir wide && echo wide)" --window=1500x600
[ "$(size_of wide/frame_000005_certificate.png)" = "1500 600" ] || fail "a saved picture has not the size of --window"
expect 0 "30 frames in" "${scene[@]}" --frames=30 --sticker=50 --sticker-file=frame_000010.png
# A sticker outside the region has no effect.
expect 0 "30 frames" "${scene[@]}" --frames=30 --roi=500,0,60,60 --sticker=30 --json=outside.json
expect 0 "30 frames" "${scene[@]}" --frames=30 --roi=500,0,60,60 --patch=30 --json=none.json

# A recording opens, has every frame and the size of the source; so does one of a sequence with pictures of various sizes, one of them damaged.
for kind in avi mp4; do
    expect 0 "50 frames" "${scene[@]}" --frames=50 --record=scene.$kind
    expect 0 "scene.$kind: end after 50 frames" "${video[@]}" scene.$kind --json=$kind.json
    json $kind.json "len(FRAMES) == 50 and all(f['frameSize'] == [640, 480] and f['roi'] == [80, 0, 480, 480] for f in FRAMES)"
done
mkdir sequence
for i in {10..29}; do
    awk -v i="$i" 'BEGIN { side = i < 20 ? 112 : 84; print "P2", side + 20, side, 255
        for (y = 0; y < side; y++) for (x = 0; x < side + 20; x++) {
            u = (x - 10) / side; v = y / side; ink = u > .45 && u < .55 && v > .2 && v < .8; print ink ? 255 : 0 } }' >sequence/$i.pgm
done
head -c 300 /dev/urandom >sequence/15.pgm
expect 0 "from frame 9: [104 x 84] px" "${video[@]}" "sequence/%02d.pgm" --patch=10 --json=sizes.json --record=sizes.avi
json sizes.json "TOTALS['skippedFrames'] == 1 and len(FRAMES) == 19 and all(f['label'] == 1 for f in FRAMES)"
json sizes.json "all(f['roi'][2:] == ([112, 112] if f['frame'] < 9 else [84, 84]) for f in FRAMES)"
expect 0 "19 frames" "${video[@]}" sizes.avi
head -c 60000 scene.avi >cut.avi
expect 4 "is the file complete?" "${video[@]}" cut.avi
for i in {10..59}; do head -c 300 /dev/urandom >sequence/$i.pgm; done
printf 'P2\n1 1\n255\n0\n' >sequence/10.pgm
expect 3 "30 pictures in a row could not be read" "${video[@]}" "sequence/%02d.pgm" --json=damaged.json
json damaged.json "len(FRAMES) == 1 and TOTALS['skippedFrames'] == 30"

# Times are those of the file, under any name and from any place; a truncated file gives another exit code.
python3 "$here/video/make_inputs.py" scene.avi .
mv rate.mkv "100% a%20b %d.mkv"
video_times() { json "$1" "[f['timeSeconds'] for f in FRAMES] == [0, .1, .2] + [x / 10 for x in range(13, 21)] and not any(f['timeEstimated'] for f in FRAMES)"; }
for name in "100% a%20b %d.mkv" "file://$PWD/100% a%20b %d.mkv" "file:100%25 a%2520b%20%25d.mkv"; do
    expect 0 "end after 11 frames" "${video[@]}" "$name" --json=times.json
    video_times times.json
done
expect 0 "end after 11 frames" "${video[@]}" /dev/stdin --json=times.json <"100% a%20b %d.mkv"
video_times times.json
expect 0 "end after 11 frames" "${video[@]}" <(cat "100% a%20b %d.mkv") --json=times.json
video_times times.json
expect 4 "ended after 5 of" "${video[@]}" cut.mkv
cp scene.avi 0.ppm # not a picture, but named like a numbered one
expect 3 "left out: 0.ppm: cannot be decoded" "${video[@]}" %d.ppm

# By address: what has a length is a file, what does not is a camera.
export no_proxy=127.0.0.1
python3 -u -m http.server 0 --bind 127.0.0.1 >server.log 2>&1 &
servers+=($!)
python3 -u - >live.log 2>&1 <<'EOF' &
import glob, http.server
class Camera(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace;boundary=next")
        self.end_headers()
        picture = open("turned_0.jpg", "rb").read()
        for _ in range(200):
            self.wfile.write(b"--next\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(picture), picture))
server = http.server.HTTPServer(("127.0.0.1", 0), Camera)
print("port", server.server_port)
server.serve_forever()
EOF
servers+=($!)
for _ in {1..50}; do [ -s server.log ] && [ -s live.log ] && break || sleep .1; done
port=$(grep -oE 'port [0-9]+' server.log | cut -d' ' -f2) live=$(grep -oE '[0-9]+' live.log | head -n 1)
expect 0 "scene.avi: end after 50 frames" "${video[@]}" "http://127.0.0.1:$port/scene.avi" --json=file.json
json file.json "len(FRAMES) == 50 and TOTALS['droppedFrames'] == 0"
expect 0 "end after 50 frames" "${video[@]}" "http://127.0.0.1:$port/scene.avi"
expect 3 "no more frames: was it unplugged" "${video[@]}" "http://127.0.0.1:$live/" --json=live.json
json live.json "len(FRAMES) > 150 and TOTALS['droppedFrames'] == 0" # every frame is needed
expect 3 "were dropped for newer ones" "${video[@]}" "http://127.0.0.1:$live/" --reuse=false
expect 1 "cannot be opened" "${video[@]}" "http://127.0.0.1:$port/nothing.avi"

# The same picture is the same in all programs.
model=$here/../samples/models/mnist_column_s2_small.onnx
for name in turned_0.jpg deep_0.pgm; do
    expect 0 "end after 1 frames" "${video[@]}" "${name/0/%d}" --model="$model" --roi=whole --json=one.json
    "$bin/derand_certify" --model="$model" --json "$name" >other.json
    json one.json "(lambda run, other, _: all(FRAMES[0][k] == other[k] for k in ('label', 'class', 'votes', 'largestPatch', 'frameSize')) and RUN['model'] == run['model']
        and FRAMES[0]['roi'][2:] == other['frameSize'])(*map(json.loads, open('other.json')))"
    expect 0 "votes:      $(grep -oE '"votes":[0-9]+' one.json | cut -d: -f2) of" "$bin/certify_image" "$model" "$name"
done

# No votes.
sed 's/threshold: .*/threshold: 1./' "${model%.onnx}.yml" >sure.yml
cp "$model" sure.onnx
expect 0 "20 frames" "${video[@]}" scene.avi --model=sure.onnx --frames=20 --json=sure.json --record=sure.avi
json sure.json "all(f['label'] is None and f['runnerUp'] is None and f['votes'] == 0 and not f['certified'] for f in FRAMES) and TOTALS['abstainedFrames'] == 20"
expect 0 "abstains" "$bin/certify_image" sure.onnx deep_0.pgm

# An output that is also an input is refused, before anything is opened.
cp scene.avi precious.avi
ln precious.avi hard.avi
ln -s precious.avi soft.avi
for output in --record=precious.avi --json=precious.avi --record=./hard.avi --record=soft.avi "--json=$PWD/precious.avi"; do
    expect 1 "expected another" "${video[@]}" precious.avi "$output"
    expect 1 "expected another" "${video[@]}" "file://$PWD/precious.avi" "$output"
done
expect 1 "expected another" "${video[@]}" "sequence/%02d.pgm" --json=sequence/12.pgm
cp "$model" own.onnx
cp "${model%.onnx}.yml" own.yml
expect 1 "expected another" "${scene[@]}" --model="$PWD/own.onnx" --json=own.yml
cmp -s precious.avi scene.avi || fail "an input was overwritten"
[ -s own.yml ] || fail "settings were overwritten"
mkdir saved
cp frame_000010.png saved/frame_000000.png
expect 0 "frame_000000.png: already exists and was not overwritten" "${video[@]}" "saved/frame_%06d.png" --keys=0:s --out=saved --patch=9
cmp -s frame_000010.png saved/frame_000000.png || fail "a saved picture replaced another"

# What cannot work is reported.
expect 1 "no/such.mp4: cannot be opened" "${video[@]}" no/such.mp4
expect 1 "there is no such picture" "${video[@]}" sequence/x%d.pgm
expect 1 "there is no such picture" "${video[@]}" sequence/%s%d.pgm
expect 1 "sequence/%s.pgm: cannot be opened" "${video[@]}" sequence/%s.pgm
mkdir -p pictures/in empty && for number in 2 1 3; do cp frame_000010.png pictures/b$number.png; done
cp scene.json pictures && cp frame_000010.png pictures/in && echo no picture >pictures/b0.png
expect 0 "pictures: end after 3 frames" "${video[@]}" pictures --json=pictures.json
grep -qF "left out: pictures/b0.png" <<<"$output" || fail "a broken picture of a folder is not named"
json pictures.json "len(FRAMES) == 3 and TOTALS['frames'] == 3"
expect 1 "empty: has no pictures" "${video[@]}" empty
expect 1 "is inside the folder of the source" "${video[@]}" pictures --json=pictures/b1.png
expect 1 "camera 99: cannot be opened" "${video[@]}" 99
expect 1 "no/such.avi: cannot be written" "${scene[@]}" --frames=5 --record=no/such.avi
expect 1 "ends in .avi or .mp4" "${scene[@]}" --frames=5 --record=scene.gif
expect 1 "no/such.json: cannot be written" "${scene[@]}" --frames=5 --json=no/such.json
expect 1 "can no longer be written" "${scene[@]}" --frames=5 --json=/dev/full
# If a pipe's reader disappears half-way, what was recorded until then is complete.
mkfifo records; head -n 9 records >/dev/null &
expect 1 "can no longer be written" env --ignore-signal=PIPE "${scene[@]}" --frames=2000 --json=records --record=half.avi
expect 0 "end after" "${video[@]}" half.avi
expect 1 "no such model" "${scene[@]}" --model=nonsense
expect 1 "--backend=opencv --target=cuda: not available" "${scene[@]}" --backend=opencv --target=cuda
expect 0 "5 frames" "${scene[@]}" --frames=5 --backend=opencv --target=cpu
expect 1 "does not lie inside the frame" "${scene[@]}" --roi=600,0,50,50
expect 1 "--roi=1,2,3" "${scene[@]}" --roi=1,2,3
expect 1 "--window=100x100: expected at least 320x240" "${scene[@]}" --window=100x100
expect 1 '"5" is not a key press' "${scene[@]}" --keys=5
expect 1 "cannot be decoded" "${scene[@]}" --sticker=20 --sticker-file=scene.json
expect 1 "unknown option" "${scene[@]}" --stickers=20
expect 1 "there is no display" env -u DISPLAY -u WAYLAND_DISPLAY "$bin/certify_video" scene
expect 0 "Labels the frames of a video" "$bin/certify_video" --help
timeout --signal=INT 7 "${scene[@]}" --json=stopped.json --record=stopped.avi >stopped.log 2>&1 || true
grep -qE "^[0-9]+ frames, [0-9.]+ a second$" stopped.log || fail "no progress is shown"
json stopped.json "TOTALS['frames'] == len(FRAMES) > 10"
expect 0 "end after $(($(wc -l <stopped.json) - 2)) frames" "${video[@]}" stopped.avi

# Several cameras: each gets what it would get alone, and one that ends or breaks does not end the others.
cameras=("$bin/certify_cameras" --headless)
mkdir cams
expect 4 "cut.avi: ended after" "${cameras[@]}" scene.avi cut.avi pictures scene --frames=60 --json=cams
grep -qF "sources go on" <<<"$output" || fail "nothing is said about the other cameras: $output"
expect 0 "50 frames" "${video[@]}" scene.avi --json=alone.json
[ "$(strip cams/0.json)" = "$(strip alone.json)" ] || fail "a camera beside others gets other certificates"
json cams/0.json "RUN['program'] == 'certify_cameras' and TOTALS['frames'] == 50 == len(FRAMES)"
json cams/1.json "0 < TOTALS['frames'] < 50 and 'is the file complete?' in TOTALS['ending']"
json cams/2.json "TOTALS['frames'] == 3 and TOTALS['skippedFrames'] == 1"
json cams/3.json "TOTALS['frames'] == 60"
mkdir one && cp sequence/10.pgm one
expect 1 "one/10.pgm: the region 600,300,40,40 does not lie inside the frame of 1 x 1 px" "${cameras[@]}" scene one/10.pgm --roi=600,300,40,40 --frames=40 --json=cams
grep -qF "1 of 2 sources go on" <<<"$output" || fail "a broken camera ends the others: $output"
json cams/0.json "TOTALS['frames'] == 40 and FRAMES[-1]['roi'] == [600, 300, 40, 40]"
expect 3 "no more frames: was it unplugged" "${cameras[@]}" scene "http://127.0.0.1:$live/" --frames=400 --json=cams
json cams/0.json "TOTALS['frames'] == 400"
expect 1 "expected at least one source" "${cameras[@]}"
expect 1 "no/such.avi: cannot be opened" "${cameras[@]}" scene no/such.avi
expect 1 "--json=none: expected a folder that exists" "${cameras[@]}" scene --json=none
cp scene.avi cams/1.json
expect 1 "expected another" "${cameras[@]}" scene cams/1.json --json=cams
cmp -s cams/1.json scene.avi || fail "a source was overwritten"
rm cams/1.json
expect 0 "certify_cameras SOURCE... [options]" "$bin/certify_cameras" --help

# Colour, and a real clip.
clip=${DERAND_TEST_DATA:-}/video/car-detection.mp4
if [ -f "$clip" ]; then
    expect 0 "60 frames" "${video[@]}" "$clip" --model=gtsrb_column_s2 --frames=60 --json=clip.json --record=clip.avi --patch=20 --sticker=40
    json clip.json "TOTALS['brokenFrames'] == 0 and len(FRAMES) == 60"
    expect 0 "60 frames" "${video[@]}" clip.avi --model=gtsrb_column_s2 --roi=whole
else
    echo "DERAND_TEST_DATA has no video/car-detection.mp4: no real clip"
fi

if command -v Xvfb >/dev/null && command -v xdotool >/dev/null; then
    # The screen is a file; use the first free display.
    Xvfb -displayfd 3 -screen 0 1300x760x24 -fbdir . 3>display >/dev/null 2>&1 &
    servers+=($!)
    for _ in {1..50}; do [ -s display ] && break || sleep .1; done
    export DISPLAY=:$(cat display)
    # start LOG FRAMES OPTIONS...: certify_video with a window, until it has certified that many frames.
    start() {
        rm -f "$1.json"
        timeout 120 "$bin/certify_video" "${@:3}" --json="$1.json" >"$1.log" 2>&1 &
        program=$!
        for _ in {1..300}; do [ "$(cat "$1.json" 2>/dev/null | wc -l)" -gt "$2" ] && break || sleep .1; done
        window=$(xdotool search --name '^certify_video$' 2>/dev/null | tail -n 1) || true
    }
    press() { xdotool key --window "$window" "$@" 2>/dev/null || fail "the window is gone before '$*'"; }
    # ends LOG: presses q; the program must end well.
    ends() {
        press q
        local code=0; wait $program || code=$?
        [ $code = 0 ] || { fail "the window ends with $code"; cat "$1.log"; }
    }
    # on_screen BYTES CONDITION: within ten seconds, N pixels of the screen have this colour, and the first and the last are in ROWS.
    on_screen() {
        python3 - "$@" <<'EOF' || fail "the screen does not show $1: $2"
import struct, sys, time
colour = bytes.fromhex(sys.argv[1])
for _ in range(40):
    data = open("Xvfb_screen0", "rb").read()
    word = lambda at: struct.unpack(">I", data[at:at + 4])[0]
    pixels, stride, width = data[word(0) + 12 * word(76):], word(48), word(16)
    at = [pixels.count(colour, y * stride, y * stride + 4 * width) for y in range(word(20))]
    ROWS, N = [y for y, n in enumerate(at) if n], sum(at)
    if eval(sys.argv[2]):
        sys.exit()
    time.sleep(.25)
sys.exit("%d pixels, rows %s" % (N, ROWS[:1] + ROWS[-1:]))
EOF
    }
    start window 90 scene --sticker=80 --out=. --keys=40:p,50:s,60:+,70:o
    on_screen 3c5a78 "60000 < N <= 76800" # the wood of the board: 80 columns on each side of 480 rows
    [ -z "${pictures:-}" ] || cp Xvfb_screen0 "$pictures/window.xwd"
    press space
    sleep 1; paused=$(wc -l <window.json); sleep 1
    [ "$(wc -l <window.json)" = "$paused" ] || fail "space does not pause"
    # While the button is down, the region is drawn, in the colour of ink, which the place of the panel has without it.
    press i
    sleep .5; on_screen 282828 "0 <= N - 640 * 154 < 50"
    xdotool mousemove 100 100 mousedown 1 mousemove 300 250 2>/dev/null
    sleep .5; on_screen 282828 "600 < N - 640 * 154 < 800"
    xdotool mouseup 1 2>/dev/null
    press i space
    sleep 1
    ends window
    json window.json "FRAMES[-1]['roi'] == [100, 100, 200, 150] and FRAMES[0]['roi'] == [80, 0, 480, 480]"
    json window.json "'sticker' in FRAMES[30] and FRAMES[30]['askedPatch'] == [80, 80] and FRAMES[80]['askedPatch'] == [88, 88]"
    [ -f frame_000050_certificate.png ] || fail "s saves no picture"
    [ -z "${pictures:-}" ] || cp frame_000050*.png "$pictures"

    # Frames that are larger than the screen are made smaller, with the panel on them, and regions are in their own pixels, also
    # after the window was resized.
    mkdir big
    { printf 'P5 1920 1080 255\n'; head -c $((1920 * 1080)) /dev/zero | tr '\0' '\200'; } >big/0.pgm
    for i in {1..600}; do ln -s 0.pgm big/$i.pgm; done # more than are shown
    start wide 8 big/%d.pgm --roi=whole --patch=9 "--keys=4:o,8: "
    sleep 1
    on_screen 808080 "abs(N - 1280 * 720 + 640 * 154) < 500 and max(ROWS) == 719" # the mouse is on it
    on_screen ffffff "N < 500" # the panel is translucent
    drag() { xdotool mousemove $1 $2 mousedown 1 mousemove $3 $4 mouseup 1 2>/dev/null; sleep .5; }
    drag 100 100 300 250
    press space; sleep .5
    press space; sleep .5
    xdotool windowsize "$window" 900 400; sleep 1
    [ -z "${pictures:-}" ] || cp Xvfb_screen0 "$pictures/wide.xwd"
    drag 194 100 394 200 # the frame begins at 94
    press space; sleep 1
    ends wide
    json wide.json "[150, 150, 300, 225] in [f['roi'] for f in FRAMES]"
    json wide.json "all(abs(a - b) <= 6 for a, b in zip(FRAMES[-1]['roi'], [270, 270, 540, 270]))"

    # Two cameras side by side; the second ends at once, and says so at the top of its place.
    mkdir seen
    timeout 120 "$bin/certify_cameras" scene big/0.pgm --window=1280x480 --json=seen >cameras.log 2>&1 &
    program=$!
    for _ in {1..300}; do [ "$(cat seen/0.json 2>/dev/null | wc -l)" -gt 20 ] && break || sleep .1; done
    [ -z "${pictures:-}" ] || cp Xvfb_screen0 "$pictures/cameras.xwd"
    on_screen 3c5a78 "N > 20000" # the wood of the scene
    window=$(xdotool search --name '^certify_cameras$' 2>/dev/null | tail -n 1) || true
    ends cameras
    json seen/0.json "len(FRAMES) > 10"
    json seen/1.json "len(FRAMES) == 1"
    grep -qF "1 of 2 sources go on" cameras.log || fail "nothing is said about the other camera"
else
    echo "SKIPPED: no window without Xvfb and xdotool"
fi

# Every finished file of records.
/usr/bin/env "${PYTHON:-python3}" "$here/json_schema.py" $(grep -ls '"type":"totals"' *.json cams/*.json seen/*.json) || (($? == 77)) || fail "JSON records are not as their schema says"

[ $failed = 0 ] && echo "all as expected"
exit $failed
