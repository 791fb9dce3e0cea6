import { randomInt } from 'node:crypto';

/** Who takes part in the demonstration. All of them are made up. */
export const STORY = {
  msp: 'Northwind',
  administrator: { email: 'anna@northwind.example', password: 'a calm harbour at dawn' },
  /** Invited, with passwords still to choose. */
  builtIn: ['ben@northwind.example'],
  contoso: {
    name: 'Contoso',
    domain: 'contoso.example',
    people: [
      { id: 'maria', username: 'maria', email: 'maria@contoso.example', name: 'Maria', password: 'maria at contoso' },
      { id: 'noah', username: 'noah', email: 'noah@contoso.example', name: 'Noah', password: 'noah at contoso' },
    ],
  },
  fabrikam: {
    name: 'Fabrikam',
    domain: 'fabrikam.example',
    directory: '4f1f5b6a-7a0e-4a55-9d53-6a1e4c2f9b10',
    clientId: '9c2b6f0e-3d4a-4c61-8e7f-2b5a9d1c7e33',
    people: [
      {
        oid: '1b7d9c52-6a3f-4e08-b1c4-5f2e8a9d0c61',
        upn: 'lena@fabrikam.example',
        name: 'Lena',
        password: 'lena at fabrikam',
      },
      {
        oid: '2c8e0d63-7b40-4f19-82d5-603f9b0e1d72',
        upn: 'omar@fabrikam.example',
        name: 'Omar',
        password: 'omar at fabrikam',
      },
    ],
  },
} as const;

export const REPORTS = {
  name: 'Reports',
  description: 'What happened last month, in figures.',
  work: {
    title: 'Incidents by month',
    columns: ['Month', 'Incidents', 'Solved in time'],
    rows: [
      ['October', '41', '39'],
      ['September', '37', '37'],
      ['August', '52', '48'],
      ['July', '33', '31'],
    ],
  },
};

export const TICKETS = {
  name: 'Tickets',
  description: 'What people need help with, and who looks after it.',
  work: {
    title: 'Open tickets',
    columns: ['Ticket', 'About', 'Since'],
    rows: [
      ['T-1042', 'Printer on the third floor is out of paper again', 'today'],
      ['T-1039', 'New colleague needs access to the shared calendar', 'yesterday'],
      ['T-1031', 'Video calls drop after ten minutes', '4 days'],
    ],
  },
};

/** A secret that differs from run to run. */
export function madeUpSecret(): string {
  return Array.from({ length: 6 }, () =>
    randomInt(36 ** 5)
      .toString(36)
      .padStart(5, '0'),
  ).join('-');
}
