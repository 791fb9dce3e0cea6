import { expect, test } from 'vitest';
import '../../texts/resources/add-api-resources.ts';
import { emptyApiResource, newScope, validate, validateNew } from './api-resource-values.ts';

const named = { ...emptyApiResource(), name: 'Orders', audience: 'https://orders.northwind.example/api' };

test('an API resource without a scope is not added: nothing could be allowed there', () => {
  const missing = {
    'scopes.0.scope': 'Enter at least one scope: without one no application can be allowed anything here.',
  };
  expect(validateNew(named)).toEqual(missing);
  expect(validateNew({ ...named, scopes: [{ ...newScope(), scope: ' ' }, newScope()] })).toEqual(missing);
  const scope = { ...newScope(), scope: 'orders:read', description: 'Read your orders' };
  expect(validateNew({ ...named, scopes: [newScope(), scope] })).toEqual({});
  // One that has none already can be renamed.
  expect(validate(named)).toEqual({});
});
