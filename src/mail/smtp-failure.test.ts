import { describe, expect, it } from 'vitest';
import { readSmtpFailure } from './smtp-failure.ts';
import { SMTP_WAITS } from './smtp-mailer.ts';

const failure = (command: string, response: string, code = 'EENVELOPE') =>
  readSmtpFailure(
    Object.assign(new Error('failed'), { code, command, response, responseCode: Number(response.slice(0, 3)) }),
  );

describe('a reply of a mail server', () => {
  it.each([
    ['CONN', '554 no service', 'EPROTOCOL'],
    ['EHLO', '500 what', 'EPROTOCOL'],
    ['STARTTLS', '502 not here', 'ETLS'],
    ['AUTH PLAIN', '535 5.7.8 wrong', 'EAUTH'],
    ['AUTH LOGIN', '534 5.7.9 application-specific password required', 'EAUTH'],
    ['MAIL FROM', '550 5.4.5 daily limit', 'EENVELOPE'],
    ['MAIL FROM', '553 sender', 'EENVELOPE'],
    ['MAIL FROM', '552 5.3.1 disk full', 'EENVELOPE'],
  ])('before RCPT is never about the mail: %s %s', (command, response, code) => {
    expect(failure(command, response, code)).toMatchObject({ fault: 'server', said: response });
  });

  it.each([
    ['RCPT TO', '550 no such user', 'mail'],
    ['RCPT TO', '550 5.1.1 no such user', 'mail'],
    ['RCPT TO', '552 5.2.2 over quota', 'mail'],
    ['RCPT TO', '550 5.5.0 no such user', 'mail'],
    ['RCPT TO', '550 5.1.8 sender domain does not exist', 'passing'],
    ['RCPT TO', '554 5.7.1 relay access denied', 'passing'],
    ['RCPT TO', '550 relaying denied', 'passing'],
    ['RCPT TO', '550 5.4.5 daily sending limit', 'passing'],
    ['RCPT TO', '452 4.3.1 disk full', 'passing'],
    ['RCPT TO', '451 4.7.1 greylisted', 'passing'],
    ['DATA', '554 5.7.1 spam', 'mail'],
    ['DATA', '554 no', 'mail'],
    ['DATA', '552 5.3.4 too big', 'mail'],
    ['DATA', '552 5.3.1 disk full', 'passing'],
    ['DATA', '552 disk full', 'passing'],
    ['DATA', '552 Message size exceeds maximum permitted', 'mail'],
    ['DATA', '552 Mailbox size limit exceeded', 'passing'],
    ['DATA', '421 4.3.2 shutting down', 'passing'],
  ])('is final only when it names this recipient or this content: %s %s is %s', (command, response, fault) => {
    expect(failure(command, response).fault).toBe(fault);
  });

  it('is kept without links and on one line', () => {
    expect(failure('RCPT TO', '550 see https://mail.example/x?token=1\r\n550 no').said).toBe('550 see … 550 no');
  });
});

it('waits at least as long as a client has to (RFC 5321 4.5.3.2)', () => {
  expect(SMTP_WAITS.greeting).toBeGreaterThanOrEqual(5 * 60_000);
  expect(SMTP_WAITS.silence).toBeGreaterThanOrEqual(10 * 60_000);
});
