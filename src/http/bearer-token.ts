/**
 * The bearer token of an `Authorization` header (RFC 6750 2.1).
 * @returns undefined without one, or when it has a form that no token of ours has
 */
export function readBearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]{20,200}=*)$/i.exec(header ?? '')?.[1];
}
