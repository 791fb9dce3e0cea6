import { expect, it } from 'vitest';
import { startMailbox } from '../../test/support/mailbox.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

it('a mail names its sender whatever the product is called', async () => {
  await using mailbox = await startMailbox();
  for (const name of ['Gatehouse: Log in', 'Northwind, Inc.', 'Contoso (Test) "quoted"']) {
    await using mailer = createSmtpMailer({ url: mailbox.url, from: `${name} <gatehouse@northwind.example>` });
    await mailer.send({ id: 'a', to: 'maria@contoso.example', subject: 's', text: 't', html: 'h' });
    expect(mailbox.mails.at(-1)?.headers.get('from')).toMatchObject({
      value: [{ address: 'gatehouse@northwind.example', name }],
    });
  }
});
