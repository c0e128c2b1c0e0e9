import { parseAst, type Plugin } from 'vite'

/** What a phone never reads of a contract: the server validates and documents by them. Pages name permissions themselves. */
const serversOwn = new Set([
  'summary',
  'permission',
  'rate',
  'audit',
  'params',
  'query',
  'body',
  'response',
  'errors',
])

interface Span {
  readonly start: number
  readonly end: number
}
interface Edit extends Span {
  readonly text: string
}

/**
 * Leaves of a contract its method, path and few marks, and of a schema its name: answers are checked by the forms
 * engine, so that neither need travel. Together they weighed 7 kB on the wire of the filling page.
 */
export function leanContracts(): Plugin {
  return {
    name: 'kangbao:lean-contracts',
    apply: 'build',
    transform(code, id) {
      if (!/shared\/src\/.*\.ts$/.test(id) || !/\bType\.|contracts\/contract/.test(code)) return null
      const edits: Edit[] = []
      look({ ...parseAst(code) }, edits)
      return { code: applied(code, edits), map: null }
    },
  }
}

type Tree = Readonly<Record<string, unknown>>
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null
const isNamed = (value: unknown, name: string) =>
  isTree(value) && value['type'] === 'Identifier' && value['name'] === name
const treesOf = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isTree) : [])

function spanOf({ start, end }: Tree): Span {
  if (typeof start !== 'number' || typeof end !== 'number') throw new Error('a node without its place')
  return { start, end }
}

/** Collects what to take out; a schema inside of one that goes needs no look of its own. */
function look(node: Tree, edits: Edit[]): void {
  if (node['type'] === 'CallExpression') {
    const { callee } = node
    if (isTree(callee) && isNamed(callee['object'], 'Type')) {
      edits.push({ ...spanOf(node), text: 'Type' }) // an empty stand-in, see schema-free.ts
      return
    }
    if (isNamed(callee, 'contract')) return lookIntoContract(node, edits)
  }
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const each of treesOf(value)) look(each, edits)
    else if (isTree(value)) look(value, edits)
  }
}

function lookIntoContract(call: Tree, edits: Edit[]): void {
  const [definition] = treesOf(call['arguments'])
  for (const part of treesOf(definition?.['properties'])) {
    const name = isTree(part['key']) ? part['key']['name'] : undefined
    // A property that goes leaves its comma, so another takes its place.
    if (typeof name === 'string' && serversOwn.has(name)) edits.push({ ...spanOf(part), text: '...{}' })
  }
}

function applied(code: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: next }) => text.slice(0, start) + next + text.slice(end), code)
}
