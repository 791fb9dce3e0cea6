import { once } from 'node:events';
import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { insertApplication } from '../../src/applications/application-change-store.ts';
import { applicationOf } from '../../src/applications/unregistered/client-document.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { ApplicationId } from '../../src/base/ids.ts';
import type { Database } from '../../src/db/database.ts';
import { findRootOrganization } from '../../src/organizations/find-organization.ts';
import { changeOrganization } from '../../src/organizations/manage-organizations.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeTestCertificates, trustInThisProcess } from './certificates.ts';
import type { TestCertificates } from './certificates.ts';
import { documentOf } from './client-documents.ts';
import { administratorOf, makeManaged, makeRoot } from './fixtures.ts';
import type { RelyingApplication } from './relying-application.ts';
import { startService } from './start-service.ts';
import type { TestService } from './start-service.ts';

/** Where documents of applications that nobody registered are published, over TLS. */
export interface DocumentSite extends AsyncDisposable {
  /** `https://127.0.0.2:<port>` */
  origin: string;
  /** How often a document was asked for. */
  asked: number;
  /** Publishes a document at a path and answers its application; what `said` says replaces or adds members. */
  publish(path: string, said?: Record<string, unknown>): RelyingApplication;
  /** Answers a path in some other way. */
  answer(path: string, how: (response: ServerResponse) => void): string;
}

/** Publishes nothing yet. */
export async function startDocumentSite(certificates: TestCertificates, host = '127.0.0.2'): Promise<DocumentSite> {
  const answers = new Map<string, (response: ServerResponse) => void>();
  const server = createServer({ key: certificates.key, cert: certificates.certificate }, (request, response) => {
    site.asked += 1;
    const how = answers.get(request.url ?? '') ?? answers.get('*');
    if (how === undefined) response.writeHead(404).end();
    else how(response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const origin = `https://${host}:${(server.address() as AddressInfo).port}`;
  const site: DocumentSite = {
    origin,
    asked: 0,
    publish(path, said = {}) {
      const clientId = origin + path;
      const redirectUri = `${origin}/back`;
      const document = { ...documentOf(clientId, redirectUri), ...said };
      site.answer(path, (response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document)),
      );
      return { clientId, clientSecret: null, redirectUri };
    },
    answer(path, how) {
      answers.set(path, how);
      return origin + path;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return site;
}

/** Lets the people of an organization log in to applications that nobody registered, or no longer. */
export async function takeUnregistered(service: TestService, organization: Organization, on = true): Promise<void> {
  const { db } = service.database;
  const { version } = await db
    .selectFrom('organization')
    .select('version')
    .where('id', '=', organization.id)
    .executeTakeFirstOrThrow();
  await changeOrganization({ db, clock: service.clock }, administratorOf(organization, service), {
    organizationId: organization.id,
    unregisteredApplications: on,
    version,
  });
}

/** The service, an organization that takes such applications, and a site where their documents are published. */
export interface UnregisteredGround extends AsyncDisposable {
  service: TestService;
  site: DocumentSite;
  root: Organization;
  contoso: Organization;
}

/** Starts it, with the settings of the service beside the usual ones. */
export async function openUnregisteredGround(settings: Record<string, string> = {}): Promise<UnregisteredGround> {
  const certificates = await makeTestCertificates();
  trustInThisProcess(certificates);
  const site = await startDocumentSite(certificates);
  const service = await startService({ settings });
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  await takeUnregistered(service, contoso);
  return {
    service,
    site,
    root,
    contoso,
    async [Symbol.asyncDispose]() {
      await service.close();
      await site[Symbol.asyncDispose]();
      await certificates.remove();
    },
  };
}

/** One that somebody of an organization allowed something. */
export async function addUnregistered(
  deps: { db: Database; clock: Clock },
  organization: Organization,
  clientId: string,
): Promise<ApplicationId> {
  const now = deps.clock.now();
  const host = new URL(clientId).host;
  const document = { clientId, host, name: 'Agent', redirectUris: [`https://${host}/back`], refreshTokens: true };
  const application = applicationOf(document, (await findRootOrganization(deps)) ?? organization, now);
  await insertApplication(deps.db, application);
  const { id: applicationId, name } = application;
  await deps.db
    .insertInto('unregisteredApplication')
    .values({ organizationId: organization.id, applicationId, clientId, name, firstUsedAt: now, lastUsedAt: now })
    .execute();
  return applicationId;
}
