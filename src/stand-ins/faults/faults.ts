import { z } from 'zod';
import { httpFaultsSchema } from './http-faults.ts';
import { responseFaultSchema } from './response-faults.ts';
import { tokenFaultSchema } from './token-faults.ts';

/** Everything that can be made to go wrong at a provider; `{}` is a healthy one. */
export const faultsSchema = z.strictObject({
  /** Per endpoint: no answer, a wrong one, a changed document. */
  http: httpFaultsSchema,
  /** In the ID token. */
  token: z.array(tokenFaultSchema).default([]),
  /** In what the browser carries back. */
  response: z.array(responseFaultSchema).default([]),
});
export type Faults = z.output<typeof faultsSchema>;

/** A provider without faults. */
export const healthy = (): Faults => ({ http: {}, token: [], response: [] });
