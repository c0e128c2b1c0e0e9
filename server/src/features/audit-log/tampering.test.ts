import pg from 'pg'
import { drizzle } from 'drizzle-orm/node-postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { testAdminUrlVariable } from '@kangbao/launcher/test-database.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { chainAll } from './audit-log.jobs.ts'
import { readOutside, verifyLog } from './verify.ts'

let server: TestServer
let superuser: pg.Client
beforeAll(async () => {
  server = await startTestServer()
  const url = new URL(process.env[testAdminUrlVariable] ?? '')
  url.pathname = new URL(server.deps.config.DATABASE_URL).pathname
  superuser = new pg.Client({ connectionString: url.toString() })
  await superuser.connect()
})
afterAll(async () => {
  await superuser.end()
  await server.close()
})

const context = () => jobContext(server.deps, 'test', 0)

/** An org whose log has `rows` rows, chained in several passes and anchored. */
async function newLog(rows: number): Promise<World> {
  const world = await newWorld(server)
  const actor = { kind: 'member', memberId: world.admin.memberId } as const
  for (let i = 0; i < rows; i += 1) {
    await server.deps.database.inOrg(world.orgId, actor, (scope) =>
      appendAudit(scope, {
        action: i % 3 === 0 ? 'submission.read' : 'completeness.people-read',
        object: `form:${i}/2026-03-02`,
        people: world.members.slice(0, 1 + (i % 4)).map(({ memberId }) => memberId),
        detail: { state: 'missing', page: i },
        at: testNow + i * 1000,
      }),
    )
    if (i % 7 === 6) await chainAll(context())
  }
  await chainAll(context())
  return world
}

