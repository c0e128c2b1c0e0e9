import { v7 } from 'uuid'
import type { Bench } from '../bench.ts'
import type { BenchOrg } from './orgs.ts'

const perTeam = 50
const teamsPerDepartment = 20
const departmentsPerDivision = 20

/** Where a member of an org counts: team, department and division, below the whole. */
export interface LargeOrg extends BenchOrg {
  readonly size: number
  /** A division, and a team in it. */
  readonly division: number
  readonly team: number
}

/** The host's ids of the three levels, apart from each other. */
const ids = { division: 1_000, department: 100_000, team: 1_000_000 } as const
const divisionOf = (n: string) =>
  `(${ids.division} + ${n} / ${perTeam * teamsPerDepartment * departmentsPerDivision})::bigint`
const departmentOf = (n: string) => `(${ids.department} + ${n} / ${perTeam * teamsPerDepartment})::bigint`
const teamOf = (n: string) => `(${ids.team} + ${n} / ${perTeam})::bigint`

/**
 * The departments of an org of any size, made by the database alone: divisions of 20 departments of 20 teams of 50 people.
 * So far its admin is the only member, so that publishing asks nobody else.
 */
export async function makeLargeOrg(bench: Bench, size: number): Promise<LargeOrg> {
  const orgId = v7()
  const admin = v7()
  const corpId = `ding${orgId.replaceAll('-', '').slice(-16)}`
  await bench.pool.query('insert into orgs (id, corp_id, name, created_at) values ($1, $2, $3, now())', [
    orgId,
    corpId,
    `基准测试集团 ${corpId.slice(-6)}`,
  ])
  await inLargeOrg(bench, orgId, async (query) => {
    await query(
      `insert into installations (org_id, app, agent_id, installed_at, changed_at)
       select $1, app, '1001', now(), now() from unnest('{forms,employment-report,health-report}'::text[]) app`,
      [orgId],
    )
    const n = 'n'
    for (const [id, parent, path] of [
      [divisionOf(n), '1::bigint', `array[1, ${divisionOf(n)}]`],
      [departmentOf(n), divisionOf(n), `array[1, ${divisionOf(n)}, ${departmentOf(n)}]`],
      [teamOf(n), departmentOf(n), `array[1, ${divisionOf(n)}, ${departmentOf(n)}, ${teamOf(n)}]`],
    ])
      await query(
        `insert into departments (org_id, department_id, parent_id, name, path)
         select distinct $1::uuid, ${id}, ${parent}, '部门 ' || ${id}, ${path}::bigint[]
         from generate_series(0, $2::int - 1, ${perTeam}) n`,
        [orgId, size],
      )
    await query(
      `insert into departments (org_id, department_id, parent_id, name, path) values ($1, 1, null, '全部', '{1}')`,
      [orgId],
    )
    await query(
      `insert into members (org_id, id, user_id, name, role, department_id, joined_at)
       values ($1, $2, 'u0', '员工0', 'main-admin', ${teamOf('0')}, now())`,
      [orgId, admin],
    )
  })
  return {
    orgId,
    corpId,
    size,
    adminToken: bench.token(orgId, admin, 'main-admin'),
    members: [],
    division: ids.division,
    team: ids.team,
  }
}

/** Everybody else: the org has its size from here on. */
export async function fillOrg(bench: Bench, { orgId, size }: LargeOrg): Promise<void> {
  await inLargeOrg(bench, orgId, async (query) => {
    await query(
      `insert into members (org_id, id, user_id, name, pinyin, initials, department_id, joined_at)
       select $1::uuid, gen_random_uuid(), 'u' || n, '员工' || n, 'yuangong' || n, 'yg' || n, ${teamOf('n')}, now()
       from generate_series(1, $2::int - 1) n`,
      [orgId, size],
    )
    await query(
      `insert into member_departments (org_id, member_id, department_id, valid_from)
       select org_id, id, department_id, now() from members where org_id = $1`,
      [orgId],
    )
  })
  // What follows joins a million rows: without their statistics it would take hours.
  await bench.pool.query('analyze')
}

type Query = (text: string, values: unknown[]) => Promise<unknown>

export async function inLargeOrg<T>(
  bench: Bench,
  orgId: string,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const client = await bench.pool.connect()
  try {
    await client.query('begin')
    await client.query(`set local app.org_id = '${orgId}'`)
    const result = await work((text, values) => client.query(text, values))
    await client.query('commit')
    return result
  } finally {
    client.release()
  }
}

/**
 * A day as it stands at half past nine: opened, half of the people have filed, some of them abnormal. As the product would
 * have left it, counters too.
 */
export async function openDay(
  bench: Bench,
  { orgId }: LargeOrg,
  { formId, today }: { readonly formId: string; readonly today: string },
): Promise<void> {
  await inLargeOrg(bench, orgId, async (query) => {
    const at = [orgId, formId, today]
    await query(
      `insert into form_periods (org_id, form_id, period_start, opened_at) values ($1, $2, $3, now()) on conflict do nothing`,
      at,
    )
    await query('delete from expectations where org_id = $1 and form_id = $2 and period_start = $3', at)
    await query(
      'delete from completeness_counters where org_id = $1 and form_id = $2 and period_start = $3',
      at,
    )
    await query(
      `insert into expectations (org_id, form_id, period_start, member_id, department_id, department_path, filed_at)
       select m.org_id, $2, $3, m.id, m.department_id, d.path, case when right(m.user_id, 1) in ('0', '2', '4', '6', '8') then now() end
       from members m join departments d on d.org_id = m.org_id and d.department_id = m.department_id
       where m.org_id = $1`,
      at,
    )
    await query('analyze expectations', [])
    await query(
      `insert into submissions (org_id, form_id, period_start, member_id, id, number, form_version, department_id,
         answers, facets, is_abnormal, filed_by, filed_at, revised_at)
       select e.org_id, $2, $3, e.member_id, gen_random_uuid(), 'B' || m.user_id, 1, e.department_id,
         decode(repeat('00', 200), 'hex'), array[1001, 2001, 3001, 4001], right(m.user_id, 3) = '500', e.member_id, now(), now()
       from expectations e join members m on m.org_id = $1 and m.id = e.member_id
       where e.org_id = $1 and e.form_id = $2 and e.period_start = $3 and e.filed_at is not null`,
      at,
    )
    await query(
      `insert into completeness_counters (org_id, form_id, period_start, department_id, stripe, expected, collected, abnormal, last_filed_at)
       select $1, $2, $3, place, 0, count(*), count(e.filed_at), count(*) filter (where s.is_abnormal), max(e.filed_at)
       from expectations e
       left join submissions s on s.org_id = $1 and s.form_id = $2 and s.period_start = $3 and s.member_id = e.member_id,
         unnest(0::bigint || e.department_path) as place
       where e.org_id = $1 and e.form_id = $2 and e.period_start = $3 group by place`,
      at,
    )
  })
  await bench.pool.query('analyze')
}
