import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchCompletenessPeople } from '@kangbao/shared/contracts/completeness.ts'
import { searchMembers } from '@kangbao/shared/contracts/directory.ts'
import { searchReportPeople } from '@kangbao/shared/contracts/reports.ts'
import { injections } from './abuse/injections.ts'
import { allPlaces, attacker, each, placeName, type Attacker, type Place } from './abuse/places.ts'
import { faultFigure } from './isolation/fault-figure.ts'
import { newTenant, type Tenant } from './isolation/objects.ts'
import { keyOf, registry } from './isolation/registry.ts'
import { changed, orgTables, stateOf } from './isolation/state.ts'
import { startTestServer, type TestServer } from './server.ts'

let server: TestServer
let ours: Tenant
let theirs: Tenant
let foe: Attacker
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 1_000_000, SMS_HOURLY_BUDGET: 1_000_000 } })
  ours = await newTenant(server, 'aa')
  theirs = await newTenant(server, 'zz')
  foe = attacker(server, ours)
})
afterAll(() => server.close())

const places = allPlaces()
/** An address holds whole characters only. */
const isWhole = (text: string) => !/\p{Surrogate}/u.test(text)

describe('S-80: what is too large is refused, and breaks nothing', () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const tooLarge: Readonly<Record<Place['kind'], readonly unknown[]>> = {
    text: ['a'.repeat(5_000), '长'.repeat(60_000), '\u0000'.repeat(5_000)],
    number: [1e308, -1e308, 2 ** 53, -1],
    list: [Array.from({ length: 10_001 }, () => 'a'), Array.from({ length: 10_001 }, () => 1)],
    bag: [Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`f${i}`, 'a']))],
  }

  it('in every text, number, list and bag', async () => {
    const wrong: string[] = []
    const cases = places.flatMap((place) => tooLarge[place.kind].map((given) => ({ place, given })))
    await each(cases, async ({ place, given }) => {
      const { status } = await foe.at(place, given)
      if (status < 400 || status >= 500) wrong.push(`${placeName(place)}: ${status}`)
    })
    faultFigure('S-80', cases.length, wrong, 'oversize requests taken, or answered 5xx')
    expect(wrong).toEqual([])
    expect(cases.length).toBeGreaterThan(300)
  })

  it('in the body as a whole: bytes, depth, width', async () => {
    const wrong: string[] = []
    const writes = [...registry.values()].filter(({ contract }) => contract.body)
    const bodies = [
      `{"a":"${'x'.repeat(600_000)}"}`,
      deep(20_000),
      `[${'[],'.repeat(20_000)}[]]`,
      `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
      '9'.repeat(300_000),
    ]
    await each(writes, async (entry) => {
      const call = await foe.callOf(entry)
      for (const body of bodies) {
        const { status } = await foe.send(entry.contract, call, body)
        if (status < 400 || status >= 500) wrong.push(`${keyOf(entry.contract)}: ${status}`)
      }
    })
    faultFigure('S-80', writes.length * bodies.length, wrong, 'oversize bodies taken, or answered 5xx')
    expect(wrong).toEqual([])
  })
})

it('S-85: no request reaches the prototype of anything', async () => {
  const marks = [
    '{"__proto__":{"polluted":"yes"}}',
    '{"constructor":{"prototype":{"polluted":"yes"}}}',
    '{"a":{"__proto__":{"polluted":"yes"}}}',
    '{"__proto__.polluted":"yes","constructor.prototype.polluted":"yes"}',
    '[{"__proto__":{"polluted":"yes"}}]',
  ]
  const queries = [
    '__proto__[polluted]',
    '__proto__.polluted',
    'constructor[prototype][polluted]',
    '__proto__',
  ]
  const wrong: string[] = []
  let tried = 0
  await each([...registry.values()], async (entry) => {
    const call = await foe.callOf(entry)
    const inside = Object.keys(call.body ?? {}).flatMap((name) =>
      marks.map((mark) =>
        JSON.stringify({ ...(call.body as object), [name]: 0 }).replace(`"${name}":0`, `"${name}":${mark}`),
      ),
    )
    const bodies = call.body === undefined ? [] : [...marks, ...inside]
    const answers = [
      ...(await Promise.all(bodies.map((body) => foe.send(entry.contract, call, body)))),
      ...(await Promise.all(
        queries.map((name) => foe.send(entry.contract, { ...call, query: { ...call.query, [name]: 'yes' } })),
      )),
    ]
    tried += answers.length
    for (const { status } of answers) if (status >= 500) wrong.push(`${keyOf(entry.contract)}: ${status}`)
    const bare: Record<string, unknown> = {}
    if (bare['polluted'] !== undefined || Object.keys(Object.prototype).length > 0)
      wrong.push(`${keyOf(entry.contract)}: polluted`)
  })
  faultFigure('S-85', tried, wrong, 'polluted, or answered 5xx')
  expect(wrong).toEqual([])
})

describe('S-87: no text of a request becomes part of a statement', () => {
  const isNamed = ({ path }: Place, name: string) => path.at(-1) === name

  it('a thousand of them in every text, sort and filter: nothing breaks, nothing of anybody else changes', async () => {
    const before = await stateOf(server, theirs.world.orgId, await orgTables(server))
    const wrong: string[] = []
    // What is searched by gets all of them; cursors a fifth; where only a pattern passes, ten, others for each place.
    const cases = places
      .filter(({ kind }) => kind === 'text' || kind === 'number')
      .flatMap((place, i) => {
        const step = isNamed(place, 'search') ? 1 : isNamed(place, 'cursor') ? 5 : 100
        return injections
          .filter((text, n) => n % step === i % step && (place.part !== 'params' || isWhole(text)))
          .map((text) => ({ place, text }))
      })
    await each(cases, async ({ place, text }) => {
      const { status, text: answer } = await foe.at(place, text)
      if (status >= 500) wrong.push(`${placeName(place)} ${JSON.stringify(text)}: ${status}`)
      if (/syntax error|pg_|SQLSTATE|node_modules/.test(answer) && !answer.includes(text))
        wrong.push(`${placeName(place)} ${JSON.stringify(text)}: tells ${answer.slice(0, 100)}`)
    })
    faultFigure('S-87', cases.length, wrong, 'answered 5xx, or told of the database')
    expect(wrong).toEqual([])
    expect(changed(before, await stateOf(server, theirs.world.orgId, await orgTables(server)))).toBe('')
  }, 120_000)

  it('a search finds what it says and nothing else', async () => {
    const different: string[] = []
    let tried = 0
    const filters = [
      [searchMembers, {}],
      [searchCompletenessPeople, { state: 'expected' }],
      [searchReportPeople, { figure: 'total' }],
    ] as const
    for (const [contract, filter] of filters) {
      const entry = registry.get(keyOf(contract))
      if (!entry) throw new Error('no such entry')
      const call = await foe.callOf(entry)
      const all = await foe.send(contract, { ...call, body: { ...filter, search: '员工' } })
      expect(all.text).toContain('aa')
      await each(['%', '_', '%%', '__%', '\\', ...injections], async (search) => {
        tried += 1
        const { status, text } = await foe.send(contract, { ...call, body: { ...filter, search } })
        const isEmpty = status === 200 && /"items":\[\]/.test(text)
        if (!isEmpty && status !== 400)
          different.push(`${contract.path} ${JSON.stringify(search)}: ${text.slice(0, 80)}`)
      })
    }
    faultFigure('S-87', tried, different, 'result differences')
    expect(different).toEqual([])
  }, 60_000)
})
