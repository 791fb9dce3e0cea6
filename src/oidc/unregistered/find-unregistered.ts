import { errors } from 'oidc-provider';
import { clientMetadata } from '../clients.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { Payload } from '../storage/write.ts';
import { applicationOf } from '../../applications/unregistered/client-document.ts';
import { findGround } from '../../applications/unregistered/find-ground.ts';
import type { DocumentReader } from '../../applications/unregistered/read-document.ts';
import { AppError, ERROR_CODES } from '../../base/errors.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { Database } from '../../db/database.ts';

/*
 * Applications that nobody registered, at the OpenID Provider (`applications/unregistered` is the noun).
 *
 *   find-unregistered.ts   their metadata: from the document where a login begins, else from the row of one that was allowed
 *   refuse-here.ts         who may not log in to one; what is refused is said here, and nobody is sent on by it
 *
 * The library could read documents too (`features.clientIdMetadataDocument`, experimental). It is not used: it would take every
 * metadata that we know from a stranger's document, our own (`first_party`, `without_pkce`) among them.
 */

/** Whether a request may make us read a document: where a login begins. Elsewhere an application was allowed before. */
export function mayReadDocument(pathname: string): boolean {
  return pathname.startsWith('/oauth2/authorize') || pathname === '/oauth2/par';
}

/**
 * Finds the metadata of an application that nobody registered, once in each request.
 * @param options.findRow metadata of one that somebody allowed something
 * @returns undefined where it is unknown, or no organization's people may log in to such
 */
export function createFindUnregistered(options: {
  db: Database;
  documents: DocumentReader;
  findRow: (clientId: string) => Promise<Payload | undefined>;
}): (clientId: string) => Promise<Payload | undefined> {
  const found = new WeakMap<UnitOfWork, { clientId: string; metadata: Promise<Payload | undefined> }>();
  return async (clientId) => {
    const work = UnitOfWork.current();
    if (!work.mayReadDocument) return options.findRow(clientId);
    const known = found.get(work);
    if (known?.clientId === clientId) return known.metadata;
    const metadata = readMetadata(options, work, clientId);
    found.set(work, { clientId, metadata });
    return metadata;
  };
}

async function readMetadata(
  { db, documents }: { db: Database; documents: DocumentReader },
  work: UnitOfWork,
  clientId: string,
): Promise<Payload | undefined> {
  const ground = await findGround({ db }, clientId);
  if (ground === undefined) return undefined;
  try {
    const document = await documents.read(clientId, { network: work.network(), isKnown: ground.isKnown });
    return clientMetadata({ ...applicationOf(document, ground.root, work.now), secrets: [] });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw documentRefusal(error);
  }
}

/** `invalid_client` with the stable code and what it means; the detail is for the log. */
function documentRefusal({ code, detail }: AppError): errors.InvalidClient {
  return new errors.InvalidClient(
    `${code}: ${ERROR_CODES[code][1]}`,
    detail === undefined ? code : `${code}: ${detail}`,
  );
}

/** The code of a refusal that is about an application nobody registered; undefined for every other. */
export function codeOfRefusal({
  error_description: said = '',
}: {
  error_description?: string | undefined;
}): ErrorCode | undefined {
  const code = /^((?:client-document|unregistered-application)\.[a-z-]+): /.exec(said)?.[1];
  return code !== undefined && code in ERROR_CODES ? (code as ErrorCode) : undefined;
}
