import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { testAdminUrlVariable } from '@kangbao/launcher/test-database.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { newId } from '../../db/ids.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { anchorDay, chainAll, sealFilings, sweepLogs } from './audit-log.jobs.ts'
import { readOutside, verifyInstallation, verifyOrg } from './verify.ts'

let server: TestServer
let superuser: pg.Client
beforeAll(async () => {
  server = await startTestServer({ config: { SMTP_URL: 'smtp://x', AUDIT_ANCHOR_MAIL: 'ops@example.com' } })
  const url = new URL(process.env[testAdminUrlVariable] ?? '')
  url.pathname = new URL(server.deps.config.DATABASE_URL).pathname
  superuser = new pg.Client({ connectionString: url.toString() })
  await superuser.connect()
})
afterAll(async () => {
  await superuser.end()
  await server.close()
})

const dayMs = 86_400_000
const context = () => jobContext(server.deps, 'test', 0)
const asSystem = { kind: 'system', name: 'test' } as const

async function verdictOf({ orgId }: World) {
  return (await verifyOrg(server.deps, orgId, await readOutside(server.deps), Date.now())).fault
}
async function installationVerdict() {
  return (await verifyInstallation(server.deps, await readOutside(server.deps), Date.now())).fault
}

async function look({ orgId, admin, member }: World): Promise<void> {
  const actor = { kind: 'member', memberId: admin.memberId } as const
  await server.deps.database.inOrg(orgId, actor, (scope) =>
    appendAudit(scope, {
      action: 'submission.read',
      object: 'form:x/2026-03-02',
      people: [member.memberId],
      at: testNow,
    }),
  )
}

/** As a superuser whom no trigger stops. */
async function tamper(statement: string): Promise<void> {
  await superuser.query(`set session_replication_role = replica; ${statement}`)
}

describe('S-46: the chain', () => {
  it('is one, without gaps, however many chain at once and write meanwhile', async () => {
    const world = await newWorld(server)
    const writers = Array.from({ length: 40 }, () => look(world))
    await Promise.all([...writers, chainAll(context()), chainAll(context()), chainAll(context())])
    await chainAll(context())
    const { rows } = await superuser.query<{ n: number; last: number; waiting: number }>(
      `select count(*)::int as n, max(seq)::int as last,
         (select count(*)::int from audit_waiting where org_id = $1) as waiting
       from audit_links where org_id = $1`,
      [world.orgId],
    )
    expect(rows[0]).toEqual({ n: 40, last: 40, waiting: 0 })
    expect(await verdictOf(world)).toBeNull()
  })

  it('seals the filings of a day: revised they are as they were, changed or deleted they are not', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const { clock } = server.deps
    for (const person of world.members.slice(0, 3))
      for (const temperature of [36.4, 36.5]) {
        const answers = healthyAnswers('2026-03-02', { temperature })
        const input = { params: { formId: form.id, period: '2026-03-02' }, body: { answers } }
        expect((await person.inject(fileSubmission, input)).status).toBe(200)
      }
    clock.set(testNow + dayMs)
    await sealFilings(context())
    await sealFilings(context())
    await chainAll(context())
    clock.set(testNow)
    expect(await verdictOf(world)).toBeNull()
    const { rows } = await superuser.query<{ detail: { rows: number } }>(
      `select detail from audit_log where org_id = $1 and action = 'ledger.digested'`,
      [world.orgId],
    )
    expect(rows.map(({ detail }) => detail.rows)).toEqual([6])
    const first = `org_id = '${world.orgId}' and member_id = '${world.member.memberId}'`
    const toggled = `update submissions set is_abnormal = not is_abnormal where ${first}`
    const by = (id: string) => `update submission_revisions set filed_by = '${id}' where ${first}`
    const way = (name: string) => `update submissions set way = ${name} where ${first}`
    for (const [change, back] of [
      [toggled, toggled],
      [by(newId()), by(world.member.memberId)],
      [way("'kiosk'"), way('null')],
      [`delete from submission_revisions where ${first}`, ''],
    ] as const) {
      await tamper(change)
      expect([change, (await verdictOf(world))?.kind]).toEqual([change, 'filings-changed'])
      await tamper(back)
    }
  })

  it('S-46: a day sealed before filings said how they came in (0045) is found unchanged', async () => {
    const world = await newWorld(server, { members: 1 })
    const form = await world.publish('zhengzhou/daily')
    const input = {
      params: { formId: form.id, period: '2026-03-02' },
      body: { answers: healthyAnswers('2026-03-02') },
    }
    expect((await world.member.inject(fileSubmission, input)).status).toBe(200)
    server.deps.clock.set(testNow + dayMs)
    await sealFilings(context())
    server.deps.clock.set(testNow)
    const { rows } = await superuser.query<{ sealed: string; as_before: string }>(
      `select (select detail ->> 'digest' from audit_log where org_id = $1 and action = 'ledger.digested') as sealed,
        encode(sha256(convert_to(json_build_array(form_id, period_start, member_id, revision, form_version, facets,
          is_abnormal, filed_by, reason, (extract(epoch from revised_at) * 1000000)::bigint)::text, 'utf8')), 'hex') as as_before
      from submissions where org_id = $1`,
      [world.orgId],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.sealed).toBe(rows[0]?.as_before)
  })

  it('is anchored once a day in a file that tells when it was touched, and by mail', async () => {
    const world = await newWorld(server)
    await look(world)
    await anchorDay(context())
    await anchorDay(context())
    server.deps.clock.set(testNow + dayMs)
    await anchorDay(context())
    await chainAll(context())
    server.deps.clock.set(testNow)
    const file = join(server.deps.config.DATA_DIR, 'anchors', 'anchors.jsonl')
    const text = await readFile(file, 'utf8')
    const lines = text.trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    expect(server.ports.mails.map(({ to }) => to)).toEqual(['ops@example.com', 'ops@example.com'])
    expect(server.ports.mails[1]?.text).toContain(lines[1])
    expect(await installationVerdict()).toBeNull()
    for (const [damage, kind] of [
      [`${lines[0]?.replace('"at":"2026', '"at":"2025')}\n${lines[1]}\n`, 'anchor-broken'],
      [`${lines[1]}\n`, 'anchor-broken'],
      [`${lines[1]}\n${lines[0]}\n`, 'anchor-broken'],
      [`${lines[0]}\n`, 'anchor-missing'],
      ['', 'anchor-missing'],
    ] as const) {
      await writeFile(file, damage)
      expect([damage.length, (await installationVerdict())?.kind]).toEqual([damage.length, kind])
    }
    await writeFile(file, text)
    expect(await installationVerdict()).toBeNull()
  })

  it('finds the installation’s own log changed, cut off and forged', async () => {
    await server.deps.database.inSystem((system) =>
      noteSystem(system, { action: 'sms.pumping', at: testNow, detail: { sent: 100 } }),
    )
    await chainAll(context())
    expect(await installationVerdict()).toBeNull()
    const { rows } = await superuser.query<{ seq: string }>('select max(seq) as seq from system_audit_links')
    const row = `(select row_id from system_audit_links where seq = ${rows[0]?.seq})`
    await tamper(`update system_audit_log set detail = '{"sent": 101}' where id = ${row}`)
    expect(await installationVerdict()).toMatchObject({ kind: 'row-changed', seq: Number(rows[0]?.seq) })
    await tamper(`update system_audit_log set detail = '{"sent": 100}' where id = ${row}`)
    expect(await installationVerdict()).toBeNull()
    await tamper(`delete from system_audit_log where id = ${row}; delete from system_audit_links where row_id not in
      (select id from system_audit_log)`)
    expect(await installationVerdict()).toMatchObject({ kind: 'shorter-than-anchored' })
  })
})

