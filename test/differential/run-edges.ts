import { openComparison } from './comparison.ts';
import { AUTHORIZATION_EDGES, KEEP, plainAuthorization, plainRedemption, PUT_BACK, TOKEN_EDGES } from './edges.ts';
import type { Edge } from './edges.ts';
import type { Field } from './field.ts';
import { noteIssued } from './issued.ts';
import type { Issued } from './issued.ts';
import type { World } from './worlds.ts';

/**
 * Sends each edge to both worlds, and the plain requests themselves: these alone are answered directly.
 * @returns what was otherwise, sentence by sentence
 */
export async function runEdges(
  worlds: readonly [World, World],
  field: Field,
  options: { pass(seconds: number): void; most?: number },
): Promise<string[]> {
  using comparison = await openComparison(worlds, field);
  const found: string[] = [];
  const issued: Issued = { codes: [], accessTokens: [], refreshTokens: [] };
  const judge = (
    about: string,
    wanted: boolean,
    { direct, differing }: { direct: boolean; differing: string },
  ): void => {
    if (differing !== '') found.push(`${about}: ${differing}`);
    if (direct !== wanted) found.push(`${about}: ${direct ? 'answered' : 'not answered'} directly`);
  };
  const around = async (edge: Edge, work: () => Promise<void>): Promise<void> => {
    if (edge.meddle !== undefined) {
      await comparison.meddle(edge.meddle(edge.client?.(field) ?? field.usual[0]!));
      options.pass(6);
    }
    await work();
    if (edge.meddle !== undefined) {
      await comparison.meddle(PUT_BACK);
      options.pass(6);
    }
  };
  const redeem = async (edge: Edge, wanted: boolean): Promise<void> => {
    const { sent, asked } = plainAuthorization(field, {
      about: '',
      ...(edge.client && { client: edge.client }),
      ...(edge.verifier && { verifier: edge.verifier }),
    });
    const given = await comparison.compare(sent);
    judge(`the code for ${edge.about}`, true, given);
    noteIssued(issued, worlds, given.answers, asked);
    const { place } = issued.codes.at(-1)!;
    await around(edge, async () =>
      judge(edge.about, wanted, await comparison.compare(plainRedemption(field, place, edge))),
    );
  };
  await comparison.meddle(KEEP);
  const most = options.most ?? Number.POSITIVE_INFINITY;
  // Those that ask nobody, and that the first session's user may use.
  for (const place of [0, 1, 2, 3, 4, 7, 8, 9, 10]) {
    const client = field.usual[place]!;
    await redeem({ about: `plain: ${client.id}`, client: () => client }, true);
  }
  for (const edge of AUTHORIZATION_EDGES) {
    if (found.length >= most) return found;
    await around(edge, async () =>
      judge(edge.about, false, await comparison.compare(plainAuthorization(field, edge).sent)),
    );
  }
  for (const edge of TOKEN_EDGES) {
    if (found.length >= most) return found;
    await redeem(edge, false);
  }
  return found;
}
