import type { Guide } from './guide.ts';

/** Microsoft Entra ID. */
export const ENTRA_ID: Guide = {
  name: 'guide.entra-id.name',
  opens: 'https://entra.microsoft.com/',
  ways: ['id-token', 'secret', 'certificate', 'federated'],
  steps: [
    { text: 'guide.entra-id.open', drawn: ['menu', 'button'] },
    { text: 'guide.entra-id.register', drawn: ['field', 'choice'] },
    { text: 'guide.entra-id.redirect', drawn: ['choice', 'field', 'button'], redirect: true },
    { text: 'guide.entra-id.ids', drawn: ['value', 'value'] },
    { text: 'guide.entra-id.id-tokens', drawn: ['menu', 'tick', 'button'], ways: ['id-token'] },
    { text: 'guide.entra-id.secret', drawn: ['menu', 'tab', 'button', 'button'], ways: ['secret'] },
    { text: 'guide.entra-id.secret-value', drawn: ['value'], ways: ['secret'] },
    {
      text: 'guide.entra-id.certificate',
      drawn: ['menu', 'tab', 'button', 'button'],
      ways: ['certificate'],
      key: true,
    },
    {
      text: 'guide.entra-id.federated',
      drawn: ['menu', 'tab', 'button', 'choice', 'field', 'field', 'field'],
      ways: ['federated'],
    },
    { text: 'guide.entra-id.claims', drawn: ['menu', 'button', 'choice', 'tick', 'tick', 'tick', 'button'] },
    { text: 'guide.entra-id.consent', drawn: ['menu', 'button'], consent: true },
    { text: 'guide.entra-id.assignment', drawn: ['menu', 'tab', 'tick', 'tab'] },
  ],
};
