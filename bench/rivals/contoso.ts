import { startProgram } from '../../demo/start-program.ts';
import type { Plan } from '../load/planned-login.ts';

/** The OpenID provider at which people of a federated login have a session: the same program for everybody. */
export interface Contoso {
  issuer: string;
  /** Who may send people there: one application, with the secret in the body. */
  register(application: { clientId: string; clientSecret: string; redirectUris: readonly string[] }): Promise<void>;
  stop(): Promise<void>;
}

/** So many that nobody logs in as often, in a whole run, as Gatehouse keeps sessions of one user: ending those is no login. */
export const PEOPLE = 448;
export const PASSWORD = 'a calm harbour at dawn';
/** As `{n}` of a plan has it. */
export const ADDRESS = 'person-{n}@contoso.example';
/** What a person does there, the first time. */
export const AT_CONTOSO: Plan['steps'][number] = {
  fill: { username: ADDRESS, password: PASSWORD },
  button: 'Log in',
};

/** Starts it with {@link PEOPLE} people. Its processor time is nobody's. */
export async function startContoso(host = '127.0.0.2'): Promise<Contoso> {
  const program = await startProgram('demo/providers/contoso.ts', {
    host,
    users: Array.from({ length: PEOPLE }, (_, n) => ({
      id: `person-${n}`,
      email: `person-${n}@contoso.example`,
      name: `Person ${n}`,
      password: PASSWORD,
    })),
  });
  return {
    issuer: String(program.ready['issuer']),
    async register(application) {
      const body = JSON.stringify([application]);
      const answer = await fetch(`${String(program.ready['control'])}/clients`, { method: 'PUT', body });
      if (!answer.ok) throw new Error(`Contoso takes no clients: ${await answer.text()}`);
    },
    stop: async () => program.stop(),
  };
}
