import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { createTexts } from '../texts/catalog.ts';
import { composeMail } from './compose.ts';

const t = createTexts('Gatehouse').default;

describe('a composed mail', () => {
  const mail = composeMail(t, {
    subject: 'Welcome to Gatehouse',
    heading: 'Welcome to Gatehouse',
    paragraphs: ['Anna at Northwind <script>alert(1)</script> & Co. invites you.'],
    button: { label: 'Access Gatehouse', url: 'https://sso.northwind.example/invitation/abc' },
    notes: ['Valid for 2 days.'],
  });

  it('says the same in text and HTML, with one button and the plain link below', () => {
    const page = parse(mail.html);
    const links = page.querySelectorAll('a');
    expect(links.map((link) => link.text)).toEqual([
      'Access Gatehouse',
      'https://sso.northwind.example/invitation/abc',
    ]);
    expect(new Set(links.map((link) => link.getAttribute('href'))).size).toBe(1);
    expect(mail.text).toContain('Access Gatehouse:\nhttps://sso.northwind.example/invitation/abc');
    expect(mail.text).toContain('Valid for 2 days.');
    expect(page.querySelectorAll('img, script, link')).toEqual([]);
  });

  it('shows markup in names as text', () => {
    expect(mail.html).toContain('&lt;script&gt;');
    expect(mail.html).not.toContain('<script>alert');
  });

  it('takes no link but a plain one', () => {
    const content = { subject: 's', heading: 'h', paragraphs: [] };
    for (const url of ['javascript:alert(1)', 'https://a.example/" onclick="x', 'data:text/html,x']) {
      expect(() => composeMail(t, { ...content, button: { label: 'b', url } })).toThrow('not a plain http(s) URL');
    }
  });

  it('keeps the subject on one line whatever a name holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const { subject, html } = composeMail(t, {
          subject: `Hello ${name}\r\nBcc: eve@x.example`,
          heading: name,
          paragraphs: [name],
        });
        expect(subject).not.toMatch(/[\r\n\0\u2028\u202E\u200B]/u);
        expect(parse(html).querySelectorAll('script, img, iframe')).toEqual([]);
      }),
    );
  });
});
