#!/usr/bin/env bash
# otplib: a colon in the issuer is written into the label as it is, and other libraries read another account or none.
#
# Expected: `generateURI` encodes issuer and account, as it does with every other reserved character, or refuses a colon: the
#   Key URI Format forbids one in either, because the first colon of the label separates them.
# Happens: the issuer of the parameter is encoded (`%3A`), the same issuer in the label is not. So the two differ for
#   a reader: otpauth takes the rest of the issuer for the account's name, pyotp refuses the whole address.
# Matters: the issuer is the product's name, which a vendor chooses for its log-in pages ("Northwind: Log in"). People scan the
#   code while they enrol their second factor and see a wrong account, or an app that calls the code invalid, and they
#   cannot get past that page.
# Gatehouse: src/authenticators/totp.ts leaves the colon out of the issuer; tested in
#   src/authenticators/authenticators.test.ts.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts otplib@13.5.0 otpauth@9.5.2 >&2
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target packages 'pyotp==2.12.1'

cat >write.js <<'JS'
import { generateURI } from 'otplib';

// The key of RFC 6238, appendix B.
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
console.log(generateURI({ issuer: process.argv[2], label: 'maria@contoso.example', secret }));
JS
cat >read.js <<'JS'
import { URI } from 'otpauth';

const { issuer, label } = URI.parse(process.argv[2]);
console.log(`otpauth: issuer <${issuer}>, account <${label}>`);
JS
cat >read.py <<'PY'
import sys

import pyotp

try:
    totp = pyotp.parse_uri(sys.argv[1])
    print(f'pyotp: issuer <{totp.issuer}>, account <{totp.name}>')
except ValueError as error:
    print(f'pyotp: {error}')
PY
seen=$(for issuer in 'Northwind Log in' 'Northwind: Log in'; do
  uri=$(node write.js "$issuer")
  echo "otplib: $uri" | sed 's/secret=[A-Z2-7]*&//'
  node read.js "$uri"
  PYTHONPATH=packages python3 read.py "$uri"
done)
expected='otplib: otpauth://totp/Northwind%20Log%20in:maria%40contoso.example?issuer=Northwind%20Log%20in
otpauth: issuer <Northwind Log in>, account <maria@contoso.example>
pyotp: issuer <Northwind Log in>, account <maria@contoso.example>
otplib: otpauth://totp/Northwind:%20Log%20in:maria%40contoso.example?issuer=Northwind%3A%20Log%20in
otpauth: issuer <Northwind: Log in>, account < Log in:maria@contoso.example>
pyotp: If issuer is specified in both label and parameters, it should be equal.'

echo 'version: otplib 13.5.0 (read by otpauth 9.5.2 and pyotp 2.12.1)'
echo 'behaviour: generateURI encodes a colon of the issuer in the parameter and not in the label'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: otplib or a reader treats a colon in the issuer otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
