import { afterAll, beforeAll, expect, it } from 'vitest'
import { utils, write } from 'xlsx'
import { certify } from './certifying.ts'
import { eventually, newPhone, newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld({ limits: { certifiedPeople: 10_000 } })
})
afterAll(() => world.close())

const head = ['员工UserID', '部门', '职位', '姓名', '工号', '是否此部门主管(是/否)', '手机号', '邮箱', '班次']

function workbook(lines: unknown[][], bookType: 'xlsx' | 'biff8' = 'xlsx'): Buffer {
  const book = utils.book_new()
  const sheet = utils.aoa_to_sheet(lines)
  sheet['!merges'] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: 5 } }]
  utils.book_append_sheet(book, sheet, '通讯录')
  return write(book, { type: 'buffer', bookType }) as Buffer
}

async function uploaded(admin: Person, orgId: string, bytes: Buffer, name = 'people.xlsx'): Promise<Json> {
  const { body } = await admin.upload(`/orgs/${orgId}/imports`, name, bytes)
  return eventually(async () => {
    const now = (await admin.call('GET', `/orgs/${orgId}/imports/${body.id}`)).body
    return now.state === 'checking' ? null : now
  })
}

async function imported(admin: Person, orgId: string, id: string, options: object = {}): Promise<Json> {
  const confirmed = await admin.call('POST', `/orgs/${orgId}/imports/${id}/confirm`, options)
  expect(confirmed.status).toBe(200)
  return eventually(async () => {
    const now = (await admin.call('GET', `/orgs/${orgId}/imports/${id}`)).body
    return now.state === 'importing' ? null : now
  }, 25_000)
}

it.each(['xlsx', 'biff8'] as const)(
  'Z-04: %s with title row, example, full-width digits and numbers is checked whole',
  async (kind) => {
    const { admin, orgId } = await world.orgWithAdmin()
    const [a, b] = [newPhone(), newPhone()]
    const wide = a.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0))
    const check = await uploaded(
      admin,
      orgId,
      workbook(
        [
          ['填写须知：请勿修改表头'],
          [],
          head,
          ['', '市场部', '经理', '张三(示例)', '', '是', '13800000000', ''],
          ['', '研发部－前端组，市场部', '工程师', '张三', '0011', '是', wide, 'a@example.com', '早班'],
          ['', '研发部', '', '李四', 12, '', Number(b), ''],
          [],
          ['', '', '', '无部门', '', '', newPhone(), ''],
          ['', '研发部', '', '', '', '', newPhone(), ''],
          ['', '研发部', '', '错号', '', '', '12345', ''],
          ['', '研发部', '', '重一', '', '', '13911112222', ''],
          ['', '研发部', '', '重二', '', '也许', '139 1111 2222', ''],
        ],
        kind,
      ),
      kind === 'xlsx' ? 'a.xlsx' : 'a.xls',
    )
    expect(check).toMatchObject({
      state: 'checked',
      counts: { total: 7, created: 2, invalid: 5, newDepartments: 3 },
    })
    const told = check.problems.map((p: Json) => [p.row, p.column, p.reason])
    expect(told).toEqual([
      [8, '部门', 'department.missing'],
      [9, '姓名', 'name.missing'],
      [10, '手机号', 'phone.invalid'],
      [11, '手机号', 'phone.duplicate-in-file'],
      [12, '是否此部门主管(是/否)', 'leader.invalid'],
      [12, '手机号', 'phone.duplicate-in-file'],
    ])
    expect((await admin.call('GET', `/orgs/${orgId}/members`)).body.items).toHaveLength(1)
    const refused = await admin.call('POST', `/orgs/${orgId}/imports/${check.id}/confirm`, {})
    expect(refused.body.code).toBe('import.has-problems')

    expect(
      await imported(admin, orgId, check.id, {
        validRowsOnly: true,
        makeDepartmentChats: true,
        sendInvitations: true,
      }),
    ).toMatchObject({ state: 'imported' })
    const found = await admin.call('POST', `/orgs/${orgId}/members/search`, { search: 'zs' })
    expect(found.body.items).toMatchObject([
      {
        name: '张三',
        phone: a,
        jobNumber: '0011',
        isActive: false,
        custom: { 班次: '早班' },
        departments: [{ isLeader: true }, { isLeader: true }],
      },
    ])
    const departments = (await admin.call('GET', `/orgs/${orgId}/departments`)).body.items
    expect(departments.map((d: Json) => [d.name, d.memberCount, d.hasChat])).toContainEqual([
      '研发部',
      2,
      true,
    ])
  },
)

