import { expect, test } from 'vitest';
import { newHostOf } from './new-host.ts';

const application = {
  redirectUris: ['https://app.example/back', 'http://127.0.0.1:9001/back', 'example.app.mobile:/back'],
  postLogoutRedirectUris: ['https://bye.example/'],
};

test.each([
  ['https://app.example/back/', null],
  ['https://bye.example/back', null],
  ['http://127.0.0.1:9001/other', null],
  ['example.app.mobile:/other', null],
  ['https://app.example.evil.example/back', 'app.example.evil.example'],
  ['https://evil.example/app.example', 'evil.example'],
  ['https://app.example:8443/back', 'app.example:8443'],
  ['http://127.0.0.1:9002/back', '127.0.0.1:9002'],
  ['example.app.evil:/back', 'example.app.evil'],
])('before %s is added, %j is typed', (address, host) => {
  expect(newHostOf(application, address)).toBe(host);
});
