import { afterAll, beforeAll, expect, it } from 'vitest'
import { faultFigure } from './isolation/fault-figure.ts'
import { requestOf, send, toolsOf, type Call } from './isolation/calls.ts'
import { newTenant, type Tenant } from './isolation/objects.ts'
import { keyOf, registry, type Entry } from './isolation/registry.ts'
import { changed, orgTables, stateOf } from './isolation/state.ts'
import { startTestServer, type TestServer } from './server.ts'

/** Names of things that are ours to set, as somebody may guess them. */
const names =
  `orgId org_id tenantId tenant_id corpId corp_id organisationId role roles isAdmin is_admin admin manages permission
  permissions state status verified approvedBy approved_by createdAt created_at publishedBy published_by publishedAt
  filedAt filed_at filedBy filed_by memberId member_id userId user_id revision version isAbnormal facets colour
  isGuest actor id linkToken link_token __proto__ constructor`
    .split(/\s+/)
    .filter(Boolean)
/** Bags of which the keys are data; what is in them is judged field by field (S-89). */
const bags = ['answers']

let server: TestServer
let theirs: Tenant
let ours: Tenant
let tables: string[]
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 10_000 } })
  theirs = await newTenant(server, 'zz')
  ours = await newTenant(server, 'aa')
  tables = await orgTables(server)
})
afterAll(() => server.close())

const writes = [...registry.values()].filter(
  ({ contract }) => contract.method !== 'GET' && !contract.permission.startsWith('operations'),
)
const token = ({ contract }: Entry) => (contract.permission === 'public' ? null : ours.people.mainAdmin.token)

/** The same JSON with one more member, in every object of it. */
function withMember(value: unknown, name: string, given: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const members = Object.entries(value)
  const json = (entries: readonly [string, unknown][]) =>
    `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`).join(',')}}`
  const here = members.some(([key]) => key === name) ? [] : [json([...members, [name, given]])]
  const below = members.flatMap(([key, each]) =>
    bags.includes(key)
      ? []
      : withMember(each, name, given).map((text) =>
          json(members.map(([other, kept]) => [other, other === key ? JSON.parse(text) : kept])),
        ),
  )
  return [...here, ...below]
}

it('S-09: a field that is not in the contract is refused in every body, at every depth', async () => {
  const accepted: string[] = []
  let tried = 0
  for (const entry of writes) {
    const { contract } = entry
    const { call } = await requestOf(entry, ours.here, toolsOf(server))
    if (call.body === undefined) continue
    for (const name of names) {
      for (const payload of withMember(call.body, name, theirs.world.orgId)) {
        const url = `/api${contract.path}`.replace(/:(\w+)/g, (_, key: string) => String(call.params?.[key]))
        const authorization = token(entry)
        const response = await server.app.inject({
          method: contract.method,
          url,
          headers: {
            'content-type': 'application/json',
            ...(authorization === null ? {} : { authorization: `Bearer ${authorization}` }),
          },
          payload,
        })
        tried += 1
        if (response.statusCode !== 400) accepted.push(`${keyOf(contract)} ${name}: ${response.statusCode}`)
      }
    }
  }
  faultFigure('S-09', tried, accepted, 'extra fields taken')
  expect(accepted).toEqual([])
  expect(tried).toBeGreaterThan(500)
})

it('S-09: naming another org in the address or in a header changes nothing for it', async () => {
  const before = await stateOf(server, theirs.world.orgId, tables)
  const { orgId, corpId } = theirs.world
  const query = { orgId, org_id: orgId, tenantId: orgId, corpId, org: orgId }
  const headers = {
    'x-org-id': orgId,
    'x-tenant-id': orgId,
    'x-corp-id': corpId,
    'x-kangbao-org': orgId,
    'x-http-method-override': 'DELETE',
    'x-original-url': `/api/forms/${theirs.here.formId}`,
  }
  const secrets = [...theirs.canaries.here, ...theirs.canaries.there, 'zz企业', theirs.here.linkToken]
  const wrong: string[] = []
  const entries = [...registry.values()].filter(
    ({ contract }) => !contract.permission.startsWith('operations'),
  )
  for (const entry of entries) {
    const { call } = await requestOf(entry, ours.here, toolsOf(server))
    const asked: Call = { ...call, query: { ...call.query, ...query } }
    const { text } = await send(server, entry.contract, asked, { token: token(entry), headers })
    if (secrets.some((secret) => text.includes(secret))) wrong.push(`${keyOf(entry.contract)} shows theirs`)
  }
  const difference = changed(before, await stateOf(server, orgId, tables))
  faultFigure('S-09', entries.length, wrong, 'tenant overrides with an effect')
  expect(wrong).toEqual([])
  expect(difference).toBe('')
})
