declare const federated: unique symbol;

/**
 * Name of a method that logs people in at an identity provider: its connector's. Stored in `organization.method` and
 * `connection.method`.
 */
export type FederatedMethod = string & { readonly [federated]: true };

const FORM = /^[a-z][a-z0-9]{0,19}(?:-[a-z0-9]{1,19}){0,3}$/;

/** Names a method; the database asks for the same form: lower-case words with hyphens. */
export function federatedMethod(name: string): FederatedMethod {
  if (!FORM.test(name) || name === 'built-in' || name === 'same-as-managing') {
    throw new Error('not the name of a federated method');
  }
  return name as FederatedMethod;
}
