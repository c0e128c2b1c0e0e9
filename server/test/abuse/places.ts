import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import { apiPrefix } from '../../src/http/route.ts'
import { requestOf, toolsOf, type Call } from '../isolation/calls.ts'
import type { Tenant } from '../isolation/objects.ts'
import { keyOf, registry, type Entry } from '../isolation/registry.ts'
import type { TestServer } from '../server.ts'
import { signToken } from '../world.ts'

type Part = 'params' | 'query' | 'body'
export type PlaceKind = 'text' | 'number' | 'list' | 'bag'

/** One place of a request at which somebody may put what he likes. */
export interface Place {
  readonly entry: Entry
  readonly part: Part
  /** Steps from the part down; `0` is the first of a list. */
  readonly path: readonly string[]
  readonly kind: PlaceKind
  /** Tied to a pattern or to a few values. */
  readonly isNarrow: boolean
}

interface Node {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly patternProperties?: Readonly<Record<string, Node>>
  readonly items?: Node
  readonly anyOf?: readonly Node[]
}

interface Found {
  readonly path: readonly string[]
  readonly kind: PlaceKind
  readonly isNarrow: boolean
}

function walk(node: Node, path: readonly string[]): Found[] {
  if (node.anyOf) return node.anyOf.flatMap((each) => walk(each, path))
  const isNarrow = node.const !== undefined || node.enum !== undefined || node.pattern !== undefined
  const isText = node.type === 'string' || node.enum !== undefined || typeof node.const === 'string'
  if (isText) return [{ path, kind: 'text', isNarrow }]
  if (node.type === 'integer' || node.type === 'number') return [{ path, kind: 'number', isNarrow }]
  if (node.type === 'array')
    return [{ path, kind: 'list', isNarrow }, ...walk(node.items ?? {}, [...path, '0'])]
  const bag = Object.values(node.patternProperties ?? {})
  return [
    ...(bag.length > 0 ? [{ path, kind: 'bag', isNarrow } as const] : []),
    ...bag.flatMap((each) => walk(each, [...path, 'anything'])),
    ...Object.entries(node.properties ?? {}).flatMap(([name, each]) => walk(each, [...path, name])),
  ]
}

/** Every place of every request the server takes, each once. */
export function allPlaces(): Place[] {
  return [...registry.values()].flatMap((entry) => {
    const { params, query, body } = entry.contract
    return Object.entries({ params, query, body }).flatMap(([part, schema]) => {
      const found = schema === undefined ? [] : walk(schema as Node, []) // every schema is such a tree
      const seen = new Map(found.map((each) => [`${each.kind} ${each.path.join('.')}`, each]))
      return [...seen.values()].map((each) => ({ entry, part: part as Part, ...each })) // of the three above
    })
  })
}

export const placeName = ({ entry, part, path }: Place): string =>
  `${keyOf(entry.contract)} ${part}.${path.join('.')}`

/** The same value with another at a path; what is missing on the way is made. */
export function put(value: unknown, path: readonly string[], given: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return given
  if (step === '0' && !isObject(value)) {
    const list: readonly unknown[] = Array.isArray(value) ? value : []
    return [put(list[0], rest, given), ...list.slice(1)]
  }
  const object = isObject(value) ? value : {}
  return { ...object, [step]: put(object[step], rest, given) }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export interface Answer {
  readonly status: number
  readonly text: string
}

/** Somebody who may call every route, with valid requests to start from. */
export interface Attacker {
  /** A valid request of the entry, made once and kept. */
  callOf(entry: Entry): Promise<Call>
  /** The request with something else at a place. */
  at(place: Place, given: unknown): Promise<Answer>
  send(contract: Contract, call: Call, payload?: string): Promise<Answer>
}

export function attacker(server: TestServer, ours: Tenant): Attacker {
  const calls = new Map<Entry, Promise<Call>>()
  const operator = signToken(server, { sub: 'operator', role: 'operator' })
  const viewer = signToken(server, { sub: ours.regionViewerId, role: 'viewer' })
  function tokenOf({ permission }: Contract) {
    if (permission === 'public') return null
    if (permission.startsWith('operations')) return operator
    return permission === 'rollups.read' ? viewer : ours.people.mainAdmin.token
  }
  const callOf = (entry: Entry) => {
    const kept = calls.get(entry) ?? requestOf(entry, ours.here, toolsOf(server)).then(({ call }) => call)
    calls.set(entry, kept)
    return kept
  }
  async function send(contract: Contract, call: Call, payload?: string): Promise<Answer> {
    const token = tokenOf(contract)
    const body = payload ?? (call.body === undefined ? undefined : JSON.stringify(call.body))
    const response = await server.app.inject({
      method: contract.method,
      url: urlOf(apiPrefix, contract.path, call.params, call.query),
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': contract.consumes ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: response.statusCode, text: response.body }
  }
  return {
    callOf,
    send,
    async at(place, given) {
      const call = await callOf(place.entry)
      return send(place.entry.contract, { ...call, [place.part]: put(call[place.part], place.path, given) })
    },
  }
}

/** Does work on each, a few at a time, so that one slow answer holds up nobody. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const next = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: 8 }, next))
}
