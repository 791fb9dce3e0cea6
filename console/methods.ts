/** The methods that the console has a form and sentences for; the service may have further ones. */
export const METHODS = ['built-in', 'entra-id', 'openid-connect', 'same-as-managing'] as const;
export type KnownMethod = (typeof METHODS)[number];

export function isKnownMethod(method: string): method is KnownMethod {
  return (METHODS as readonly string[]).includes(method);
}
