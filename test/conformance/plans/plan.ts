/** One test module of the OpenID Foundation's conformance suite, by the name it has there. */
export interface Module {
  readonly name: string;
  /** What it stands for: specification and section. */
  readonly section: string;
  /** What has to hold, in our words. */
  readonly holds: string;
  /** Why it does not apply to Gatehouse; a module without this has a test. */
  readonly doesNotApply?: string;
  /** Why the foundation's suite leaves it out at Gatehouse, though we test what is answered. */
  readonly leftOutThere?: string;
  /** What has to be set at Gatehouse for it, beside the usual. */
  readonly needs?: string;
}

/** A test plan of the suite: what one certification profile asks. */
export interface Plan {
  readonly name: string;
  /** The profile, as the foundation lists it. */
  readonly profile: string;
  readonly as: 'OpenID Provider' | 'relying party';
  /** The settings of a run (the suite's variants). */
  readonly variant: string;
  /** The file whose tests have the modules' names, from the project's folder. */
  readonly test: string;
  readonly modules: readonly Module[];
}

/** A test's title: the module and what it stands for. */
export function titleOf(module: Module): string {
  return `${module.name} (${module.section}): ${module.holds}`;
}
