#!/bin/sh
# ike-scan-fragments.sh HOST: does the gateway answer IKE_SA_INIT, and does it when that comes in two IP fragments?
# ike-scan knows nothing of MTU; a nonce of 1600 bytes is how people make it send something large. strongSwan answers
# that with INVALID_SYNTAX, which is an answer. "not answered" is after ike-scan's own three tries.
ask() {
  if ike-scan --ikev2 --sport=0 "$@" | grep -q '[1-9] returned'; then
    echo answered
  else
    echo 'not answered'
  fi
}
echo "small: $(ask "$1")"
echo "fragmented: $(ask --noncelen=1600 "$1")"
