import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeIn, linkNamed, linksIn, startMailbox, type Mailbox } from './mailbox.ts';

let mailbox: Mailbox;
beforeAll(async () => {
  mailbox = await startMailbox();
});
afterAll(() => mailbox.stop());

const post = (to: string, subject: string, text = 'Hello', html = '<p>Hello</p>'): Promise<unknown> =>
  createTransport(mailbox.url).sendMail({ from: 'Gatehouse <gate@northwind.example>', to, subject, text, html });

test('a mail sent over SMTP is found by its recipient and subject, and handed out once', async () => {
  const waiting = mailbox.waitForMail({ to: 'Maria@contoso.example', subject: 'Welcome' });
  await post('tom@contoso.example', 'Welcome to Gatehouse');
  await post('maria@contoso.example', 'Welcome to Gatehouse', 'first');
  await post('maria@contoso.example', 'Welcome to Gatehouse', 'second');
  expect((await waiting).text).toContain('first');
  expect((await mailbox.waitForMail({ to: 'maria@contoso.example' })).text).toContain('second');
});

test('links are found in both parts, the button by its text, a code among the words', async () => {
  const link = 'https://localhost:3000/invitation?token=a&b=1';
  const html = `<p>Your code: <b>123456</b></p><a href="${link.replace('&', '&amp;')}"> Access\n Gatehouse </a>`;
  await post('anna@contoso.example', 'Links', `Code 123456. Open ${link}#x.`, html);
  const mail = await mailbox.waitForMail({ subject: /^Links$/ });
  expect(linksIn(mail)).toEqual([link, `${link}#x`]);
  expect(linkNamed(mail, 'Access Gatehouse')).toBe(link);
  expect(codeIn(mail)).toBe('123456');
});

test('a recipient can be refused for good or for now', async () => {
  mailbox.refuse('gone@contoso.example');
  mailbox.refuse('later@contoso.example', true);
  await expect(post('gone@contoso.example', 'x')).rejects.toMatchObject({ responseCode: 550 });
  await expect(post('later@contoso.example', 'x')).rejects.toMatchObject({ responseCode: 451 });
  mailbox.acceptAll();
  await post('gone@contoso.example', 'Accepted again');
  await mailbox.waitForMail({ subject: 'Accepted again' });
});
