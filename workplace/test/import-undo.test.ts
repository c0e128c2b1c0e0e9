import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { certify, checkedImport, confirmedImport, directoryOf, settled, workbookOf } from './importing.ts'
import { eventually, newPhone, newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

const row = (given: { userid?: string; dept?: string; title?: string; name: string; phone: string }) => [
  given.userid ?? '',
  given.dept ?? '研发部',
  given.title ?? '',
  given.name,
  '',
  '',
  given.phone,
  '',
]

const bulk = (many: number) => {
  const seed = Math.floor(Math.random() * 80_000) * 10_000
  return Array.from({ length: many }, (_, i) =>
    row({ dept: `部门${i % 50}-组${i % 7}`, name: `员工${i}`, phone: String(15_000_000_000 + seed + i) }),
  )
}

async function undone(admin: Person, orgId: string, id: string): Promise<Json> {
  expect((await admin.call('POST', `/orgs/${orgId}/imports/${id}/undo`)).status).toBe(200)
  return settled(admin, orgId, id)
}

/** What an import leaves behind while it runs. */
const traces = (orgId: string): Promise<Json> =>
  world.db.withOrg(orgId, (scope) =>
    scope.one(sql`select
      (select count(*) from directory_import_rows where org_id = ${orgId}) as rows,
      (select count(*) from directory_import_undo where org_id = ${orgId}) as undo,
      (select count(*) from directory_import_departments where org_id = ${orgId}) as made,
      (select count(*) from running_imports where org_id = ${orgId}) as running`),
  )

it('R-46: an import called off while it is written leaves no row of it anywhere', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  await certify(world, orgId)
  const before = await directoryOf(world, orgId)
  const rows = bulk(6_000)
  const { id } = await checkedImport(admin, orgId, workbookOf(rows))
  await admin.call('POST', `/orgs/${orgId}/imports/${id}/confirm`, {})
  await eventually(async () => {
    const { state, progress } = (await admin.call('GET', `/orgs/${orgId}/imports/${id}`)).body
    expect(state).toBe('importing')
    return progress.done > 0
  })
  const asked = performance.now()
  expect((await admin.call('DELETE', `/orgs/${orgId}/imports/${id}`)).body).toEqual({ done: true })
  await expect
    .poll(() => traces(orgId), { timeout: 10_000 })
    .toEqual({ rows: 0, undo: 0, made: 0, running: 0 })
  const seconds = Math.round((performance.now() - asked) / 100) / 10
  figure({
    id: 'R-46',
    n: rows.length,
    value: seconds,
    unit: 's to call off',
    target: '<=2',
    ok: seconds <= 2,
  })
  expect(await directoryOf(world, orgId)).toEqual(before)
  const phones = rows.map((cells) => cells[6])
  expect(
    await world.db.one(
      sql`select count(*) as left from persons where phone = any(${sql.param(phones)}::text[])`,
    ),
  ).toEqual({ left: 0 })
  const state = (await admin.call('GET', `/orgs/${orgId}/imports/${id}`)).body
  expect(state).toMatchObject({ state: 'cancelled', importedAt: null, canUndo: false })
  // The same file goes in afterwards as if nothing had been.
  const again = await checkedImport(admin, orgId, workbookOf(rows))
  expect(await confirmedImport(admin, orgId, again.id)).toMatchObject({ state: 'imported' })
  expect((await admin.call('DELETE', `/orgs/${orgId}/imports/${again.id}`)).body.code).toBe(
    'import.not-ready',
  )
}, 60_000)

it('R-46: a file called off while it is read is not read on, and nothing of it is kept', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const { body } = await admin.upload(`/orgs/${orgId}/imports`, 'people.xlsx', workbookOf(bulk(3_000)))
  expect((await admin.call('DELETE', `/orgs/${orgId}/imports/${body.id}`)).body).toEqual({ done: true })
  await expect.poll(() => traces(orgId), { timeout: 10_000 }).toMatchObject({ rows: 0, running: 0 })
  expect((await admin.call('GET', `/orgs/${orgId}/imports/${body.id}`)).body.state).toBe('cancelled')
})

