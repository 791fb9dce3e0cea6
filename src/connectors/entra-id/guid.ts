const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether text has the form of a directory, client or object id of Entra ID. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}
