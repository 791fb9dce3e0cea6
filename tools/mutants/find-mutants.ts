import { globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { parseSync } from 'vite';
import { projectFolder } from '../project.ts';

/** A protecting condition that can be taken out while the tests run. */
export interface Mutant {
  /** File, function and condition, without line numbers: stays the same when something else in the file changes. */
  readonly id: string;
  readonly file: string;
  /** Source text of the condition. */
  readonly condition: string;
  /** What takes its place: a guard that never holds, or a demand that always does. */
  readonly becomes: 'false' | 'true';
  /** Offsets in the file, UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Where what protects people stands; other folders are tested by what they do. */
export const PROTECTING = [
  'src/login/**/*.ts',
  'src/logins/**/*.ts',
  'src/connections/**/*.ts',
  'src/connectors/**/*.ts',
  'src/organizations/access.ts',
  'src/oidc/**/*.ts',
  'src/authenticators/**/*.ts',
  'src/callers/**/*.ts',
];

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Whether a file, from the project's folder, is one whose conditions are taken out. */
export function isProtecting(file: string): boolean {
  return !file.endsWith('.test.ts') && PROTECTING.some((pattern) => matchesGlob(file, pattern));
}

/** All mutants of the protecting folders, in the order of their files and lines. */
export function findMutants(): Mutant[] {
  return globSync(PROTECTING, { cwd: projectFolder })
    .filter(isProtecting)
    .toSorted()
    .flatMap((file) => mutantsOf(file, readFileSync(join(projectFolder, file), 'utf8')));
}

/**
 * Three kinds: `if (guard) throw …` or `return …` whose guard, or one of its alternatives, never holds; and
 * `return demand && demand` or `const live = demand && demand` without one of its demands.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const found: Mutant[] = [];
  const times = new Map<string, number>();
  const add = (node: Node, becomes: Mutant['becomes'], inside: string): void => {
    const condition = source.slice(node.start, node.end).replaceAll(/\s+/g, ' ');
    const name = `${file} ${inside}: ${condition}`;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    found.push({
      id: time === 1 ? name : `${name} (${time})`,
      file,
      condition,
      becomes,
      start: node.start,
      end: node.end,
    });
  };
  walk(parseSync(file, source).program as unknown as Node, '', (node, inside) => {
    if (node.type === 'IfStatement' && leaves(node['consequent'] as Node)) {
      for (const one of operands(node['test'] as Node, '||')) add(one, 'false', inside);
    }
    const answer =
      node.type === 'ReturnStatement'
        ? node['argument']
        : node.type === 'ArrowFunctionExpression' && node['expression'] === true
          ? node['body']
          : node.type === 'VariableDeclarator'
            ? node['init']
            : null;
    const demands = isNode(answer) ? operands(answer, '&&') : [];
    if (demands.length > 1) for (const one of demands) add(one, 'true', inside);
  });
  return found;
}

/** Whether a branch ends the function: its last statement throws or returns. */
function leaves(branch: Node): boolean {
  if (branch.type === 'BlockStatement') {
    const last = (branch['body'] as Node[]).at(-1);
    return last !== undefined && leaves(last);
  }
  return branch.type === 'ThrowStatement' || branch.type === 'ReturnStatement';
}

/** The parts of `a || b || c`; a single node when it is none. */
function operands(node: Node, operator: '||' | '&&'): Node[] {
  if (node.type === 'ParenthesizedExpression') return operands(node['expression'] as Node, operator);
  if (node.type !== 'LogicalExpression' || node['operator'] !== operator) return [node];
  return [...operands(node['left'] as Node, operator), ...operands(node['right'] as Node, operator)];
}

/** `inside` is the name of the function around a node: the nearest that has one. */
function walk(node: Node, inside: string, visit: (node: Node, inside: string) => void): void {
  visit(node, inside);
  const within = nameOf(node) ?? inside;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, within, visit);
  }
}

function nameOf(node: Node): string | undefined {
  const isFunction = (value: unknown): boolean =>
    isNode(value) && ['ArrowFunctionExpression', 'FunctionExpression'].includes(value.type);
  const named =
    node.type === 'FunctionDeclaration' || (node.type === 'VariableDeclarator' && isFunction(node['init']))
      ? node['id']
      : (node.type === 'MethodDefinition' || node.type === 'Property') && isFunction(node['value'])
        ? node['key']
        : undefined;
  return isNode(named) && typeof named['name'] === 'string' ? named['name'] : undefined;
}
