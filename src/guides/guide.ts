import type { guides } from '../texts/guides/en-guides.ts';

/**
 * What is registered: how we authenticate to the provider, and without a credential how the provider answers. The steps of
 * a guide differ by it.
 */
export type Way = 'code' | 'id-token' | 'secret' | 'certificate' | 'federated' | 'private-key';

/** As what a word in bold is drawn in the sketch of a step, in the order of the sentence. */
export type Drawn = 'menu' | 'tab' | 'button' | 'field' | 'choice' | 'tick' | 'untick' | 'value';

/** One step of a guide: a sentence whose `<b>` marks the words of the provider's own pages. */
export interface GuideStep {
  text: keyof typeof guides;
  /** Empty: there is nothing to be seen at the provider. Each `value` is to be copied into the form. */
  drawn: readonly Drawn[];
  /** The ways it belongs to; left out: all. */
  ways?: readonly Way[];
  /** The Redirect URL stands below it, and in the sketch's first field. */
  redirect?: true;
  /** A key of ours is given to the provider there; what it has to know of it stands below. */
  key?: true;
  /** The address may get another name here; what is to be done with that name, whoever shows the step says. */
  namesAddress?: true;
  /** An administrator of the directory may agree by a link instead, which stands below it where it is known. */
  consent?: true;
}

/** How to register with one provider, for whoever shows it: the form of the console, the setup pages. */
export interface Guide {
  name: keyof typeof guides;
  /** Where it begins, for those that have one address for everybody. */
  opens?: string;
  /** The Discovery url, for those that have one for everybody or for most. */
  discoveryUrl?: string;
  /** What the Discovery url looks like there. */
  discoveryHelp?: keyof typeof guides;
  /** The ways there are at this provider, the proposed one first. */
  ways: readonly [Way, ...Way[]];
  steps: readonly GuideStep[];
}

/** The steps that belong to a way, in their order. */
export function stepsOf({ steps }: Guide, way: Way): readonly GuideStep[] {
  return steps.filter(({ ways }) => ways === undefined || ways.includes(way));
}

/** What is entered as credential for a way: none where the provider alone decides how it answers. */
export type WayCredential = Exclude<Way, 'code' | 'id-token'> | 'none';

/** The credentials there are at a provider, the proposed one first. */
export function credentialsOf({ ways }: Pick<Guide, 'ways'>): readonly WayCredential[] {
  return [...new Set(ways.map((way) => (way === 'code' || way === 'id-token' ? 'none' : way)))];
}

/** How many values a step shows that the form asks for. */
export function valuesOf({ drawn }: GuideStep): number {
  return drawn.filter((as) => as === 'value').length;
}
