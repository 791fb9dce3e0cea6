import { expect, it } from 'vitest';
import { readReport } from './read-report.ts';

const read = async (text: string) => (await readReport(Buffer.from(text.replaceAll('\n', '\r\n')))).bounce;

const report = (
  fields: string,
  text = 'It could not be delivered.',
) => `From: Mail Delivery System <MAILER-DAEMON@mx.northwind.example>
To: bounces@sso.northwind.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

${text}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.northwind.example

${fields}
--b--
`;

it.each([
  ['5.1.1', 'smtp; 550 5.1.1 no such user', 'no-such-address'],
  ['5.0.0', 'smtp; 550 no such mailbox', 'no-such-address'],
  ['5.2.1', 'smtp; 550 5.2.1 disabled', 'no-such-address'],
  ['5.2.2', 'smtp; 552 5.2.2 over quota', 'mailbox-full'],
  ['5.0.0', 'smtp; 552 full', 'mailbox-full'],
  ['5.7.1', 'smtp; 550 5.7.1 blocked by policy', 'refused'],
  ['5.0.0', 'smtp; 550 relaying denied', 'refused'],
  ['5.1.8', 'smtp; 553 5.1.8 sender domain does not exist', 'refused'],
  ['4.4.1', 'smtp; connect to mx.contoso.example: Connection timed out', 'not-reachable'],
  ['5.0.0', 'smtp; 599 what', 'other'],
])('failed with %s and “%s” is %s', async (status, diagnostic, category) => {
  const bounce = await read(report(`Action: failed\nStatus: ${status}\nDiagnostic-Code: ${diagnostic}`));
  expect(bounce).toEqual({ category, said: diagnostic.slice(6) });
});

it('fields may come in any order, continued over lines, and with a mark of a mailbox file before them', async () => {
  const text = report(`Action: failed
Final-Recipient: rfc822;nobody@contoso.example
Status: 5.0.0
Diagnostic-Code: smtp;
  550 5.1.1
  no such user`);
  const expected = { category: 'no-such-address', said: '550 5.1.1 no such user' };
  expect(await read(text)).toEqual(expected);
  expect(await read(`From MAILER-DAEMON Mon Nov 30 18:16:31 2026\n${text}`)).toEqual(expected);
});

it('a report that does not call itself one, whose reason stands in its text (OpenSMTPD), is one', async () => {
  const text = report('Action: failed\nStatus: 5.0.0', 'Hi!\n\nnobody@contoso.example: 550 no such mailbox');
  expect(await read(text.replace('multipart/report; report-type=delivery-status', 'multipart/mixed'))).toEqual({
    category: 'no-such-address',
    said: '550 no such mailbox',
  });
});

it('a text of the mail system with the reply is believed, of anybody else it is not', async () => {
  const text = 'To: bounces@sso.northwind.example\n\n<nobody@contoso.example>: 550 5.1.1 no such user\n';
  expect(await read(`From: mailer-daemon@mx.northwind.example\n${text}`)).toMatchObject({
    category: 'no-such-address',
  });
  expect(await read(`From: maria@contoso.example\n${text}`)).toBeUndefined();
  expect(await read(`From: postmaster@contoso.example\nAuto-Submitted: auto-replied\n${text}`)).toBeUndefined();
});

it('delayed, delivered and relayed are no bounce', async () => {
  expect(await read(report('Action: delayed\nStatus: 4.4.1'))).toMatchObject({ category: 'delayed' });
  expect(await read(report('Action: delivered\nStatus: 2.0.0'))).toBeUndefined();
  expect(await read(report('Action: relayed\nStatus: 2.0.0'))).toBeUndefined();
});
