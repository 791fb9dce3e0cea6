/** The value of something before and after a change. */
export interface Change<T> {
  before: T;
  after: T;
}

/** Whose event it is, where it stands in the log of the managing organization, too. */
interface Managed {
  /** The managed organization's id, in its outside form. */
  managed?: string;
}

/** The user an event is about, by address: it is still readable when the user is gone. */
interface About {
  email: string;
}

/**
 * What is recorded with each kind of event, beside organization, actor, user and time. Never a secret, token or code.
 * The compiler checks every `recordEvent` against it; what is read from the database is JSON and is not trusted to be
 * of these types.
 */
export interface AuditDetails {
  'setup.completed': About;
  'organization.created': Managed & { name: string };
  'organization.changed': Managed & Change<Partial<OrganizationFacts>>;
  'organization.removed': Managed & { name: string; users: number; applications: number };
  'organization.limits-changed': Managed & Change<Record<string, number>> & { name: string };
  'organization.method-changed': Change<string>;
  'organization.switched-back': Change<string>;
  'domain.routed': { domain: string };
  'domain.removed': { domain: string };
  'domain.added': { domain: string };
  'domain.verified': { domain: string; finding: string; nameServers: string[] };
  /** Proved, but people with addresses at it live elsewhere: how many, and from when on it counts. */
  'domain.waiting': {
    domain: string;
    finding: string;
    nameServers: string[];
    takesEffectAt: string;
    usersElsewhere: number;
  };
  'domain.wait-ended': { domain: string; finding: string; nameServers: string[] };
  'domain.wait-cut-short': { domain: string; takesEffectAt: string };
  /** In the log of an organization whose users have addresses at the domain; `users`: of this organization. */
  'domain.claimed-elsewhere': { domain: string; users: number; takesEffectAt: string };
  'domain.claim-ended': { domain: string; outcome: 'in-effect' | 'withdrawn' | 'not-proved' };
  'domain.record-missing': { domain: string; finding: string; nameServers: string[] };
  'domain.record-back': { domain: string; finding: string; nameServers: string[] };
  'domain.expired': { domain: string; finding: string; nameServers: string[] };
  'domain.lost': { domain: string; finding: string; nameServers: string[] };
  'domain.verification-removed': { domain: string; verified: boolean; waiting: boolean };
  /** Beside these the settings as the connector describes them. */
  'connection.configured': {
    method: string;
    issuer: string;
    credential: string;
    redirectUri: string;
    hosts: string[];
    [setting: string]: unknown;
  };
  'connection.confirmed': { method: string; issuer: string };
  'connection.reverted': { reason: string };
  /** Whether people who log out here are sent to the provider. */
  'connection.logout-changed': Change<boolean>;
  /** A logout token of the provider that ended nothing. `code`: of `connectors/explanation-codes.ts`. */
  'connection.logout-refused': { code: string; values: unknown; issuer: string; reference: string };
  /** A share in percent, or how many users are named. */
  'connection.pilot-changed': { method: string; issuer: string; percent?: number; named?: number };
  'connection.pilot-ended': { method: string; issuer: string };
  /** Changes that are taken without a confirmation at hosts the operator named. */
  'connection.metadata-changed': { changes: string[]; issuer: string };
  'connection.held': { changes: string[]; issuer: string };
  'connection.hold-confirmed': { changes: string[]; issuer: string };
  /** The provider is as before. */
  'connection.hold-ended': { issuer: string };
  'client-key.made': { credential: string; clientKeys: string; key: string };
  /** A next key was taken into use, or the previous one again. */
  'client-key.taken-into-use': { credential: string; clientKeys: string; key: string };
  /** A next client secret; never the secret itself. `expiresOn`: as entered. */
  'client-secret.entered': { method: string; issuer: string; expiresOn: string | null };
  'client-secret.deleted': { method: string; issuer: string };
  /** `because`: an administrator chose it, or the provider refused the one before, in a login. */
  'client-secret.taken-into-use': {
    method: string;
    issuer: string;
    which: 'next' | 'previous';
    because: 'administrator' | 'refused';
    expiresOn: string | null;
  };
  /** Beside these `address`, the mailbox of the link. */
  'setup-link.made': { address: string; setupLink: string; expiresAt: string };
  'setup-link.opened': { address: string; setupLink: string };
  'setup-link.refused': { address: string; setupLink: string; reason: 'wrong-code' | 'expired' | 'revoked' };
  /** The holder had a provider asked; `problem`: why its settings do not hold. */
  'setup-link.checked': { address: string; setupLink: string; method: string; problem: string | null };
  'setup-link.handed-over': {
    address: string;
    setupLink: string;
    method: string;
    issuer: string;
    credential: string;
    redirectUri: string;
    hosts: string[];
    [setting: string]: unknown;
  };
  'setup-link.turned-on': { address: string; setupLink: string; despiteChange: boolean };
  /** Its client secret alone was entered, as the next one of the connection in force. */
  'setup-link.secret-entered': { address: string; setupLink: string };
  'setup-link.discarded': { address: string; setupLink: string };
  'setup-link.revoked': { address: string; setupLink: string };
  'template.made': {
    template: string;
    name: string;
    method: string;
    clientId: string;
    cloud: string;
    credential: string;
  };
  /** `organizations`: how many logged in through it then. */
  'template.changed': { template: string; name: string; secretReplaced: boolean; organizations: number };
  'template.deleted': { template: string; name: string };
  /** `address`: of the person who was asked. */
  'consent.asked': ConsentFacts & { mailed: boolean; expiresAt: string };
  /** As the answer of the consent page says; nothing is proven by it. */
  'consent.given': ConsentFacts & { directoryId: string };
  'consent.proven': ConsentFacts & { directoryId: string; testedBy: string | null };
  'consent.failed': ConsentFacts & { reason: string };
  'consent.turned-on': ConsentFacts & { directoryId: string };
  'consent.revoked': ConsentFacts;
  /** `inForce`: a test of the connection in force; false for settings that were not saved. */
  'trial.begun': { method: string; issuer: string; redirectUri: string; inForce: boolean };
  'trial.mailed': { email: string; expiresAt: string };
  'trial.ended': { method: string; issuer: string };
  'trial.passed': { method: string; issuer: string; outcome: string | null };
  'trial.failed': { method: string; issuer: string; reason: string };
  'user.created': About & { consoleRole: string | null; breakGlass: boolean; cameBySingleSignOn?: true };
  /** The name as shown, and which parts of the profile changed. */
  'user.changed': About & Change<string | null> & { changed: string[] };
  'user.role-changed': About &
    (
      | Change<string | null>
      | { application: string; organization: string; roles: readonly string[]; before?: readonly string[] }
    ) & {
      /** The rule of the connection that gave it, at a login. */
      rule?: string;
    };
  'connection.role-rules-changed': { issuer: string; before: readonly string[]; after: readonly string[] };
  /** A failed mail, of any organization, that an administrator of the root had sent again. */
  'mail.sent-again': { kind: string; recipient: string; organization?: string };
  /** To the administrator's own address. */
  'mail.test-sent': About;
  'user.disabled': About;
  'user.enabled': About;
  'user.removed': About & { status: string };
  'user.recovered': About & { breakGlass: boolean };
  'user.address-changed': About & Change<string>;
  'user.address-proven': About;
  'invitation.sent': About & { expiresAt: string };
  'invitation.revoked': About;
  'invitation.redeemed': About & { again: boolean };
  'invitation.accepted': About;
  'password.changed': undefined;
  'password.reset-asked': { recovery: true } | undefined;
  'authenticator.enrolled': { kind: string; name: string };
  'authenticator.removed': { kind: string; name: string } | { email?: string; all: number };
  'recovery-codes.made': { count: number };
  'recovery-code.used': { left: number };
  'identity.bound': { by: string; issuer: string; subject: string; address: string | null };
  'identity.reset': undefined;
  /** `before`: the subject that was the user's; `from`: the user whose subject it was. */
  'identity.moved': About & { issuer: string; subject: string; before: string | null; from: string | null };
  /** `address`: of the other person. */
  'identity.kept-apart': About & { issuer: string; subject: string; address: string | null };
  /** `email`: the user's; `address`: what the provider states now. */
  'identity.address-stated': About & { issuer: string; address: string };
  'login.finished': LoginFacts;
  'login.emergency': LoginFacts;
  /** A wrong password, code or answer of a security key; the login goes on. */
  'login.failed': { factor: 'password' | 'otp' | 'recovery-code' | 'security-key'; reference: string };
  /** A login that ended without a session, or an application refused to somebody logged in. */
  'login.refused': {
    reason: string | null;
    reference?: string;
    clientId?: string;
    application?: string | null;
    /** What the login's trace keeps of the identity provider's answer. */
    [traced: string]: unknown;
  };
  'session.ended': { reason: string; applications?: number };
  'token.issued': { application: string | null; organizationInScope: string };
  'token.replayed': { application: string; presented: string };
  'application.registered': ApplicationFacts & { redirectUris: readonly string[] };
  'application.changed': ApplicationFacts & {
    redirectUris?: Change<readonly string[]>;
    firstParty?: boolean;
    highSecurity?: boolean;
    actsForUsers?: boolean;
    access?: readonly string[];
  };
  'application.removed': ApplicationFacts;
  /** `overlapHours`: how long the one before stays valid; without it, it ended. */
  'application.secret-changed': ApplicationFacts & { overlapHours?: number };
  'application.secret-removed': ApplicationFacts;
  'application.acted': ApplicationFacts & { organizationInScope: string; resource: string; scope: string };
  'application.tried': ApplicationFacts;
  'application.consented': { application: string; clientId: string; scope: string };
  'application.consent-withdrawn': { application: string; clientId: string; email: string };
  /** `cause`: of `applications/health/failure-causes.ts`; `came` and `wanted`: as they may be kept, never a secret or code. */
  'application.request-refused': ApplicationFacts & {
    cause: string;
    problem: string;
    came?: string;
    wanted?: string;
    reference: string;
  };
  'application.logout-failed': { application: string; reason: string };
  /** Which scopes of an API resource it may ask for from now on. */
  'application.scopes-changed': ApplicationFacts & { resource: string; scopes: readonly string[] };
  /** A machine application got access tokens: once in some minutes, not for each. */
  'application.token-issued': ApplicationFacts & { resource: string; scope: string };
  /** An application that nobody registered: somebody of the organization allowed it something for the first time. */
  'unregistered-application.added': ApplicationFacts & { redirectUris: readonly string[] };
  'unregistered-application.blocked': ApplicationFacts;
  'unregistered-application.unblocked': ApplicationFacts;
  'unregistered-application.removed': ApplicationFacts;
  'api-resource.made': ResourceFacts & { scopes: readonly string[]; takenOver?: true };
  'api-resource.changed': ResourceFacts & { scopes?: Change<readonly string[]> };
  'api-resource.removed': ResourceFacts;
  /** In the log of the organization that had it: another one verified the domain of its identifier, and made its own. */
  'api-resource.taken-over': ResourceFacts;
  'api-token.created': { apiTokenId: string; role: string; expiresAt: string };
  'api-token.revoked': { apiTokenId: string };
  /** `kid`: its id in the JWKS. */
  'signing-key.published': { algorithm: string; kid: string };
  'signing-key.taken-into-use': { algorithm: string; kid: string };
  'signing-key.removed': { algorithm: string; kid: string };
  'signing-key.withdrawn': { algorithm: string; kid: string };
  /** `key`: its fingerprint, by which `gatehouse keys status` names it. */
  'master-key.added': { key: string };
  'master-key.taken-into-use': { key: string };
  'master-key.sealed-over': { key: string };
  'master-key.forgotten': { key: string };
  'api.refused': { code: string; method: string; path: string; reference: string };
  /** In the log of the root: from which moment the data is, and how much from before was made void, by kind. */
  'installation.restored': { takenAt: string; ended: Readonly<Record<string, number>> };
}

interface OrganizationFacts {
  name: string;
  supportContact: string | null;
  auditNetwork: string;
  justInTime: boolean;
  unregisteredApplications: boolean;
}

interface ConsentFacts {
  address: string;
  template: string;
  templateName: string;
}

interface LoginFacts {
  method: string;
  /** Authentication methods (RFC 8176). */
  amr: readonly string[];
  clientId: string;
  reference: string;
}

interface ResourceFacts {
  /** Its audience. */
  resource: string;
  name: string;
}

interface ApplicationFacts {
  /** Client id. */
  application: string;
  name: string;
}
