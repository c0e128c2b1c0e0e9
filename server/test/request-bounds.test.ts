import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { Type, type TSchema } from 'typebox'
import { figure } from '@kangbao/launcher/figure.ts'
import type { Contract } from '@kangbao/shared/contracts/contract.ts'

/** What the walk reads of a schema. */
interface Node {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly maxLength?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly properties?: Readonly<Record<string, Node>>
  readonly patternProperties?: Readonly<Record<string, Node>>
  readonly items?: Node
  readonly anyOf?: readonly Node[]
}

/** `x*`, `x+` and `x{3,}` have no end; a pattern without them, tied at both ends, has. */
const endless = /(?<!\\)[*+]|\{\d+,\}/
const isBoundPattern = (pattern: string) => /^\^.*\$$/s.test(pattern) && !endless.test(pattern)

/** Paths in a schema at which a request may be as large as it likes. */
function unbound(node: Node, path: string): string[] {
  if (node.const !== undefined || node.enum) return []
  if (node.anyOf) return node.anyOf.flatMap((each) => unbound(each, path))
  if (node.type === 'string')
    return node.maxLength === undefined && !isBoundPattern(node.pattern ?? '') ? [path] : []
  if (node.type === 'array')
    return [...(node.maxItems === undefined ? [path] : []), ...unbound(node.items ?? {}, `${path}[]`)]
  const bag = Object.values(node.patternProperties ?? {})
  return [
    ...(bag.length > 0 && node.maxProperties === undefined ? [`${path}{}`] : []),
    ...bag.flatMap((each) => unbound(each, `${path}.*`)),
    ...Object.entries(node.properties ?? {}).flatMap(([name, each]) => unbound(each, `${path}.${name}`)),
  ]
}

async function contracts(): Promise<Contract[]> {
  const folder = new URL('../../shared/src/contracts/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const modules: object[] = await Promise.all(names.map((name) => import(new URL(name, folder).href)))
  const isContract = (value: unknown): value is Contract =>
    typeof value === 'object' && value !== null && 'method' in value && 'permission' in value
  return modules.flatMap((each) => Object.values(each)).filter(isContract)
}

describe('S-80: how large a request may be', () => {
  it('has an end in every text, list and bag of every contract', async () => {
    const all = await contracts()
    const parts = all.flatMap(({ method, path, params, query, body }) =>
      Object.entries({ params, query, body }).flatMap(([name, schema]) =>
        schema === undefined ? [] : [{ name: `${method} ${path} ${name}`, schema }],
      ),
    )
    const open = parts.flatMap(({ name, schema }) => unbound(schema as Node, name)) // every schema is such a tree
    figure({
      id: 'S-80',
      n: parts.length,
      value: open.length,
      unit: 'parts of requests without a bound',
      target: '=0',
      ok: open.length === 0,
    })
    expect(open).toEqual([])
    expect(all.length).toBeGreaterThan(40)
  })

  it.each<[string, TSchema, string[]]>([
    ['a text', Type.Object({ a: Type.String() }), ['.a']],
    ['a pattern without an end', Type.Object({ a: Type.String({ pattern: '^a+$' }) }), ['.a']],
    ['a pattern that is not tied', Type.Object({ a: Type.String({ pattern: 'ab' }) }), ['.a']],
    ['a list', Type.Object({ a: Type.Array(Type.Integer()) }), ['.a']],
    ['a bag', Type.Object({ a: Type.Record(Type.String(), Type.Integer()) }), ['.a{}']],
    ['a choice', Type.Union([Type.Null(), Type.Object({ a: Type.String() })]), ['.a']],
    ['nothing', Type.Object({ a: Type.String({ maxLength: 3 }) }), []],
  ])('finds %s', (_name, schema, found) => {
    expect(unbound(schema as Node, '')).toEqual(found) // as above
  })
})
