import { sql } from 'kysely';
import { makeJobsDue } from '../../src/jobs/enqueue-job.ts';
import { defineJob } from '../../src/jobs/job.ts';
import type { TestService } from './start-service.ts';

const ENQUEUE = defineJob('enqueue-provider-readings');

/**
 * Has the providers of all connections read again in the background, as one hour after they were read last. What is moved
 * is when that was: a login does not live through a clock that is moved by as much.
 */
export async function readProviders(service: TestService): Promise<void> {
  const { db } = service.database;
  await ageReadings(service, '61 minutes');
  await sql`update connection set configured_at = configured_at - interval '61 minutes'`.execute(db);
  await makeJobsDue({ db, clock: service.clock }, [ENQUEUE]);
  await service.app.jobs.runDue();
}

/** Moves into the past when providers were read; not what was said of them. */
export async function ageReadings(service: TestService, by: string): Promise<void> {
  await sql`update provider_reading set asked_at = asked_at - ${by}::interval, answered_at = answered_at - ${by}::interval,
    read_at = read_at - ${by}::interval, unknown_key_at = unknown_key_at - ${by}::interval`.execute(
    service.database.db,
  );
}
