#!/usr/bin/env bash
# A certificate authority for development and tests: one server, and callers named spiffe://TRUST_DOMAIN/ROLE/NAME.
#   deploy/dev-pki.sh [--dir D] [--trust-domain T] [ROLE/NAME…]   makes what is missing or over, keeps the rest
#   deploy/dev-pki.sh [--dir D] --revoke ROLE/NAME                 puts a caller's certificate on the revocation list
#     --dir D           where: D/ca.pem, ca.key, ca.crl, server.pem, server.key, ROLE/NAME.pem, ROLE/NAME.key [./pki]
#     --trust-domain T  [police.example]
#     ROLE/NAME         callers [one portal, helpdesk and records service, two custodians, two operators]
# Never for a real service: its CA key lies beside what it signs.
set -euo pipefail

directory=pki
trust_domain=police.example
revoke=
callers=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --dir) directory=${2:?--dir: say which directory} && shift ;;
    --trust-domain) trust_domain=${2:?--trust-domain: say which} && shift ;;
    --revoke) revoke=${2:?--revoke: say whose certificate} && shift ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
    -*) echo "dev-pki.sh: there is no option $1 (see --help)." >&2 && exit 2 ;;
    *) callers+=("$1") ;;
  esac
  shift
done
if [[ ${#callers[@]} -eq 0 ]]; then
  callers=(consumer/met-portal consumer/federation-helpdesk custodian/met-response custodian/psni-response
    operator/first operator/second service/records)
fi
for name in "${callers[@]}" ${revoke:+"$revoke"}; do
  if [[ ! $name =~ ^(consumer|custodian|operator|service)/[a-z0-9][a-z0-9.-]*$ ]]; then
    echo "dev-pki.sh: $name is not ROLE/NAME with a role consumer, custodian, operator or service." >&2
    exit 2
  fi
done

if [[ ! $trust_domain =~ ^[a-z0-9.-]+$ ]]; then
  echo "dev-pki.sh: --trust-domain: lower-case letters, digits, dots and hyphens, like police.example." >&2
  exit 2
fi

umask 077
mkdir -p "$directory"
cd "$directory"
work=$(mktemp -d "$PWD/.making.XXXXXX")
trap 'rm -rf "$work"' EXIT

quietly() { "$@" 2>"$work/errors" || { cat "$work/errors" >&2 && exit 1; }; }

new_key() { quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/key"; }

# put NAME: what was made becomes NAME.key and NAME.pem, each in one step.
put() {
  chmod 0400 "$work/key"
  chmod 0444 "$work/certificate"
  mv -f "$work/key" "$1.key"
  mv -f "$work/certificate" "$1.pem"
}

is_good() { [[ -f $1.key && -f $1.pem ]] && openssl x509 -in "$1.pem" -noout -checkend 0 >/dev/null; }

make_ca() {
  new_key
  quietly openssl req -x509 -new -key "$work/key" -days 365 -subj "/CN=exposure development CA" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -out "$work/certificate"
  put ca
}

# make_leaf FILE SUBJECT USAGE ALTERNATIVE_NAMES: for 30 days.
make_leaf() {
  mkdir -p "$(dirname "$1")"
  new_key
  cat >"$work/extensions" <<EXTENSIONS
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=$3
subjectAltName=$4
EXTENSIONS
  quietly openssl req -new -key "$work/key" -subj "$2" -out "$work/request"
  quietly openssl x509 -req -in "$work/request" -CA ca.pem -CAkey ca.key -set_serial "0x1$(openssl rand -hex 15)" \
    -days 30 -extfile "$work/extensions" -out "$work/certificate"
  put "$1"
}

# authority ARGUMENTS…: `openssl ca` with a database of what was revoked.
authority() {
  [[ -f revoked.txt ]] || : >revoked.txt
  [[ -f revoked.number ]] || echo 01 >revoked.number
  cat >"$work/ca.cnf" <<CONFIG
[ca]
default_ca = development
[development]
database = revoked.txt
crlnumber = revoked.number
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_crl_days = 30
unique_subject = no
CONFIG
  quietly openssl ca -config "$work/ca.cnf" "$@"
}

is_good ca || make_ca
if [[ -n $revoke ]]; then
  [[ -f $revoke.pem ]] || { echo "dev-pki.sh: there is no $directory/$revoke.pem." >&2 && exit 2; }
  serial=$(openssl x509 -in "$revoke.pem" -noout -serial)
  grep -qs "${serial#serial=}" revoked.txt || authority -revoke "$revoke.pem"
else
  is_good server || make_leaf server /CN=localhost serverAuth "DNS:localhost,IP:127.0.0.1,IP:::1"
  for name in "${callers[@]}"; do
    is_good "$name" || make_leaf "$name" "/CN=${name#*/}" clientAuth "URI:spiffe://$trust_domain/$name"
  done
fi
authority -gencrl -out "$work/list"
chmod 0444 "$work/list"
mv -f "$work/list" ca.crl
