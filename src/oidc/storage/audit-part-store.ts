// Part of a larger statement: inserts an audit event where `onlyIf` holds.
export { insertEvent } from '../../audit/event-sql.ts';
