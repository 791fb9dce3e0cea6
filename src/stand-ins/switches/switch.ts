import type { z } from 'zod';
import type { faultsSchema } from '../faults/faults.ts';
import type { RegistrationMistake, StandIn } from '../stand-in.ts';

/** Something that goes wrong at a stand-in once it is switched on. */
export interface Switch {
  id: string;
  /** What happens then, as a sentence. */
  says: string;
  /** The only kind of stand-in that has it; absent: all. */
  only?: StandIn['kind'];
  /** Issuer and origin are the stand-in's own. */
  faults?: (at: { issuer: string; origin: string }) => z.input<typeof faultsSchema>;
  /** What is wrong with the registration of the application. */
  mistake?: RegistrationMistake;
}
