import { queryAs } from './query.ts';

/**
 * Makes a database that is a copy of another one. Copied as files: the other way writes each page into the log, too, which is
 * several times the work. On a connection without the service's deadline: a busy machine needs more than four seconds for it.
 */
export async function copyDatabase(url: string, from: string, name: string): Promise<void> {
  await queryAs(url, `create database ${name} template ${from} strategy file_copy`);
}