it('Z-04: the last import is undone: added ones go, overwritten ones are as they were, and what stays is told why', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const [a, b, c, d] = [newPhone(), newPhone(), newPhone(), newPhone()]
  const [e, f, g, h] = [newPhone(), newPhone(), newPhone(), newPhone()]
  const first = await checkedImport(
    admin,
    orgId,
    workbookOf([
      row({ userid: 'u1', name: '原一', phone: a, title: '工人' }),
      row({ userid: 'u2', name: '原二', phone: b, title: '工人' }),
      row({ userid: 'u3', name: '原三', phone: c, title: '工人' }),
    ]),
  )
  await confirmedImport(admin, orgId, first.id)
  await world.person('五号', e) // has an account of his own
  const second = await checkedImport(
    admin,
    orgId,
    workbookOf([
      row({ userid: 'u1', name: '新一', phone: d, title: '班长', dept: '新部-一组' }),
      row({ userid: 'u2', name: '新二', phone: b, title: '班长' }),
      row({ userid: 'u3', name: '新三', phone: c, title: '班长' }),
      row({ userid: 'u5', name: '五号', phone: e, dept: '新部-二组' }),
      row({ userid: 'u6', name: '六号', phone: f, dept: '新部-三组' }),
      row({ userid: 'u7', name: '七号', phone: g, dept: '新部-三组' }),
      row({ userid: 'u8', name: '八号', phone: h, dept: '新部-三组' }),
    ]),
  )
  await confirmedImport(admin, orgId, second.id)
  await admin.call('PATCH', `/orgs/${orgId}/members/u2`, { title: '厂长' })
  await admin.call('DELETE', `/orgs/${orgId}/members/u3`)
  await admin.call('PUT', `/orgs/${orgId}/members/u7/role`, { role: 'main' })
  await world.person('八号', h)

  expect((await admin.call('POST', `/orgs/${orgId}/imports/${first.id}/undo`)).body.code).toBe(
    'import.cannot-undo',
  )
  const done = await undone(admin, orgId, second.id)
  expect(done).toMatchObject({
    state: 'undone',
    canUndo: false,
    undone: { removed: 1, restored: 1, kept: 5, departmentsRemoved: 1, departmentsKept: 3 },
  })
  const kept = (await admin.call('GET', `/orgs/${orgId}/imports/${second.id}/kept`)).body
  expect(kept.items.map((item: Json) => [item.userid, item.name, item.reason])).toEqual([
    ['u2', '新二', 'changed-since'],
    ['u3', '原三', 'gone'],
    ['u5', '五号', 'signed-in'],
    ['u7', '七号', 'admin'],
    ['u8', '八号', 'signed-in'],
  ])
  const u1 = (await admin.call('GET', `/orgs/${orgId}/members/u1`)).body
  expect(u1).toMatchObject({ name: '原一', phone: a, title: '工人', departments: [{ name: '研发部' }] })
  expect((await admin.call('GET', `/orgs/${orgId}/members/u6`)).body.code).toBe('resource.missing')
  expect((await admin.call('GET', `/orgs/${orgId}/members/u2`)).body.title).toBe('厂长')
  // The phones of those who went are free again, and nothing is known of them.
  expect(await world.db.one(sql`select count(*) as left from persons where phone in (${d}, ${f})`)).toEqual({
    left: 0,
  })
  expect((await admin.call('POST', `/orgs/${orgId}/imports/${second.id}/undo`)).body.code).toBe(
    'import.cannot-undo',
  )
  const listed = (await admin.call('GET', `/orgs/${orgId}/imports?limit=1`)).body
  expect(listed.items.map((item: Json) => [item.id, item.byName, item.state])).toEqual([
    [second.id, '王管理', 'undone'],
  ])
  const older = (await admin.call('GET', `/orgs/${orgId}/imports?limit=1&cursor=${listed.next}`)).body
  expect(older.items.map((item: Json) => item.id)).toEqual([first.id])
  const bad = Buffer.from('["x"]').toString('base64url')
  expect((await admin.call('GET', `/orgs/${orgId}/imports?cursor=${bad}`)).body.code).toBe('request.invalid')
})