describe('S-46: what is kept', () => {
  it('goes when it is due and not a day before; the sweep writes down that it was, and the chain stays whole', async () => {
    const world = await newWorld(server)
    const { database } = server.deps
    const ages = [182, 183, 184, 400, 1_000, 1_099].flatMap((days) => [
      { days, keep: 183 },
      { days, keep: 1_098 },
    ])
    for (const { days, keep } of ages)
      await database.inOrg(world.orgId, asSystem, ({ tx }) =>
        tx.execute(sql`
          insert into audit_log (org_id, id, at, actor, action, object, people, keep_days, recorded_at)
          select ${world.orgId}, ${newId()}, moment, 'system:test', 'submission.read', ${`${days} days, keep ${keep}`},
            array[${world.member.memberId}::uuid], ${keep}, moment
          from (select clock_timestamp() - make_interval(hours => 24 * ${days}) + interval '1 minute' as moment) m`),
      )
    await chainAll(context())
    const left = async () => {
      const { rows } = await superuser.query<{ object: string }>(
        `select object from audit_log where org_id = $1 and action = 'submission.read' order by at`,
        [world.orgId],
      )
      return rows.map(({ object }) => object)
    }
    const isDue = ({ days, keep }: { days: number; keep: number }) => days > keep
    const early = ages.filter((age) => !isDue(age))
    let deleted = 0
    for (const { days, keep } of early)
      for (const flag of ['', `set local app.audit_sweep = 'on'; `]) {
        const text = `${flag}delete from audit_log where object = '${days} days, keep ${keep}'`
        await database.inOneTrip([{ orgId: world.orgId, text }]).then(
          () => (deleted += 1),
          () => undefined,
        )
      }
    await sweepLogs(context())
    const kept = early.map(({ days, keep }) => `${days} days, keep ${keep}`)
    deleted += kept.length - (await left()).length
    figure({
      id: 'S-46',
      n: early.length * 3,
      value: deleted,
      unit: 'rows deleted before they were due',
      target: '=0',
      ok: deleted === 0,
    })
    expect((await left()).toSorted()).toEqual(kept.toSorted())
    await chainAll(context())
    expect(await verdictOf(world)).toBeNull()
    const { rows } = await superuser.query<{ swept: number; tail: number; people: number }>(
      `select (select (detail ->> 'rows')::int from audit_log where org_id = $1 and action = 'audit.swept') as swept,
         (select seq::int from audit_tails where org_id = $1) as tail,
         (select count(*)::int from audit_people where org_id = $1) as people`,
      [world.orgId],
    )
    expect(rows[0]).toEqual({ swept: ages.length - early.length, tail: 3, people: early.length })
    await tamper(`update audit_tails set seq = seq + 1 where org_id = '${world.orgId}'`)
    expect(await verdictOf(world)).toMatchObject({ kind: 'tail-forged' })
  })
})
