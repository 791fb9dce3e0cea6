#!/usr/bin/env bash
# nodemailer: the error of a lost connection says CONN, whichever command was under way, even after the end of a mail.
#
# Expected: `command` of an error is the SMTP command that was being executed (its documentation and its types say so), so
#   `CONN` means that no session came about and no mail was begun.
# Happens: when the server closes the connection without a reply, the error is ECONNECTION with `command: 'CONN'` at every
#   stage: after EHLO, MAIL, RCPT, DATA, and after the final dot, where the server may have taken the mail (RFC 5321 section
#   4.5.3.2.6). Nothing else in the error differs. Only with a reply does `command` name the stage.
# Matters: a sender that takes CONN for "the server is down" stops its whole queue for one mail that a content filter drops,
#   and one that takes it for "nothing was sent" sends a code or an invitation twice.
# Gatehouse: src/mail/smtp-mailer.ts asks the server once more after a loss without a reply: only if that fails, too, does
#   the outbox pause; otherwise that one mail is tried again, with the same Message-ID. Tested in
#   src/mail/smtp-mailer.test.ts.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts nodemailer@10.6.0 >&2

cat >look.js <<'JS'
import { createServer } from 'node:net';
import nodemailer from 'nodemailer';

/** A mail server that closes the connection, or answers 421, at one command; `.` is the end of a mail. */
async function sendTo(stage, last) {
  const server = createServer((socket) => {
    let inMail = false;
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const lines = (text + chunk).split('\r\n');
      text = lines.pop();
      for (const line of lines) {
        if (inMail && line !== '.') continue;
        const command = line.split(' ')[0];
        inMail = command === 'DATA';
        if (command === stage) return socket.end(last);
        socket.write(inMail ? '354 go on\r\n' : '250 mx.northwind.example\r\n');
      }
    });
    socket.write('220 mx.northwind.example ESMTP\r\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: server.address().port });
  const mail = { from: 'gate@northwind.example', to: 'maria@contoso.example', text: 'Hello' };
  const { code, command } = await transport.sendMail(mail).catch((error) => error);
  server.close();
  return `${code} ${command}`;
}

for (const stage of ['EHLO', 'MAIL', 'RCPT', 'DATA', '.']) {
  console.log(`${stage}: closed ${await sendTo(stage, '')}; with a reply ${await sendTo(stage, '421 4.3.2 closing\r\n')}`);
}
JS
seen=$(node look.js)
expected='EHLO: closed ECONNECTION CONN; with a reply ECONNECTION EHLO
MAIL: closed ECONNECTION CONN; with a reply EENVELOPE MAIL FROM
RCPT: closed ECONNECTION CONN; with a reply EENVELOPE RCPT TO
DATA: closed ECONNECTION CONN; with a reply EENVELOPE DATA
.: closed ECONNECTION CONN; with a reply EMESSAGE DATA'

echo 'version: nodemailer 10.6.0'
echo 'behaviour: a connection closed without a reply is reported as command CONN at every stage of a mail'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: nodemailer reports a lost connection otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
