/**
 * What is known of programs by other people: how they are connected (`settings.ts` of each), and how they are run
 * (`drive.ts` of each). `npm run peers` runs them; guides and `docs/works-with/README.md` are made from it. None of it is part
 * of the product.
 */
import type { Page } from 'playwright-core';
import type { ApplicationPreset, Registration } from './preset.ts';

/** What a machine has to have for a program. */
export type Need = 'Java' | 'Python' | 'Debian' | 'Go' | 'C++';

/** How an application proves itself at the token endpoint (OpenID Connect Core 9); `none`: without a secret. */
export type Way = 'client_secret_basic' | 'client_secret_post' | 'none';

/** The two sides of one way to connect an identity provider. `{redirectUrl}` stands for what the pane shows. */
export interface Recipe {
  /** What to do there, step by step. */
  there: readonly string[];
  /** What to enter in *Authentication settings*, by the names of its fields. */
  here: Readonly<Record<string, string>>;
}

/** How an identity provider is connected: data for the guide, and what a run is held against. */
export interface ProviderSettings {
  name: string;
  version: string;
  needs: readonly Need[];
  withSecret: Recipe;
  /** Null with the reason where the program knows no applications without a secret. */
  withoutSecret: Recipe | { not: string };
  /** What to know before choosing it, a sentence each. */
  lacks: readonly string[];
}

/** A person who has an account there. */
export interface Person {
  userName: string;
  email: string;
  givenName: string;
  familyName: string;
  password: string;
}

/** An application (client) to be registered there. */
export interface Client {
  id: string;
  /** Null for a public client. */
  secret: string | null;
  redirectUri: string;
  /** The one way its secret is taken; the program's usual one when left to it. */
  way: Way | 'usual';
  /** What it may ask for. */
  scopes: readonly string[];
  /** It answers with an ID token by form_post instead of a code. */
  idToken: boolean;
}

/** What is tried with a provider; each has an organization and a client of its own. */
export type Variant =
  | 'with a secret'
  | 'without a secret'
  | 'without a secret, ID token'
  | 'the other authentication way'
  | 'wrong secret'
  | 'wrong authentication way'
  | 'missing scope'
  | 'wrong redirect URL';

/** What a program gets to start. */
export interface Start {
  /** Where it was installed. */
  folder: string;
  /** An empty folder for what it writes. */
  data: string;
  port: number;
  /** The loopback host, `127.0.0.1` when nothing is said. */
  host?: string;
  clients: readonly Client[];
  people: readonly Person[];
}

/** A provider that runs. */
export interface RunningProvider {
  /** As it is entered in *Discovery URL*. */
  discoveryUrl: string;
  /** Where its pages are. */
  origin: string;
  /** What it registered under a client ID and secret of its own making, by the ID that was asked for. */
  made?: Readonly<Record<string, { id: string; secret: string }>>;
  stop(): Promise<void>;
}

/** How a provider is installed, started and used. */
export interface ProviderDrive {
  settings: ProviderSettings;
  /** Installs the pinned version into an empty folder. */
  install(folder: string): Promise<void>;
  start(given: Start): Promise<RunningProvider>;
  /** Does what its pages ask of the person, until it sends the browser on; called again when it asks anew. */
  act(page: Page, person: Person): Promise<void>;
  /** Which way it takes a secret when nothing is said, and the other one where a client can be bound to it. */
  ways: { usual: Way; other: Way | null };
  /** Variants it cannot be driven into, with the reason. */
  not: Readonly<Partial<Record<Variant, string>>>;
  /** Where it comes to something else than others do. */
  expected: Readonly<Partial<Record<Variant, string>>>;
}

/** What an application gets to start: what *Register application* shows, filled in. */
export interface ApplicationStart {
  /** Where it was installed. */
  folder: string;
  /** An empty folder for what it writes. */
  data: string;
  port: number;
  /** Its address; the same as `{app}` of the preset. */
  app: string;
  registered: Registration & { clientId: string; clientSecret: string };
  /** The texts of the preset's blocks, in order, to be pasted as they are. */
  blocks: readonly string[];
}

export interface RunningApplication {
  stop(): Promise<void>;
}

/** What one program may take. */
export interface Bounds {
  gigabytes: number;
  minutes: number;
}

/** How an application is installed, started and used. Its folder also has `settings.ts`, the preset. */
export interface ApplicationDrive {
  preset: ApplicationPreset;
  needs: readonly Need[];
  /** What is answered to the preset's questions; without it what they begin with. */
  answers?: Readonly<Record<string, string>>;
  /** Where it needs more than others: GiB of disk, and minutes for installing and driving it. */
  bounds?: Bounds;
  /** Installs the pinned version into an empty folder. */
  install(folder: string): Promise<void>;
  /** Pastes the blocks, adds what is no matter of single sign-on (a database, a port), and starts it. */
  start(given: ApplicationStart): Promise<RunningApplication>;
  /** Goes to it and presses what begins a login; with a session there already, it may be in at once. */
  logIn(page: Page, app: string): Promise<void>;
  /** Whether the page shows that this person is in, by the name or address that stands there. */
  isIn(page: Page, email: string): Promise<boolean>;
  /** Logs out there; null where it has no log-out. */
  logOut: ((page: Page, app: string) => Promise<void>) | null;
  /** Makes it renew its tokens, where it does that; true when it did. */
  refresh?: (page: Page, app: string) => Promise<boolean>;
}
