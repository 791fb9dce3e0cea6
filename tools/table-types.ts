/** The table types of `src/db/schema/` as the migrated database says them; written by `npm run table-types`. */
import { sql } from 'kysely';
import type { Database } from '../src/db/database.ts';
import { fileOfTable, idOfColumn, idOfTable, typeOfColumn, undescribed } from './table-types-map.ts';

export interface TypesFile {
  /** Path from the project's folder. */
  readonly file: string;
  readonly content: string;
}

interface Column {
  table: string;
  name: string;
  /** As `format_type` prints it: `text[]`, `timestamp with time zone`. */
  type: string;
  nullable: boolean;
  hasDefault: boolean;
  /** Its check constraints, as `pg_get_constraintdef` prints them. */
  checks: string[];
}

const GENERATED = '// Generated from the migrated database by `npm run table-types`. Change a migration instead.\n';
const WIDTH = 120;

/** Every file of table types for the database as it is, in a stable order. Throws when a table is in no file of the map. */
export async function typesFiles(db: Database): Promise<TypesFile[]> {
  const columns = await readColumns(db);
  const tables = Map.groupBy(columns, (column) => column.table);
  const files = Map.groupBy([...tables.keys()], (table) => {
    const file = fileOfTable[table];
    if (file === undefined) throw new Error(`name the file of table ${table} in tools/table-types-map.ts`);
    return file;
  });
  const names = [...files.keys()].toSorted();
  return [
    ...names.map((name) => describe(name, files.get(name) ?? [], tables)),
    { file: 'src/db/schema/schema.ts', content: register(names) },
  ];
}

function describe(name: string, tables: readonly string[], columns: ReadonlyMap<string, readonly Column[]>): TypesFile {
  const interfaces = tables.map((table) => {
    const lines = (columns.get(table) ?? []).map((column) => property(camel(column.name), typeOf(column)));
    return `interface ${pascal(table)}Table {\n${lines.join('')}}\n`;
  });
  const rows = tables.map((table) => property(camel(table), `${pascal(table)}Table`));
  const body = `${interfaces.join('\n')}
/** What each column means stands in the migrations. */
export interface ${pascal(name)}Tables {
${rows.join('')}}
`;
  return { file: `src/db/schema/${name}.ts`, content: `${GENERATED}${imports(body)}\n${body}` };
}

function imports(body: string): string {
  const used = (names: readonly string[]): string[] =>
    names.filter((name) => new RegExp(`\\b${name}\\b`).test(body)).toSorted();
  const ids = used([...new Set([...Object.values(idOfTable), ...Object.values(idOfColumn)])]);
  const types = used(['Bigint', 'DefaultedJson', 'Json']);
  return [
    ...(/\bGenerated</.test(body) ? ["import type { Generated } from 'kysely';\n"] : []),
    ...(used(['FederatedMethod']).length > 0
      ? [importLine(['FederatedMethod'], '../../base/federated-method.ts')]
      : []),
    ...(ids.length > 0 ? [importLine(ids, '../../base/ids.ts')] : []),
    ...(types.length > 0 ? [importLine(types, './column-types.ts')] : []),
  ].join('');
}

function importLine(names: readonly string[], from: string): string {
  const line = `import type { ${names.join(', ')} } from '${from}';`;
  if (line.length <= WIDTH) return `${line}\n`;
  return `import type {\n${names.map((name) => `  ${name},\n`).join('')}} from '${from}';\n`;
}

function register(names: readonly string[]): string {
  const types = names.map((name) => `${pascal(name)}Tables`);
  const lines = names.map((name) => `import type { ${pascal(name)}Tables } from './${name}.ts';\n`);
  return `${GENERATED}${lines.join('')}
/** Every table of the service, as Kysely wants to know them. */
export interface Schema
  extends
${types.map((type) => `    ${type}`).join(',\n')} {}
`;
}

function property(name: string, type: string): string {
  const line = `  ${name}: ${type};`;
  if (line.length <= WIDTH || !type.includes(' | ')) return `${line}\n`;
  return `  ${name}:\n${type
    .split(' | ')
    .map((each) => `    | ${each}`)
    .join('\n')};\n`;
}

function typeOf(column: Column): string {
  const { hasDefault, nullable, type } = column;
  if (type === 'jsonb' || type === 'json') return or(hasDefault ? 'DefaultedJson' : 'Json', nullable);
  if (type === 'bigint') return or('Bigint', nullable);
  const plain = or(idType(column) ?? namedType(column) ?? choices(column) ?? plainType(column), nullable);
  return hasDefault ? `Generated<${plain}>` : plain;
}

function or(type: string, nullable: boolean): string {
  return nullable ? `${type} | null` : type;
}

function idType({ table, name, type }: Column): string | undefined {
  if (type !== 'uuid' && type !== 'uuid[]') return undefined;
  const id = name === 'id' ? idOfTable[table] : (idOfColumn[`${table}.${name}`] ?? idOfColumn[name]);
  return id !== undefined && type === 'uuid[]' ? `${id}[]` : id;
}

function namedType({ table, name }: Column): string | undefined {
  return typeOfColumn[`${table}.${name}`];
}

/** The literals a text may be, where a check constraint of the column alone lists them. */
function choices({ name, type, checks }: Column): string | undefined {
  if (type !== 'text') return undefined;
  const list = new RegExp(`^CHECK \\(\\(${name} = ANY \\(ARRAY\\[([^\\]]*)\\]\\)\\)\\)$`);
  const literals = checks.map((check) => list.exec(check)?.[1]).find((found) => found !== undefined);
  return literals?.replaceAll('::text', '').split(', ').join(' | ');
}

function plainType({ table, name, type }: Column): string {
  const element = type.endsWith('[]') ? type.slice(0, -2) : type;
  const known: Readonly<Record<string, string>> = {
    text: 'string',
    uuid: 'string',
    date: 'string',
    inet: 'string',
    boolean: 'boolean',
    integer: 'number',
    smallint: 'number',
    'double precision': 'number',
    bytea: 'Buffer',
    'timestamp with time zone': 'Date',
  };
  const found = known[element];
  if (found === undefined) throw new Error(`no type is known for ${type}, of ${table}.${name}`);
  return type === element ? found : `${found}[]`;
}

async function readColumns(db: Database): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      not a.attnotnull as nullable, a.atthasdef or a.attidentity <> '' as has_default,
      array (select pg_get_constraintdef(k.oid) from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] order by k.conname) as checks
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped and c.relname <> all (${undescribed})
    order by c.relname, a.attnum`.execute(db);
  return rows;
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function pascal(name: string): string {
  const text = camel(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