it('Z-04: importing again by staff id or phone overwrites; what is the same stays', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const [a, b] = [newPhone(), newPhone()]
  const first = await uploaded(
    admin,
    orgId,
    workbook([head, ['u1', '研发部', '', '甲', '', '', a], ['', '研发部', '', '乙', '', '', b]]),
  )
  await imported(admin, orgId, first.id)
  const c = newPhone()
  const second = await uploaded(
    admin,
    orgId,
    workbook([head, ['u1', '研发部', '', '甲', '', '', c], ['', '测试部', '', '乙乙', '', '', b]]),
  )
  expect(second.counts).toMatchObject({ changed: 2, created: 0, unchanged: 0 })
  await imported(admin, orgId, second.id)
  const members = (await admin.call('GET', `/orgs/${orgId}/members?limit=100`)).body.items
  expect(members.map((m: Json) => [m.name, m.phone])).toEqual(
    expect.arrayContaining([
      ['甲', c],
      ['乙乙', b],
    ]),
  )
  expect(members).toHaveLength(3)
  const exported = await world.app.inject({
    url: `/client-api/orgs/${orgId}/directory-export.xlsx`,
    headers: { authorization: `Bearer ${admin.token}` },
  })
  expect((await uploaded(admin, orgId, exported.rawPayload)).counts).toMatchObject({
    unchanged: 3,
    changed: 0,
    created: 0,
    invalid: 0,
  })
})

it('Z-05: more than 50 people need certification; then 10 000 come in quickly', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const seed = Math.floor(Math.random() * 80_000) * 100_000
  const rows = Array.from({ length: 9_999 }, (_, i) => [
    '',
    `事业部${i % 20}-小组${i % 200}`,
    '',
    `员工${i}`,
    '',
    '',
    String(13_000_000_000 + ((seed + i) % 900_000_000)),
    '',
  ])
  const small = await uploaded(admin, orgId, workbook([head, ...rows.slice(0, 60)]))
  expect(small.needsCertification).toBe(true)
  expect((await admin.call('POST', `/orgs/${orgId}/imports/${small.id}/confirm`, {})).body.code).toBe(
    'import.certification-required',
  )
  await certify(world, admin, orgId)
  const big = await uploaded(admin, orgId, workbook([head, ...rows]))
  expect(big.counts).toMatchObject({ created: 9_999, invalid: 0 })
  const done = await imported(admin, orgId, big.id)
  expect(done).toMatchObject({ state: 'imported', progress: { done: 9_999, total: 9_999 } })
  console.info(`import: ${done.rowsPerSecond} rows/s`)
  expect((await admin.call('GET', `/orgs/${orgId}`)).body.memberCount).toBe(10_000)
  const last = await uploaded(
    admin,
    orgId,
    workbook([head, ['', '研发部', '', '多一人', '', '', newPhone()]]),
  )
  expect(last.problems[0].reason).toBe('org.full')
}, 60_000)

it('Z-04: what is no workbook, or has no headings, is refused', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  expect(await uploaded(admin, orgId, Buffer.from('姓名,手机号'))).toMatchObject({
    state: 'failed',
    failure: 'import.not-workbook',
  })
  expect(await uploaded(admin, orgId, workbook([['名单'], ['甲', '乙']]))).toMatchObject({
    state: 'failed',
    failure: 'import.headings-missing',
  })
})

it('Z-07: a sub-admin imports into, and exports, only the departments he holds', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const dept = (await admin.call('POST', `/orgs/${orgId}/departments`, { name: '研发部', parentId: 1 })).body
    .deptId
  const sub = await world.person('小管')
  const member = await admin.call('POST', `/orgs/${orgId}/members`, {
    name: '小管',
    phone: sub.phone,
    departments: [{ deptId: dept }],
  })
  await admin.call('PUT', `/orgs/${orgId}/members/${member.body.userid}/role`, {
    role: 'sub',
    deptIds: [dept],
  })
  await sub.call('PUT', `/orgs/${orgId}/admin-access/password`, { password: 'Qy123456' })
  const check = await uploaded(
    sub,
    orgId,
    workbook([
      head,
      ['', '研发部-一组', '', '内', '', '', newPhone()],
      ['', '财务部', '', '外', '', '', newPhone()],
    ]),
  )
  expect(check.counts).toMatchObject({ created: 1, invalid: 1 })
  expect(check.problems[0].reason).toBe('department.outside')
  expect(
    (await sub.call('POST', `/orgs/${orgId}/departments`, { name: '别处', parentId: 1 })).body.code,
  ).toBe('department.outside')
})
