import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domainOf, parseEmailAddress, readEmailAddress } from './email-address.ts';

describe('an email address', () => {
  it('keeps what was typed and compares trimmed, lower case, domain in ASCII', () => {
    expect(readEmailAddress('  Maria@Contoso.Example ')).toEqual({
      email: 'Maria@Contoso.Example',
      key: 'maria@contoso.example',
      domain: 'contoso.example',
    });
    expect(readEmailAddress('josé@bücher.example')?.key).toBe('josé@xn--bcher-kva.example');
    expect(readEmailAddress('jose\u0301@contoso.example')?.key).toBe('jos\u00e9@contoso.example');
    expect(readEmailAddress('İnci@contoso.example')?.key).toBe('i\u0307nci@contoso.example'.normalize('NFC'));
  });

  it('does not fold dots or plus signs', () => {
    expect(readEmailAddress('a.b+c@contoso.example')?.key).toBe('a.b+c@contoso.example');
  });

  it.each([
    ['nothing', ''],
    ['no at sign', 'maria'],
    ['no local part', '@contoso.example'],
    ['no domain', 'maria@'],
    ['two at signs', 'maria@contoso@contoso.example'],
    ['a single label', 'maria@localhost'],
    ['an address literal', 'maria@127.0.0.1'],
    ['a short address literal', 'maria@127.1'],
    ['a path after the domain', 'maria@contoso.example/x'],
    ['a percent sign in the domain', 'maria@c%6fntoso.example'],
    ['a line break', 'maria@contoso.example\r\nBcc: x@y.example'],
    ['a line break before the at sign', 'ma\nria@contoso.example'],
    ['a NUL', 'maria\0@contoso.example'],
    ['a zero-width space', 'ma\u200Bria@contoso.example'],
    ['a right-to-left override', 'ma\u202Eria@contoso.example'],
    ['a soft hyphen', 'ma\u00ADria@contoso.example'],
    ['a Cyrillic a among Latin letters', 'm\u0430ria@contoso.example'],
    ['a Cyrillic o in the domain', 'maria@c\u043Entoso.example'],
    ['the same in punycode', 'maria@xn--cntoso-wqf.example'],
    ['a full-width at sign', 'maria\uFF20contoso.example'],
    ['full-width letters', '\uFF4Daria@contoso.example'],
    ['a quoted local part', '"maria smith"@contoso.example'],
    ['an inner space', 'maria smith@contoso.example'],
    ['two dots in a row', 'maria..smith@contoso.example'],
    ['a display name', 'Maria <maria@contoso.example>'],
    ['a list', 'maria@contoso.example,eve@contoso.example'],
    ['a trailing dot', 'maria@contoso.example.'],
    ['an underscore in the domain', 'maria@con_toso.example'],
    ['a local part of 65 letters', `${'a'.repeat(65)}@contoso.example`],
    ['255 characters', `aa@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.examples`],
  ])('refuses %s', (_what, typed) => {
    expect(readEmailAddress(typed)).toBeUndefined();
    expect(() => parseEmailAddress(typed)).toThrow('email.malformed');
  });

  const local = fc.stringMatching(/^[a-zA-Z0-9+_-]{1,20}(\.[a-zA-Z0-9+_-]{1,20})?$/);
  const domain = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,15}\.[a-zA-Z]{2,10}$/);

  it('has a key that reads as itself', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.tuple(local, domain).map((parts) => parts.join('@')),
        ),
        (typed) => {
          const address = readEmailAddress(typed);
          if (address === undefined) return;
          expect(readEmailAddress(address.key)?.key).toBe(address.key);
          expect(domainOf(address.key)).toBe(address.domain);
        },
      ),
    );
  });

  it('is one person whatever the case and the spaces around it', () => {
    fc.assert(
      fc.property(local, domain, (name, host) => {
        const key = readEmailAddress(`${name}@${host}`)?.key;
        expect(key).toBeDefined();
        expect(readEmailAddress(` ${name.toUpperCase()}@${host.toUpperCase()}\t`)?.key).toBe(key);
      }),
    );
  });

  it('never lets a control, bidi or zero-width character or a second at sign into a key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), domain, (name, host) => {
        const key = readEmailAddress(`${name}@${host}`)?.key;
        if (key !== undefined) expect(key).toMatch(/^[^\p{C}\p{Z}@<>",;:\\()[\]]+@[a-z0-9.-]+$/u);
      }),
    );
  });
});
