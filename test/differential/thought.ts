import type { Draw } from './draw.ts';
import type { AskedFor } from './issued.ts';
import type { Sent } from './worlds.ts';

/** A request, and what its code would be redeemed with. */
export interface Thought {
  sent: Sent;
  asked: AskedFor;
}

/** How many things are odd about a request: half have none. */
export function howOdd(draw: Draw): number {
  return draw.one([0, 0, 0, 0, 0, 1, 1, 2]);
}

/** Gives a parameter a value, the first one of that name. */
export function set(parameters: [string, string][], name: string, value: string): void {
  const known = parameters.find(([each]) => each === name);
  if (known === undefined) parameters.push([name, value]);
  else known[1] = value;
}
