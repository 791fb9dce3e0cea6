#!/usr/bin/env bash
# joi: an email address is valid only when its domain ends in a top-level domain of a list inside the package.
#
# Expected: `string().email()` checks the form of an address (RFC 5321 section 4.1.2); whether a domain exists is the mail server's.
# Happens: the last label is looked up in a list of public top-level domains that was copied into the package. `.internal`, which
#   ICANN reserved for private use, `.example` and `.test` (RFC 2606), `.lan` and `.corp` are refused; `tlds: false` switches that off.
# Matters: programs that check claims of a login with joi's defaults (Directus 11 does) let nobody of an internal domain in; people
#   read "Validation failed", although provider, token and claim are right.
# Gatehouse: checks the form of an address alone (src/users/email-address.ts); works-with/applications/directus/settings.ts says so.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts joi@17.13.3 >&2

cat >look.js <<'JS'
import Joi from 'joi';

for (const domain of ['northwind.com', 'northwind.internal', 'northwind.example', 'mail.northwind.lan', 'northwind.corp']) {
  const address = `ben@${domain}`;
  const valid = (rule) => (rule.validate(address).error === undefined ? 'valid' : 'refused');
  const strict = valid(Joi.string().email());
  const mild = valid(Joi.string().email({ tlds: false }));
  console.log(`${address}: ${strict}, with tlds false: ${mild}`);
}
JS
seen=$(node look.js)
expected='ben@northwind.com: valid, with tlds false: valid
ben@northwind.internal: refused, with tlds false: valid
ben@northwind.example: refused, with tlds false: valid
ben@mail.northwind.lan: refused, with tlds false: valid
ben@northwind.corp: refused, with tlds false: valid'

echo 'version: joi 17.13.3'
echo 'behaviour: string().email() refuses addresses whose top-level domain is not in its list'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: joi judges addresses otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
