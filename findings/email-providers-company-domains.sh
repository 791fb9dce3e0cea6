#!/usr/bin/env bash
# email-providers: the list of "common" providers holds domains of companies and universities, and lacks real providers.
#
# Expected: `common.json` of a package described as "a list of common eMail providers" holds domains where anybody gets a
#   mailbox, so a service may treat an address there as nobody's own domain.
# Happens: an entry is any domain of a long collection that ranks high in an index of links (its readme). So the list holds a
#   registrar, a social network, a magazine, a DNS host, a maker of log-in software and two universities, whose addresses
#   are those of their own people, beside placeholders (RFC 2606 section 3) and public suffixes. Well-known providers, where
#   anybody gets a mailbox, are in neither of its files.
# Matters: single sign-on asks this list whether an organization may own a mail domain. The university is told that its own
#   domain is a public one and cannot verify it; an address at a missing provider names a directory and is routed.
# Gatehouse: src/domains/public-domains.ts takes such entries out by name and adds the providers that are missing; tested in
#   test/flows/register-applications-and-domains.test.ts and test/attacks/domain-proved-by-somebody-else.test.ts.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts email-providers@2.26.0 tldts@7.6.0 >&2

cat >look.js <<'JS'
import { readFileSync } from 'node:fs';
import { parse } from 'tldts';

const list = (file) => JSON.parse(readFileSync(`node_modules/email-providers/${file}.json`, 'utf8'));
const common = new Set(list('common'));
const all = new Set(list('all'));
const present = (set, domains) => domains.filter((domain) => set.has(domain)).join(' ');

const noProviders = ['clerk.com', 'dnsmadeeasy.com', 'facebook.com', 'name.com', 'nus.edu.sg', 'space.com', 'unican.es'];
const providers = ['gmail.com', 'proton.me', 'posteo.de', 'tuta.com', 'duck.com'];
console.log('common, no providers:', present(common, noProviders));
console.log('common, placeholders:', present(common, ['example.com', 'yourdomain.com', 'test.com']));
const isSuffix = (domain) => parse(domain, { allowPrivateDomains: true }).domain === null;
console.log('common, public suffixes:', [...common].filter(isSuffix).length);
console.log('providers in all.json:', present(all, providers));
JS
seen=$(node look.js)
expected='common, no providers: clerk.com dnsmadeeasy.com facebook.com name.com nus.edu.sg space.com unican.es
common, placeholders: example.com yourdomain.com test.com
common, public suffixes: 9
providers in all.json: gmail.com proton.me'

echo 'version: email-providers 2.26.0 (public suffixes by tldts 7.6.0)'
echo 'behaviour: common.json holds domains of companies and universities; all.json lacks providers that hand out mailboxes'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: the lists of email-providers hold other domains than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
