#!/usr/bin/env bash
# From a bare Debian 12 machine to a working private lookup over four incidents, on loopback, with invented people: a
# portal that asks, three custodians and an operator, each with a certificate of its own.
#   deploy/quickstart.sh [--keep] [--plain] [--dir D]
#     --keep   leave the service running, and say how to ask it
#     --plain  without TLS: whoever is on this machine may do everything
#     --dir D  put everything into D, a new or empty directory [a new one under ./run, removed at the end]
set -euo pipefail
source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

keep=no
plain=no
directory=
while [[ $# -gt 0 ]]; do
  case $1 in
    --keep) keep=yes ;;
    --plain) plain=yes ;;
    --dir) directory=${2:?--dir: say which directory} && shift ;;
    --dir=*) directory=${1#--dir=} ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
    *) echo "quickstart.sh: there is no option $1 (see --help)." >&2 && exit 2 ;;
  esac
  shift
done

# --- What was started is stopped, however this ends. ------------------------------------------------------------------
server=
throw_away=
finish() {
  local code=$?
  trap - EXIT INT TERM HUP
  if [[ -n "$server" && ( $keep == no || $code -ne 0 ) ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [[ $code -ne 0 ]]; then
    echo "quickstart.sh: stopped (code $code)." >&2
    [[ -z "$directory" ]] || echo "  What there is, is in $directory; the service's own words: $directory/exposured.log" >&2
  elif [[ -n "$throw_away" && $keep == no ]]; then
    rm -rf "$throw_away"
  fi
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

begun=$SECONDS
heading() { printf '\n=== %s  (%d s)\n' "$1" $((SECONDS - begun)); }

# --- Install and build ------------------------------------------------------------------------------------------------
heading "Install what is missing, and build the two programs"
"$source_root/deploy/install.sh" build
(
  cd "$source_root"
  mkdir -p build
  cmake --preset programs >build/programs.configure.log || { cat build/programs.configure.log >&2; exit 1; }
  cmake --build --preset programs
)
export PATH="$source_root/build/programs/bin:$PATH"

if [[ -z "$directory" ]]; then
  mkdir -p run
  directory=$(mktemp -d "$PWD/run/quickstart.XXXXXX")
  throw_away=$directory
else
  mkdir -p "$directory"
  if [[ -n "$(ls -A "$directory")" ]]; then
    echo "quickstart.sh: $directory is not empty. Give a new one, or none." >&2
    directory=
    exit 2
  fi
  directory=$(cd "$directory" && pwd)
fi
cd "$directory"
umask 077

# --- Keys, delegation, configuration ----------------------------------------------------------------------------------
heading "Keys, delegation and configuration in $directory"
mkdir keys
exposure keys generate root --out keys/root
exposure keys generate catalogue --out keys/catalogue
exposure keys generate custodian --out keys/met-custodian
exposure keys generate custodian --out keys/psni-custodian
exposure keys generate evaluator --out keys/met-1 --index 1
exposure keys generate evaluator --out keys/psni-1 --index 1
exposure keys delegate --root keys/root --catalogue keys/catalogue.pub --out delegation.txtpb

# An epoch for each force. B = fetch_bits: the most that leaves 100 people in a fetch (protocol.md §3).
cat >exposured.txtpb <<'CONFIG'
# proto-file: exposure/config/v1/config.proto
# proto-message: exposure.config.v1.ServerConfig
listen: "127.0.0.1:0"
address_file: "address"
data_directory: "data"
evaluator_key_files: "keys/met-1"
evaluator_key_files: "keys/psni-1"
catalogue_key_file: "keys/catalogue"
delegation_file: "delegation.txtpb"
service_name: "Sandbox: invented people only"
reflection: true
epochs {
  evaluator_files: "keys/met-1.pub"
  bucket_bits: 8
  fetch_bits: 8
  schemes {
    force: "met"
    name: "pay"
    population: 47000
    rule { prefix_words: "PAY" prefix_words: "NO" min_letters: 1 max_letters: 1 min_digits: 6 max_digits: 6 }
    label { en: "Pay number" cy: "Rhif cyflog" }
    help {
      en: "on your payslip, top left. Not your warrant or shoulder number."
      cy: "ar eich slip cyflog, ar y chwith uchaf. Nid eich rhif gwarant na'ch rhif ysgwydd."
    }
    force_name { en: "Metropolitan Police" cy: "Heddlu Metropolitanaidd Llundain" }
  }
}
epochs {
  evaluator_files: "keys/psni-1.pub"
  bucket_bits: 6
  fetch_bits: 6
  schemes {
    force: "psni"
    name: "service"
    population: 9483
    rule { prefix_words: "NO" max_letters: 0 min_digits: 1 max_digits: 6 pad_digits_to: 6 }
    label { en: "Service number" cy: "Rhif gwasanaeth" }
    help {
      en: "on your warrant card. After August 2023 some were given a new one: check both."
      cy: "ar eich cerdyn gwarant. Ar ôl Awst 2023 rhoddwyd un newydd i rai: gwiriwch y ddau."
    }
    force_name { en: "Police Service of Northern Ireland" cy: "Gwasanaeth Heddlu Gogledd Iwerddon" }
  }
}
custodians {
  name: "Metropolitan Police, breach response"
  force: "met"
  public_key_file: "keys/met-custodian.pub"
}
custodians {
  name: "Police Service of Northern Ireland, breach response"
  force: "psni"
  public_key_file: "keys/psni-custodian.pub"
}
CONFIG

# Who may call what: the methods as deploy/exposured.txtpb has them, and five callers.
if [[ $plain == no ]]; then
  "$source_root/deploy/dev-pki.sh" --dir pki consumer/met-portal custodian/met-response custodian/psni-response \
    custodian/other-forces operator/first
  {
    cat <<'CONFIG'
tls {
  certificate_file: "pki/server.pem"
  private_key_file: "pki/server.key"
  client_ca_file: "pki/ca.pem"
  revocation_file: "pki/ca.crl"
  trust_domain: "police.example"
}
access {
CONFIG
    grep '^  methods ' "$source_root/deploy/exposured.txtpb"
    cat <<'CONFIG'
  callers { name: "consumer/met-portal" forces: "met" forces: "psni" limits: "portal" }
  callers { name: "custodian/met-response" forces: "met" }
  callers { name: "custodian/psni-response" forces: "psni" }
  callers { name: "custodian/other-forces" forces: "norfolk-suffolk" forces: "south-yorkshire" }
  callers { name: "operator/first" }
}
CONFIG
  } >>exposured.txtpb
fi
exposured --config exposured.txtpb --check-config

# --- The service ------------------------------------------------------------------------------------------------------
heading "Start exposured on loopback"
if [[ $keep == yes ]]; then
  setsid nohup exposured --config exposured.txtpb >exposured.log 2>&1 </dev/null &
else
  exposured --config exposured.txtpb >exposured.log 2>&1 </dev/null &
fi
server=$!
for ((waited = 0; waited < 300; ++waited)); do
  [[ -s address ]] && break
  if ! kill -0 "$server" 2>/dev/null; then
    cat exposured.log >&2
    exit 1
  fi
  sleep 0.1
done
EXPOSURE_SERVER=$(cat address)
export EXPOSURE_SERVER EXPOSURE_ROOT="$directory/keys/root.pub" XDG_STATE_HOME="$directory/state"
unset LC_ALL LC_MESSAGES NO_COLOR
export LANG=C.UTF-8
echo "exposured (process $server) listens on $EXPOSURE_SERVER"

# as CALLER: whose certificate the next commands come with.
as() {
  [[ $plain == no ]] || return 0
  export EXPOSURE_TLS_CA="$directory/pki/ca.pem" EXPOSURE_TLS_CERT="$directory/pki/$1.pem" \
    EXPOSURE_TLS_KEY="$directory/pki/$1.key"
}

# --- Notices first ----------------------------------------------------------------------------------------------------
heading "Publish the four notices"
for notice in met-2023-supplier psni-2023-foi norfolk-suffolk-2023-foi south-yorkshire-2023-footage; do
  case $notice in
    met-* | psni-*) as "custodian/${notice%%-*}-response" ;;
    *) as custodian/other-forces ;;
  esac
  exposure notice publish "$source_root/deploy/samples/$notice.notice.txtpb"
done

heading "Make the sample sources"
python3 "$source_root/deploy/samples/generate.py" --out samples
wc -l samples/*.csv

# Numbers go through standard input, never through a command line.
known() { awk -v what="$1" '$1 == what { print $2, $3 }' samples/known.txt; }

# ask WHAT… < lines: the whole answer, once for people and once for the check below.
ask() {
  local lines
  as consumer/met-portal
  lines=$(cat)
  exposure check --json "$@" <<<"$lines" >answer.json
  exposure check "$@" <<<"$lines" >answer.txt
}

# expect VERDICT INCIDENT: that the last answer says so.
expect() {
  python3 - "$1" "$2" <<'PYTHON'
import json, sys
want, incident = sys.argv[1:]
got = {v["incident_id"]: v["verdict"] for v in json.load(open("answer.json"))["verdicts"]}
if got.get(incident) != want:
    sys.exit(f"quickstart.sh: {incident}: expected {want}, got {got.get(incident)}.")
PYTHON
}

# show HEADING…: the paragraphs of the last answer that begin so.
show() {
  local wanted
  for wanted in "$@"; do
    awk -v RS= -v wanted="$wanted" 'index($0, wanted) == 1' answer.txt
  done
}

heading "A Met pay number, while the lists are being prepared"
known met-exposed | ask
expect CANNOT_BE_CHECKED_YET met-2023-supplier
show "CANNOT BE CHECKED YET"

# --- Seal and publish -------------------------------------------------------------------------------------------------
seal_and_publish() { # NAME INCIDENT AS_AT
  as operator/first
  [[ $plain == yes ]] || exposure grant "$2" --caller "custodian/$1-response" --rows $(($(wc -l <"samples/$1.csv") - 1))
  as "custodian/$1-response"
  exposure seal "samples/$1.csv" --mapping "$source_root/deploy/samples/$1.mapping.txtpb" --incident "$2" \
    --key "keys/$1-custodian" --out "$2.dataset" --as-at "$3" \
    --difference-explained "Some people are in the source twice, and the numbers of a few rows could not be read"
  exposure publish --yes "$2.dataset"
}
heading "Seal and publish the list of the Metropolitan Police"
seal_and_publish met met-2023-supplier 2023-09-02
heading "Seal and publish the list of the Police Service of Northern Ireland, and look for every row of it"
seal_and_publish psni psni-2023-foi 2023-08-08
exposure verify-published samples/psni.csv --mapping "$source_root/deploy/samples/psni.mapping.txtpb" \
  --incident psni-2023-foi

# --- Every verdict ----------------------------------------------------------------------------------------------------
heading "Exposed; needs another kind of number; two incidents that cannot be checked by number"
known met-exposed | ask
expect EXPOSED met-2023-supplier
expect NEEDS_ANOTHER_NUMBER psni-2023-foi
expect CANNOT_BE_CHECKED norfolk-suffolk-2023-foi
expect CANNOT_BE_CHECKED south-yorkshire-2023-footage
cat answer.txt

heading "Not in this dataset"
known met-absent | ask
expect NOT_IN_THIS_DATASET met-2023-supplier
show "NOT IN THIS DATASET"

heading "An old and a new service number together: the answer is the union"
known psni-new | ask
expect NOT_IN_THIS_DATASET psni-2023-foi
{ known psni-old && known psni-new; } | ask
expect EXPOSED psni-2023-foi
show "EXPOSED"

heading "The same from a downloaded set: nothing is fetched"
as consumer/met-portal
exposure download psni/service
{ known psni-old && known psni-new; } | ask --offline-set
expect EXPOSED psni-2023-foi

heading "No answer: with another root key nothing can be verified"
exposure keys generate root --out keys/another-root
code=0
known met-exposed | exposure check --root keys/another-root.pub --state-dir another-state || code=$?
[[ $code -eq 3 ]] || { echo "quickstart.sh: expected exit code 3, got $code." >&2; exit 1; }

heading "Done: every verdict was as expected"
if [[ $keep == yes ]]; then
  cat <<KEPT
The service is running: process $server, $EXPOSURE_SERVER. To ask it:
  export PATH="$source_root/build/programs/bin:\$PATH"
  export EXPOSURE_SERVER=$EXPOSURE_SERVER EXPOSURE_ROOT=$EXPOSURE_ROOT XDG_STATE_HOME=$XDG_STATE_HOME
$(as consumer/met-portal; [[ $plain == yes ]] || echo "  export EXPOSURE_TLS_CA=$EXPOSURE_TLS_CA EXPOSURE_TLS_CERT=$EXPOSURE_TLS_CERT EXPOSURE_TLS_KEY=$EXPOSURE_TLS_KEY")
  exposure check --force met --scheme pay
  exposure notices
A known number for each verdict: $directory/samples/known.txt
To stop it: kill $server
KEPT
elif [[ -z "$throw_away" ]]; then
  echo "Everything that was made is in $directory. The service is stopped."
fi
