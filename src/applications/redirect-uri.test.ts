import { describe, expect, it } from 'vitest';
import { problemOfRedirectUri } from './redirect-uri.ts';

describe('a redirect URI', () => {
  it.each([
    ['https://reports.contoso.example/callback', 'web'],
    ['https://reports.contoso.example', 'web'],
    ['https://reports.contoso.example:8443/callback?of=reports', 'browser'],
    ['http://localhost:4001/callback', 'web'],
    ['http://127.0.0.1/callback', 'native'],
    ['http://[::1]:9/callback', 'native'],
    ['com.contoso.reports:/callback', 'native'],
    ['com.contoso.reports://callback', 'native'],
  ] as const)('may be %s for kind %s', (uri, kind) => {
    expect(problemOfRedirectUri('uri', uri, kind)).toBeUndefined();
  });

  it.each([
    ['http://reports.contoso.example/callback', 'web'],
    ['http://localhost.evil.example/callback', 'web'],
    ['http://2130706433/callback', 'web'],
    ['http://0x7f.1/callback', 'web'],
    ['https://reports.contoso.example/callback#part', 'web'],
    ['https://anna:secret@reports.contoso.example/', 'web'],
    ['https://@reports.contoso.example/', 'web'],
    ['https://*.contoso.example/callback', 'web'],
    ['https://reports.contoso.example/a/../b', 'web'],
    ['https://reports.contoso.example/%2e%2e/b', 'web'],
    ['https://Reports.Contoso.Example/callback', 'web'],
    ['https://reports.contoso.example\\@evil.example/', 'web'],
    ['https://reports.contoso.example/call back', 'web'],
    ['https://reports.contoso.example/\r\nx', 'web'],
    ['https://reports.cont\u043Eso.example/', 'web'],
    ['com.contoso.reports:/callback', 'web'],
    ['javascript:alert(1)', 'native'],
    ['data:text/html,x', 'native'],
    ['file:///etc/passwd', 'native'],
    ['app:/callback', 'native'],
    ['//evil.example', 'web'],
    ['/callback', 'web'],
    ['', 'web'],
  ] as const)('may not be %j for kind %s', (uri, kind) => {
    expect(problemOfRedirectUri('uri', uri, kind)).toMatchObject({ field: 'uri', code: expect.any(String) });
  });
});
