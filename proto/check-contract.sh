#!/usr/bin/env bash
# Lints the contract, checks its format, and compares it with the baseline that users rely on.
#
#   check-contract.sh            check
#   check-contract.sh --accept   check, then make today's contract the baseline: for a release
#
# Needs Maven and npm. Set BUF to use a buf that is already installed. `mvn verify` does not need any of this.
set -euo pipefail
cd "$(dirname "$0")"

readonly baseline=baseline/plateau-v1.binpb
readonly work=target/contract
readonly dependencies=target/protoc-dependencies

say() { printf 'contract: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

accept=no
case "${1-}" in
  '') ;;
  --accept) accept=yes ;;
  *) fail "unknown argument $1; usage: check-contract.sh [--accept]" ;;
esac

# The imports come out of the jars that Maven hands to protoc.
if [ ! -d "$dependencies" ]; then
  rm -rf target/generated-sources/protobuf
  mvn -q -B -f ../pom.xml -pl proto generate-sources
fi
rm -rf "$work/imports"
for import in buf/validate/validate.proto google/rpc/status.proto; do
  found=$(find "$dependencies" -path "*.jar/$import" | sort | tail -n 1)
  [ -n "$found" ] || fail "$import is not in the jars under $dependencies; run mvn clean and try again"
  mkdir -p "$work/imports/$(dirname "$import")"
  # Go's addresses mean nothing here and would only end up in the baseline.
  sed '/^option go_package/d' "$found" >"$work/imports/$import"
done

# Buf itself, in the version that the parent pom names.
if [ -z "${BUF-}" ]; then
  version=$(sed -n 's:.*<buf.version>\(.*\)</buf.version>.*:\1:p' ../pom.xml)
  BUF=$PWD/$work/npm/node_modules/.bin/buf
  if [ ! -x "$BUF" ] || [ "$("$BUF" --version 2>&1)" != "$version" ]; then
    say "installing buf $version"
    mkdir -p "$work/npm"
    npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$work/npm" "@bufbuild/buf@$version" >&2
  fi
fi

# image DIR FILE: builds the module in DIR. Without comments, which nothing is compared by.
image() { (cd "$1" && "$BUF" build src/main/proto --exclude-source-info -o "$OLDPWD/$2"); }

# breaking IMAGE: the changes in IMAGE that break a user of the baseline, one a line.
breaking() { "$BUF" breaking "$1" --against "$baseline" --config buf.yaml --exclude-imports; }

"$BUF" lint || fail "lint: see above"
"$BUF" format --diff --exit-code src/main/proto || fail "format: run buf format -w src/main/proto in proto/"
image . "$work/current.binpb"

if [ -e "$baseline" ]; then
  breaking "$work/current.binpb" || fail "breaking: the changes above would break users of $baseline; only add to the contract"
  cmp -s "$work/current.binpb" "$baseline" || say "the contract has grown beyond the baseline; --accept it with a release"
elif [ "$accept" = no ]; then
  fail "$baseline is missing"
fi

if [ "$accept" = yes ]; then
  mkdir -p "$(dirname "$baseline")"
  cp "$work/current.binpb" "$baseline"
  say "$baseline now holds today's contract"
fi

# A check that cannot fail is none: each of these changes must be found, or must be let pass.
# try NAME EXPECTED FILE SED: EXPECTED is the rule that must complain, or none.
try() {
  local name=$1 expected=$2 file=$3 script=$4 found
  local mutant=$work/mutant
  rm -rf "$mutant"
  mkdir -p "$mutant/src/main" "$mutant/target/contract"
  cp buf.yaml "$mutant/"
  cp -R src/main/proto "$mutant/src/main/"
  cp -R "$work/imports" "$mutant/target/contract/"
  sed -i.before "$script" "$mutant/src/main/proto/plateau/$file"
  if cmp -s "$mutant/src/main/proto/plateau/$file"{,.before}; then
    fail "self-check '$name': the change did not apply"
  fi
  rm "$mutant/src/main/proto/plateau/$file.before"
  image "$mutant" "$work/mutant.binpb" || fail "self-check '$name': the changed contract does not build"
  if found=$("$BUF" breaking "$work/mutant.binpb" --against "$baseline" --config buf.yaml --exclude-imports --error-format json); then
    [ "$expected" = none ] || fail "self-check '$name': the change went unnoticed"
  elif [ "$expected" = none ]; then
    fail "self-check '$name': an addition was taken for a break: $found"
  elif ! grep -q "\"type\":\"$expected\"" <<<"$found"; then
    fail "self-check '$name': found, but not by $expected: $found"
  fi
}

try 'a renumbered field' FIELD_NO_DELETE common/v1/point.proto 's/double alpha = 2;/double alpha = 102;/'
try 'a renamed field' FIELD_SAME_JSON_NAME common/v1/point.proto 's/double alpha = 2;/double position = 2;/'
try 'a field of another type' FIELD_SAME_TYPE common/v1/point.proto 's/double alpha = 2;/float alpha = 2;/'
try 'a field that lost its presence' FIELD_SAME_CARDINALITY common/v1/curve_summary.proto 's/optional double half_drop/double half_drop/'
try 'a removed enum value' ENUM_VALUE_NO_DELETE common/v1/job_state.proto '/JOB_STATE_PAUSED = 3;/d'
try 'a removed method' RPC_NO_DELETE interpolator/v1/evaluation_service.proto '/rpc GetCurve(/d'
try 'a stream that became one answer' RPC_SAME_SERVER_STREAMING trainer/v1/training_service.proto 's/returns (stream WatchTrainingResponse)/returns (WatchTrainingResponse)/'
try 'another Java package' FILE_SAME_JAVA_PACKAGE common/v1/scheme.proto 's/"io.plateau.proto.common.v1"/"io.plateau.common.v1"/'
try 'a new field' none common/v1/point.proto 's/double alpha = 2;/double alpha = 2; double added = 1000;/'
try 'a new enum value' none common/v1/job_state.proto 's/JOB_STATE_PAUSED = 3;/JOB_STATE_PAUSED = 3; JOB_STATE_ADDED = 1000;/'
rm -rf "$work/mutant" "$work/mutant.binpb"

say "lint, format and compatibility are in order"