/** Seeded, so that a run can be had again. */
function randomFrom(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** What a superuser may do, as statements; `a` and `b` are two places of a chain of `n`. */
function acts(org: string, a: number, b: number): Record<string, string> {
  const id = (seq: number) => `(select row_id from audit_links where org_id = '${org}' and seq = ${seq})`
  const row = (seq: number) => `org_id = '${org}' and id = ${id(seq)}`
  const link = (seq: number) => `org_id = '${org}' and seq = ${seq}`
  const shift = `update audit_links set seq = seq + 100000 where org_id = '${org}' and seq > ${a};
    update audit_links set seq = seq - 100001 where org_id = '${org}' and seq > 100000`
  return {
    'edit actor': `update audit_log set actor = 'member:nobody' where ${row(a)}`,
    'edit action': `update audit_log set action = 'form.ended' where ${row(a)}`,
    'edit object': `update audit_log set object = object || 'x' where ${row(a)}`,
    'edit detail': `update audit_log set detail = '{}' where ${row(a)}`,
    'edit people': `update audit_log set people = '{}' where ${row(a)}`,
    'edit time': `update audit_log set at = at + interval '1 microsecond' where ${row(a)}`,
    'edit age': `update audit_log set recorded_at = '2020-01-01', keep_days = 184 where ${row(a)}`,
    'edit seal of a row': `update audit_links set row_mac = sha256('x') where ${link(a)}`,
    'edit link': `update audit_links set mac = sha256('x') where ${link(a)}`,
    'edit due': `update audit_links set due_at = '2020-01-01' where ${link(a)}`,
    'edit due and delete the row': `update audit_links set due_at = '2020-01-01' where ${link(a)};
      delete from audit_log where ${row(a)}`,
    'hide from a person': `delete from audit_people where org_id = '${org}' and audit_id = ${id(a)}`,
    'delete row': `delete from audit_log where ${row(a)}`,
    'delete row and link': `delete from audit_log where ${row(a)}; delete from audit_links where ${link(a)}`,
    'delete and close the gap': `delete from audit_log where ${row(a)}; delete from audit_links where ${link(a)};
      ${shift}`,
    'delete links, keep rows': `delete from audit_links where org_id = '${org}' and seq >= ${a}`,
    'delete and say it was swept': `delete from audit_log where ${row(a)};
      update audit_log set action = 'audit.swept', detail = '{"until": "2999-01-01"}' where ${row(b)}`,
    'delete from the beginning': `delete from audit_log where org_id = '${org}' and id in
        (select row_id from audit_links where org_id = '${org}' and seq <= ${a});
      delete from audit_links where org_id = '${org}' and seq <= ${a}`,
    'delete from the beginning, forge the tail': `delete from audit_log where org_id = '${org}' and id in
        (select row_id from audit_links where org_id = '${org}' and seq <= ${a});
      insert into audit_tails select org_id, seq, mac, sha256('x') from audit_links where ${link(a)};
      delete from audit_links where org_id = '${org}' and seq <= ${a}`,
    'swap links': `update audit_links set seq = 0 where ${link(a)};
      update audit_links set seq = ${a} where ${link(b)}; update audit_links set seq = ${b} where ${link(0)}`,
    'swap rows': `update audit_links set row_id = org_id where ${link(a)};
      update audit_links k set row_id = (select id from audit_log l where l.org_id = k.org_id and not exists
        (select from audit_links o where o.org_id = l.org_id and o.row_id = l.id) limit 1) where ${link(b)}`,
    'swap what two rows say': `update audit_log l set object = o.object, at = o.at from audit_log o
      where l.org_id = '${org}' and o.org_id = l.org_id and (l.id, o.id) in ((${id(a)}, ${id(b)}), (${id(b)}, ${id(a)}))`,
    'cut off the end': `delete from audit_log where org_id = '${org}' and id in
        (select row_id from audit_links where org_id = '${org}' and seq >= ${a});
      delete from audit_links where org_id = '${org}' and seq >= ${a}`,
    'cut off the end, and write something else': `delete from audit_log where org_id = '${org}' and id in
        (select row_id from audit_links where org_id = '${org}' and seq >= ${a});
      update audit_links set mac = sha256('x'), row_mac = sha256('y') where org_id = '${org}' and seq >= ${a}`,
    'empty everything': `delete from audit_log where org_id = '${org}'; delete from audit_links where org_id = '${org}';
      delete from audit_people where org_id = '${org}'; delete from audit_waiting where org_id = '${org}'`,
    truncate: 'truncate audit_log, audit_links, audit_people, audit_tails, audit_waiting',
    'slip in a row': `insert into audit_log (org_id, id, at, actor, action, object)
        values ('${org}', gen_random_uuid(), now(), 'member:x', 'form.ended', 'x')`,
  }
}

describe('S-46: the chain', () => {
  it('finds 1 000 of 1 000 edits, deletions, reorderings and truncations made by a superuser', async () => {
    const rows = 40
    const { orgId } = await newLog(rows)
    const { heads } = await readOutside(server.deps)
    const tx = drizzle(superuser)
    const verify = () =>
      verifyLog((work) => work({ tx, orgId }), server.deps.vault, { heads, nowMs: Date.now() })
    expect(await verify()).toMatchObject({ links: rows, fault: null })
    const seed = 20_261_128
    const random = randomFrom(seed)
    const kinds = Object.keys(acts(orgId, 1, 2))
    const missed: string[] = []
    for (let i = 0; i < 1_000; i += 1) {
      const a = 1 + random(rows - 1)
      const b = a + 1 + random(rows - a)
      const kind = kinds[i % kinds.length] ?? ''
      await superuser.query('begin; set local session_replication_role = replica')
      await superuser.query(acts(orgId, a, b)[kind] ?? '')
      const { fault } = await verify()
      if (fault === null) missed.push(`${kind} at ${a}, ${b}`)
      await superuser.query('rollback')
    }
    figure({
      id: 'S-46',
      n: 1_000,
      value: 1_000 - missed.length,
      unit: 'acts of tampering detected',
      target: '=1000',
      seed,
      ok: missed.length === 0,
    })
    expect(missed).toEqual([])
    expect(await verify()).toMatchObject({ fault: null })
  }, 120_000)
})
