#!/bin/bash
# Plays the balance-management document against a throw-away daemon: its seven
# sections request by request, then its console hints, with a kill -9 between,
# a call at the prices of the tutorial tariff plan, and a reseller with a
# customer over REST.
# Every answer is compared; the first that differs ends the demo with status 1.
set -euo pipefail
cd "$(dirname "$0")"
bin=../../bin
dir=$(mktemp -d)
daemon=
key=$(od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n')

fail() { printf 'demo: %s\n' "$*" >&2; exit 1; }

end() {
    [[ -z $daemon ]] || kill -9 "$daemon" 2>"$dir/kill.log" || true
    rm -rf "$dir"
}
trap end EXIT

# start runs the daemon on free ports and waits for its ready line.
start() {
    : >"$dir/ready"
    PURSER_REST_MASTER_API_KEY=$key "$bin/purserd" --store.dir "$dir/data" --log.level warn --listen.rest 127.0.0.1:0 \
        --listen.json 127.0.0.1:0 --listen.bijson 127.0.0.1:0 --listen.http 127.0.0.1:0 \
        --tariffplan.dir ../tariffplans >"$dir/ready" &
    daemon=$!
    for _ in $(seq 100); do
        if grep -q '^ready ' "$dir/ready"; then
            server=$(sed -n 's/^ready .*\bjson=\(127[^ ]*\).*/\1/p;s/^ready json=\([^ ]*\).*/\1/p' "$dir/ready" | tail -1)
            rest=$(sed -n 's/^ready .* rest=\([^ ]*\).*/\1/p' "$dir/ready")
            return
        fi
        kill -0 "$daemon" || fail "the daemon did not start"
        sleep 0.1
    done
    fail "the daemon was not ready within 10 s"
}

# ask sends a request as it is printed and shows the answer.
ask() {
    exec 3<>"/dev/tcp/${server%:*}/${server#*:}"
    printf '%s' "$1" >&3
    IFS= read -r -t 10 answer <&3 || fail "no answer to: $1"
    exec 3>&-
}

# rest sends VERB PATH with DATA and the token, and wants a status.
token=
rest() {
    local verb=$1 path=$2 data=$3 status=$4 body
    body="{\"data\":$data}"
    exec 3<>"/dev/tcp/${rest%:*}/${rest#*:}"
    printf '%s /v2/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Auth-Token: %s\r\nContent-Length: %d\r\n\r\n%s' \
        "$verb" "$path" "$token" "${#body}" "$body" >&3
    answer=$(timeout 10 cat <&3) || fail "no answer to: $verb $path"
    exec 3>&-
    want "^HTTP/1.1 $status "
}

# field sets a variable to a text member of the last answer.
field() { [[ $answer =~ \"$2\":\"([^\"]+)\" ]] || fail "no $2 in $answer"; printf -v "$1" '%s' "${BASH_REMATCH[1]}"; }

# want compares the last answer with an extended regular expression.
want() { [[ $answer =~ $1 ]] || fail "want $1, got $answer"; }

section() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# play sends the request of a section and compares the answer.
play() {
    section "$1 $2"
    ask "$(cat "$1.json")"
    printf '%s\n' "${answer:0:400}"
    want "$3"
}

unnamed() {
    ask '{"method":"APIerSv1.AddBalance","params":[{"Tenant":"cgrates.org","Account":"1001","BalanceType":"'"$1"'","Value":'"$2"',"Weight":'"$3"'}],"id":1}'
    want '"result":"OK"'
}

start
printf 'purserd is ready at %s, store in %s\n' "$server" "$dir/data"

play 3.1 "Balance Set: balance 23456 of 1003 is 12" '^\{"id":6,"result":"OK","error":null\}$'
play 3.2 "Balance Add: 10 into balance 123456 of 1003" '^\{"id":4,"result":"OK","error":null\}$'
play 3.3 "Balance Debit: 5 from balance 23456 of 1003" '^\{"id":5,"result":"OK","error":null\}$'

section "3.4 Get Remaining Balance: the sum over BalanceMap is 12 - 5 + 10 = 17"
ask '{"method":"APIerSv2.GetAccounts","params":[{"Tenant":"cgrates.org","AccountIDs":["1003"]}],"id":7}'
remaining() { grep -o '"Value":[0-9]*' <<<"$answer" | cut -d: -f2 | paste -sd+ - | { read -r sum; echo $((sum)); }; }
printf 'remaining: %s\n' "$(remaining)"
[[ $(remaining) == 17 ]] || fail "want 17, got $(remaining): $answer"

# The document's account 1001: five balances without a name.
unnamed '*monetary' 5 20; unnamed '*monetary' 25 10
unnamed '*voice' 120 20; unnamed '*voice' 90 10
unnamed '*data' 102400 0
play 3.5 "Debit Air Time: no usage, so the summary of 1001 and nothing taken" \
    '^\{"id":16,"result":\{"Direction":"\*out","Category":"","Tenant":"cgrates.org","Subject":"1001","Account":"1001","Destination":"","ToR":"","Cost":0,"Timespans":null,"RatedUsage":0,"AccountSummary":.*"Value":102400,.*"Value":120,.*"Value":90,.*"Value":5,.*"Value":25,.*"AllowNegative":false,"Disabled":false\}\},"error":null\}$'
play 3.6 "Set Balance for Outbound Calls" '^\{"id":18,"result":"OK","error":null\}$'
play 3.7 "Set Balance for Inbound Calls" '^\{"id":28,"result":"OK","error":null\}$'

section "kill -9, start again: nothing that was answered is lost"
kill -9 "$daemon"
wait "$daemon" 2>"$dir/wait.log" || true
start
ask '{"method":"APIerSv2.GetAccounts","params":[{"Tenant":"cgrates.org","AccountIDs":["1003"]}],"id":8}'
[[ $(remaining) == 17 ]] || fail "after kill -9: want 17, got $(remaining): $answer"
printf 'remaining: %s\n' "$(remaining)"

section "The console hints, as printed"
while IFS= read -r line; do
    printf 'cgr> %s\n' "$line"
    "$bin/purser" --server "$server" "$line" || fail "console: $line"
done <console.txt
"$bin/purser" --server "$server" accounts Tenant=cgrates.org

section "A rated call: 90 s at 0.60 a minute cost 0.90, from 10"
"$bin/purser" tariffplan check ../tariffplans/tutorial >"$dir/check.log" || fail "the tutorial plan: $(cat "$dir/check.log")"
"$bin/purser" --server "$server" tariffplan load tutorial
"$bin/purser" --server "$server" 'balance_add Account="1002" BalanceID="money" Value=10'
ask '{"method":"Responder.Debit","params":[{"Tenant":"cgrates.org","Category":"call","Account":"1002","Destination":"4930123456","ToR":"*voice","TimeStart":"2026-01-14T10:00:00Z","TimeEnd":"2026-01-14T10:01:30Z"}],"id":9}'
printf '%s\n' "${answer:0:400}"
want '"Cost":0\.9,.*"RatingPlanId":"RP_VOICE".*"RatedUsage":90000000000,.*"Initial":10,"Value":9\.1,'
"$bin/purser" --server "$server" account Account=1002

section "REST: log in, make a reseller and a customer, list the tree"
rest PUT api_auth "{\"api_key\":\"$key\"}" 201
field token auth_token; field master account_id
rest PUT "accounts/$master" '{"name":"Reseller 1"}' 201
field reseller id
rest PUT "accounts/$reseller/reseller" '{}' 201
rest PUT "accounts/$reseller" '{"name":"Customer 1"}' 201
field customer id
rest GET "accounts/$reseller/children" '{}' 200
want "\"id\":\"$customer\""
printf 'master %s\n  reseller %s\n    customer %s\n' "$master" "$reseller" "$customer"

section "Stop, and prove the journal"
kill -TERM "$daemon"
wait "$daemon" || fail "the daemon ended with status $?"
daemon=
"$bin/purser" verify "$dir/data"
printf '\ndemo: all answers as documented\n'
