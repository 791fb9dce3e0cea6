#!/usr/bin/env bash
# nodemailer: verify() says yes to a wrong password, and mails go out without any, where the server offers no login.
#
# Expected: with `auth` set, `verify()` tries the login (its documentation: it tests authentication, too), and a mail that
#   cannot be sent as that user is not sent, as Python's smtplib does (SMTPNotSupportedError).
# Happens: if the answer to EHLO lists no AUTH (RFC 4954 section 3), as on port 25 of many servers, both go on without a login:
#   `verify()` answers true and `sendMail` sends. Nothing in the result tells that the user was left out. The option
#   `forceAuth` is no way out: it sends the password to a server that did not offer to take one.
# Matters: a service that sends invitations and reset links tests its mail settings with verify(). The operator reads that all is
#   well; recipients' servers refuse or filter the mails, as the relay neither signs nor relays what nobody logged in for.
# Gatehouse: src/mail/smtp-mailer.ts connects by itself before the first mail and pauses the outbox with `server-login` when the
#   settings name a user and the server offers no login; tested in src/mail/smtp-mailer.test.ts.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts nodemailer@10.6.0 smtp-server@3.21.6 >&2

cat >look.js <<'JS'
import nodemailer from 'nodemailer';
import { SMTPServer } from 'smtp-server';

async function ask(offersLogin) {
  let loggedIn = 'nobody';
  const server = new SMTPServer({
    disabledCommands: offersLogin ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: (auth, session, done) => done(new Error('wrong password')),
    onMailFrom: (address, session, done) => {
      loggedIn = session.user ?? 'nobody';
      done();
    },
    onData: (stream, session, done) => {
      stream.resume();
      stream.on('end', () => done());
    },
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port: server.server.address().port,
    auth: { user: 'gatehouse', pass: 'wrong' },
  });
  const told = async (work) => work().catch((error) => error.code);
  const mail = { from: 'gate@northwind.example', to: 'maria@contoso.example', text: 'Hello' };
  const verified = await told(() => transport.verify());
  const sent = await told(async () => `sent as ${(await transport.sendMail(mail)) && loggedIn}`);
  console.log(`server ${offersLogin ? 'with' : 'without'} AUTH: verify ${verified}, mail ${sent}`);
  await new Promise((resolve) => server.close(resolve));
}

await ask(true);
await ask(false);
JS
seen=$(node look.js)
expected='server with AUTH: verify EAUTH, mail EAUTH
server without AUTH: verify true, mail sent as nobody'

echo 'version: nodemailer 10.6.0 (against smtp-server 3.21.6)'
echo 'behaviour: with auth set and a server that offers no AUTH, verify() is true and mails are sent without a login'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: nodemailer treats a server without AUTH otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