it('Z-04: undone at once, any import leaves the directory as it was', async () => {
  const phones = Array.from({ length: 30 }, () => newPhone())
  const person = fc.record({
    phone: fc.integer({ min: 0, max: 29 }),
    userid: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
    dept: fc.constantFrom('甲', '甲-一', '甲-一-子', '乙', '乙-二,甲', '丙'),
    name: fc.constantFrom('张三', '李四', '王五'),
    title: fc.constantFrom('', '工人', '班长'),
  })
  const people = fc.array(person, { maxLength: 15 })
  const rowsOf = (given: Json[]) =>
    given.map(({ phone, userid, ...rest }) =>
      row({ ...rest, phone: phones[phone] ?? '', userid: userid === null ? '' : `w${userid}` }),
    )
  await fc.assert(
    fc.asyncProperty(people, people, async (earlier, later) => {
      const { admin, orgId } = await world.orgWithAdmin()
      const first = await checkedImport(admin, orgId, workbookOf(rowsOf(earlier)))
      await confirmedImport(admin, orgId, first.id, { validRowsOnly: true })
      const before = await directoryOf(world, orgId)
      const second = await checkedImport(admin, orgId, workbookOf(rowsOf(later)))
      const done = await confirmedImport(admin, orgId, second.id, { validRowsOnly: true })
      expect(done).toMatchObject({ state: 'imported', canUndo: true })
      expect(await undone(admin, orgId, second.id)).toMatchObject({ undone: { kept: 0, departmentsKept: 0 } })
      expect(await directoryOf(world, orgId)).toEqual(before)
    }),
    { numRuns: 5 },
  )
}, 120_000)

it('Z-04: two admins import at once: the second is told that the directory has changed, and nothing is half written', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const phone = newPhone()
  const other = await world.person('李管理')
  await admin.call('POST', `/orgs/${orgId}/members`, {
    userid: 'other',
    name: '李管理',
    phone: other.phone,
    departments: [{ deptId: 1 }],
  })
  await admin.call('PUT', `/orgs/${orgId}/members/other/role`, { role: 'main' })
  await other.call('PUT', `/orgs/${orgId}/admin-access/password`, { password: 'Qy123456' })
  const one = await checkedImport(admin, orgId, workbookOf([row({ name: '甲', phone })]))
  const two = await checkedImport(
    other,
    orgId,
    workbookOf([row({ name: '乙', phone: newPhone(), dept: '别处' }), row({ name: '甲', phone })]),
  )
  expect(await confirmedImport(admin, orgId, one.id)).toMatchObject({ state: 'imported' })
  expect(await confirmedImport(other, orgId, two.id)).toMatchObject({
    state: 'failed',
    failure: 'import.outdated',
  })
  const { departments } = await directoryOf(world, orgId)
  expect(departments.map((d: Json) => d.name)).not.toContain('别处')
})

it('Z-04: two rows that mean the same member are told, not written', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const [a, b] = [newPhone(), newPhone()]
  const first = await checkedImport(admin, orgId, workbookOf([row({ userid: 'u1', name: '甲', phone: a })]))
  await confirmedImport(admin, orgId, first.id)
  const check = await checkedImport(
    admin,
    orgId,
    workbookOf([row({ userid: 'u1', name: '甲', phone: b }), row({ name: '乙', phone: a })]),
  )
  expect(check.problems.map((p: Json) => [p.row, p.reason])).toEqual([[3, 'member.twice']])
  expect(await confirmedImport(admin, orgId, check.id, { validRowsOnly: true })).toMatchObject({
    state: 'imported',
  })
})

it('Z-07: a sub-admin sees, calls off and undoes only his own imports', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const dept = (await admin.call('POST', `/orgs/${orgId}/departments`, { name: '研发部', parentId: 1 })).body
    .deptId
  const sub = await world.person('小管')
  const own = { userid: 'sub', name: '小管', phone: sub.phone, departments: [{ deptId: dept }] }
  await admin.call('POST', `/orgs/${orgId}/members`, own)
  await admin.call('PUT', `/orgs/${orgId}/members/sub/role`, { role: 'sub', deptIds: [dept] })
  await sub.call('PUT', `/orgs/${orgId}/admin-access/password`, { password: 'Qy123456' })
  const theirs = await checkedImport(admin, orgId, workbookOf([row({ name: '甲', phone: newPhone() })]))
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/problems'],
    ['GET', '/kept'],
    ['POST', '/confirm'],
    ['POST', '/undo'],
    ['DELETE', ''],
  ] as const) {
    const body = path === '/confirm' ? {} : undefined
    const refused = await sub.call(method, `/orgs/${orgId}/imports/${theirs.id}${path}`, body)
    expect([method, path, refused.body.code]).toEqual([method, path, 'resource.missing'])
  }
  const mine = await checkedImport(sub, orgId, workbookOf([row({ name: '乙', phone: newPhone() })]))
  expect((await sub.call('GET', `/orgs/${orgId}/imports`)).body.items.map((i: Json) => i.id)).toEqual([
    mine.id,
  ])
  expect((await admin.call('GET', `/orgs/${orgId}/imports`)).body.items).toHaveLength(2)
  await confirmedImport(sub, orgId, mine.id)
  expect(await undone(sub, orgId, mine.id)).toMatchObject({ undone: { removed: 1 } })
})
