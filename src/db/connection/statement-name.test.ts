import { expect, test } from 'vitest';
import { nameOfStatement } from './statement-name.ts';

test.each([
  ['select * from "login" where "id" = $1', 'select login'],
  ['begin', 'begin'],
  ['insert into "session" ("id") values ($1)', 'insert session'],
  ['update app_user set name = $1 from invitation i where i.id = $2', 'update app_user select invitation'],
  ['delete from mail_outbox where id in (select id from mail_outbox limit 1)', 'delete mail_outbox select mail_outbox'],
  [
    'with found as (select id from session), made as materialized (insert into audit_event (id) select id from found) select 1 from made',
    'select session insert audit_event',
  ],
  ["select 'from nobody@northwind.example' as said from login -- from secret", 'select login'],
  ['select 1', 'other'],
  [
    'select 1 from a join b on true join c on true join d on true join e on true join f on true',
    'select a select b select c select d select e …',
  ],
])('%s', (text, name) => {
  expect(nameOfStatement(text)).toBe(name);
  expect(nameOfStatement({ name: 'x', text, values: ['secret'] })).toBe(name);
});

test('what is no text has a name too', () => {
  expect(nameOfStatement(undefined)).toBe('other');
  expect(nameOfStatement({ submit: () => {} })).toBe('other');
});
