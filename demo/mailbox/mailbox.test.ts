import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { openHttpBrowser } from '../../test/support/http-browser.ts';
import { headerOf } from '../../test/support/page.ts';
import { startProgram } from '../start-program.ts';

test('a mail that came in is listed and shown: its own markup framed apart, links open a new tab, nothing runs', async () => {
  await using mailbox = await startProgram('demo/mailbox/mailbox.ts', {});
  const url = String(mailbox.ready['url']);
  await using browser = openHttpBrowser();
  expect((await browser.open(url)).text).toContain('No mail yet');

  const transport = createTransport(String(mailbox.ready['smtp']));
  await transport.sendMail({
    from: 'Gatehouse <no-reply@northwind.example>',
    to: 'maria@contoso.example',
    subject: 'Welcome <b>to</b> Gatehouse',
    text: 'Access Gatehouse: http://localhost/i',
    html: '<p>Access</p><a href="http://localhost/i">Access Gatehouse</a><script>alert(1)</script>',
  });
  transport.close();

  const list = await browser.open(url);
  expect(list.text).toContain('Welcome <b>to</b> Gatehouse');
  const mail = await browser.follow(
    list,
    list.html.querySelector('.list a')?.textContent.replace(/\s+/g, ' ').trim() ?? '',
  );
  expect(mail.text).toContain('Access Gatehouse: http://localhost/i');
  const frame = mail.html.querySelector('iframe');
  expect(frame?.getAttribute('sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox');

  const part = await browser.followTo(mail, frame?.getAttribute('src') ?? '');
  expect(part.body).toContain('<base target="_blank">');
  const policy = headerOf(part, 'content-security-policy');
  expect(policy).toMatch(/sandbox allow-popups.*default-src 'none'/);
  expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin/);

  expect((await browser.open(`${url}/mails/7`)).status).toBe(404);
});
