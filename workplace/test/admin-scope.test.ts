import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { read, utils } from 'xlsx'
import * as contracts from '../contracts/index.ts'
import type { Contract } from '../contracts/contract.ts'
import { checkedImport, confirmedImport, workbookOf } from './importing.ts'
import { newPhone, newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

/** A sub-admin holds `held` and what is below it; `beside` is somebody else's. */
interface Scene {
  orgId: string
  held: number
  below: number
  beside: number
  main: Person
  /** A main admin who has not given the password in this session. */
  locked: Person
  sub: Person
  plain: Person
  stranger: Person
}

async function newScene(): Promise<Scene> {
  const { admin: main, orgId } = await world.orgWithAdmin()
  const made = async (name: string, parentId: number): Promise<number> =>
    (await main.call('POST', `/orgs/${orgId}/departments`, { name, parentId })).body.deptId
  const held = await made('管', 1)
  const below = await made('下', held)
  const beside = await made('旁', 1)
  const add = async (userid: string, person: Person | string, ...depts: number[]) => {
    const phone = typeof person === 'string' ? person : person.phone
    const departments = depts.map((deptId) => ({ deptId }))
    const reply = await main.call('POST', `/orgs/${orgId}/members`, {
      userid,
      name: userid,
      phone,
      departments,
    })
    expect(reply.status).toBe(200)
  }
  const [sub, plain, locked, stranger] = [
    await world.person('小管'),
    await world.person('小员'),
    await world.person('李管'),
    await world.person('外人'),
  ]
  await add('sub', sub, held)
  await add('plain', plain, below)
  await add('locked', locked, below)
  await add('inside', newPhone(), below)
  await add('outside', newPhone(), beside)
  await add('both', newPhone(), below, beside)
  await add('boss', newPhone(), held)
  const role = (userid: string, body: object) =>
    main.call('PUT', `/orgs/${orgId}/members/${userid}/role`, body)
  await role('sub', { role: 'sub', deptIds: [held] })
  await role('locked', { role: 'main' })
  await role('boss', { role: 'main' })
  await sub.call('PUT', `/orgs/${orgId}/admin-access/password`, { password: 'Qy123456' })
  return { orgId, held, below, beside, main, locked, sub, plain, stranger }
}

type Caller = 'main' | 'locked' | 'sub' | 'plain' | 'stranger'
interface Row {
  contract: string
  path: (scene: Scene) => string
  body?: (scene: Scene) => unknown
  /** What the sub-admin is told; everybody else is told what the permission of the route says. */
  sub: string
}

const person = (deptId: number) => ({ name: '新', phone: newPhone(), departments: [{ deptId }] })
const nobody = '00000000-0000-4000-8000-000000000000'
const agent = '/apps/1'

/** Every admin route of an org, with what is inside and what is outside of the sub-admin's departments. */
const matrix: readonly Row[] = [
  {
    contract: 'createDepartment',
    path: () => '/departments',
    body: (s) => ({ name: '新', parentId: s.held }),
    sub: 'ok',
  },
  {
    contract: 'createDepartment',
    path: () => '/departments',
    body: (s) => ({ name: '新', parentId: s.beside }),
    sub: 'department.outside',
  },
  {
    contract: 'changeDepartment',
    path: (s) => `/departments/${s.below}`,
    body: () => ({ name: '改' }),
    sub: 'ok',
  },
  {
    contract: 'changeDepartment',
    path: (s) => `/departments/${s.beside}`,
    body: () => ({ name: '改' }),
    sub: 'department.outside',
  },
  {
    contract: 'changeDepartment',
    path: (s) => `/departments/${s.below}`,
    body: (s) => ({ parentId: s.beside }),
    sub: 'department.outside',
  },
  { contract: 'removeDepartment', path: (s) => `/departments/${s.beside}`, sub: 'department.outside' },
  { contract: 'removeDepartment', path: (s) => `/departments/${s.below}`, sub: 'department.not-empty' },
  { contract: 'createMember', path: () => '/members', body: (s) => person(s.below), sub: 'ok' },
  {
    contract: 'createMember',
    path: () => '/members',
    body: (s) => person(s.beside),
    sub: 'department.outside',
  },
  { contract: 'changeMember', path: () => '/members/inside', body: () => ({ title: '班长' }), sub: 'ok' },
  {
    contract: 'changeMember',
    path: () => '/members/outside',
    body: () => ({ title: '班长' }),
    sub: 'department.outside',
  },
  {
    contract: 'changeMember',
    path: () => '/members/inside',
    body: (s) => ({ departments: [{ deptId: s.beside }] }),
    sub: 'department.outside',
  },
  {
    contract: 'changeMember',
    path: () => '/members/boss',
    body: () => ({ phone: newPhone() }),
    sub: 'member.is-admin',
  },
  { contract: 'removeMember', path: () => '/members/inside', sub: 'ok' },
  { contract: 'removeMember', path: () => '/members/outside', sub: 'department.outside' },
  { contract: 'removeMember', path: () => '/members/both', sub: 'department.outside' },
  { contract: 'removeMember', path: () => '/members/boss', sub: 'member.is-admin' },
  {
    contract: 'moveMembers',
    path: () => '/members/move',
    body: (s) => ({ userids: ['plain'], deptId: s.beside }),
    sub: 'department.outside',
  },
  {
    contract: 'removeMembers',
    path: () => '/members/removal',
    body: () => ({ userids: ['outside'] }),
    sub: 'ok',
  },
  { contract: 'getInviteTemplate', path: () => '/invite-template', sub: 'ok' },
  {
    contract: 'setInviteTemplate',
    path: () => '/invite-template',
    body: () => ({ text: '{name} 请登录' }),
    sub: 'permission.denied',
  },
  { contract: 'sendInvitations', path: () => '/invitations', body: () => ({}), sub: 'ok' },
  {
    contract: 'readInvitees',
    path: () => '/team-invitations/preview',
    body: () => ({ text: '13800000001' }),
    sub: 'ok',
  },
  {
    contract: 'inviteToTeam',
    path: () => '/team-invitations',
    body: () => ({ people: [{ phone: '13800000001' }] }),
    sub: 'ok',
  },
  { contract: 'listSentInvitations', path: () => '/team-invitations', sub: 'ok' },
  { contract: 'revokeTeamInvitation', path: () => `/team-invitations/${nobody}`, sub: 'invitation.decided' },
  { contract: 'downloadImportTemplate', path: () => '/directory-template.xlsx', sub: 'ok' },
  { contract: 'exportDirectory', path: () => '/directory-export.xlsx', sub: 'ok' },
  { contract: 'listImports', path: () => '/imports', sub: 'ok' },
  { contract: 'getImport', path: () => `/imports/${nobody}`, sub: 'resource.missing' },
  { contract: 'listImportProblems', path: () => `/imports/${nobody}/problems`, sub: 'resource.missing' },
  {
    contract: 'confirmImport',
    path: () => `/imports/${nobody}/confirm`,
    body: () => ({}),
    sub: 'resource.missing',
  },
  { contract: 'cancelImport', path: () => `/imports/${nobody}`, sub: 'resource.missing' },
  { contract: 'undoImport', path: () => `/imports/${nobody}/undo`, sub: 'resource.missing' },
  { contract: 'listKept', path: () => `/imports/${nobody}/kept`, sub: 'resource.missing' },
  {
    contract: 'changeOrgSettings',
    path: () => '',
    body: () => ({ joinNeedsApproval: true }),
    sub: 'permission.denied',
  },
  {
    contract: 'dissolveOrg',
    path: () => '/dissolution',
    body: () => ({ name: '不是这个名称', password: 'Qy123456' }),
    sub: 'permission.denied',
  },
  { contract: 'renewInvite', path: () => '/invite/renewal', sub: 'permission.denied' },
  { contract: 'revokeInvite', path: () => '/invite', sub: 'permission.denied' },
  { contract: 'listJoinRequests', path: () => '/join-requests', sub: 'ok' },
  {
    contract: 'decideJoinRequest',
    path: () => `/join-requests/${nobody}/decision`,
    body: (s) => ({ approve: true, deptId: s.beside }),
    sub: 'department.outside',
  },
  {
    contract: 'decideJoinRequest',
    path: () => `/join-requests/${nobody}/decision`,
    body: (s) => ({ approve: true, deptId: s.below }),
    sub: 'join.decided',
  },
  { contract: 'getAdminAccess', path: () => '/admin-access', sub: 'ok' },
  {
    contract: 'setMemberRole',
    path: () => '/members/sub/role',
    body: () => ({ role: 'main' }),
    sub: 'permission.denied',
  },
  {
    contract: 'requestCertification',
    path: () => '/certifications',
    body: () => ({
      kind: 'other',
      applicantName: '王',
      registeredName: '某厂',
      creditCode: '',
      licenceId: nobody,
      letterId: nobody,
    }),
    sub: 'permission.denied',
  },
  {
    contract: 'withdrawCertification',
    path: () => `/certifications/${nobody}/withdrawal`,
    sub: 'permission.denied',
  },
  { contract: 'uploadPaper', path: () => '/certification-papers/licence', sub: 'permission.denied' },
  { contract: 'readPaper', path: () => `/certification-papers/${nobody}`, sub: 'permission.denied' },
  { contract: 'letterTemplate', path: () => '/certification-letter', sub: 'ok' },
  { contract: 'getCertification', path: () => '/certifications/latest', sub: 'ok' },
  { contract: 'listInstalledApps', path: () => '/apps', sub: 'ok' },
  {
    contract: 'installApp',
    path: () => '/apps',
    body: () => ({ suiteId: world.suite.suiteId, acceptTerms: true, scope: { kind: 'all' } }),
    sub: 'permission.denied',
  },
  {
    contract: 'changeAppScope',
    path: () => `${agent}/scope`,
    body: () => ({ kind: 'all' }),
    sub: 'permission.denied',
  },
  { contract: 'stopApp', path: () => `${agent}/stop`, sub: 'permission.denied' },
  { contract: 'restoreApp', path: () => `${agent}/restore`, sub: 'permission.denied' },
  { contract: 'openAppAdminPage', path: () => `${agent}/admin-page`, sub: 'resource.missing' },
  { contract: 'removeApp', path: () => agent, sub: 'permission.denied' },
]
/** What has a test of its own: an upload, the password itself. */
const elsewhere = new Set(['uploadImport', 'readInviteeSheet', 'setAdminPassword', 'elevate'])

const all: Record<string, unknown> = { ...contracts }
const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'permission' in value && 'path' in value
const contractOf = (name: string): Contract => {
  const contract = all[name]
  if (!isContract(contract)) throw new Error(`no contract ${name}`)
  return contract
}

async function told(scene: Scene, caller: Caller, row: Row): Promise<string> {
  const { method } = contractOf(row.contract)
  const reply = await world.app.inject({
    method,
    url: `/client-api/orgs/${scene.orgId}${row.path(scene)}`,
    headers: { authorization: `Bearer ${scene[caller].token}` },
    ...(row.body ? { payload: row.body(scene) as object } : {}),
  })
  return reply.statusCode < 300 ? 'ok' : reply.json<{ code: string }>().code
}

it('Z-07: every admin route is in the matrix', () => {
  const admins = Object.entries(all)
    .filter((entry): entry is [string, Contract] => isContract(entry[1]))
    .filter(([, { permission }]) => ['admin', 'main-admin', 'elevated', 'main-elevated'].includes(permission))
    .map(([name]) => name)
  const seen = new Set([...matrix.map(({ contract }) => contract), ...elsewhere])
  expect(admins.filter((name) => !seen.has(name))).toEqual([])
})

it('Z-07: on every admin route members are refused, strangers find nothing, a password is asked for, a sub-admin keeps inside', async () => {
  const wrong: string[] = []
  const [scene, ofMain] = await Promise.all([newScene(), newScene()])
  for (const row of matrix) {
    const isLocked = contractOf(row.contract).permission.endsWith('elevated')
    const expected: [Caller, string][] = [
      ['stranger', 'resource.missing'],
      ['plain', 'permission.denied'],
      ...(isLocked ? ([['locked', 'admin.password-required']] as [Caller, string][]) : []),
      ['sub', row.sub],
    ]
    for (const [caller, code] of expected) {
      const answer = await told(scene, caller, row)
      if (answer !== code)
        wrong.push(`${row.contract} ${row.path(scene)} as ${caller}: ${answer}, not ${code}`)
    }
    // A main admin is held back by nobody's departments.
    const answer = await told(ofMain, 'main', row)
    if (['permission.denied', 'department.outside', 'member.is-admin'].includes(answer))
      wrong.push(`${row.contract} ${row.path(ofMain)} as main: ${answer}`)
  }
  expect(wrong).toEqual([])
}, 180_000)

it('Z-07, Z-09: a sub-admin is not offered his team to install an app in', async () => {
  const { sub, main, orgId } = await newScene()
  const offered = async (person: Person) =>
    (await person.call('GET', `/suites/${world.suite.suiteId}/install-page`)).body.targets
  expect(await offered(sub)).toMatchObject([{ orgId, canInstall: false }])
  expect(await offered(main)).toMatchObject([{ orgId, canInstall: true }])
})

it('Z-07: what a sub-admin does to people who work elsewhere as well leaves their other places alone', async () => {
  const { sub, main, orgId, held, below, beside } = await newScene()
  const places = async () =>
    (await main.call('GET', `/orgs/${orgId}/members/both`)).body.departments
      .map((d: Json) => d.deptId)
      .toSorted()
  await sub.call('PATCH', `/orgs/${orgId}/members/both`, { departments: [{ deptId: held }] })
  expect(await places()).toEqual([held, beside].toSorted())
  const { phone } = (await main.call('GET', `/orgs/${orgId}/members/both`)).body
  const boss = (await main.call('GET', `/orgs/${orgId}/members/boss`)).body
  const check = await checkedImport(
    sub,
    orgId,
    workbookOf([
      ['both', '管-下', '组长', 'both', '', '', phone, ''],
      ['boss', '管', '', 'boss', '', '', newPhone(), ''],
    ]),
  )
  expect(check.problems.map((p: Json) => p.reason)).toEqual(['member.is-admin'])
  await confirmedImport(sub, orgId, check.id, { validRowsOnly: true })
  expect(await places()).toEqual([below, beside].toSorted())
  expect((await main.call('GET', `/orgs/${orgId}/members/boss`)).body.phone).toBe(boss.phone)
})

/** Who a sub-admin manages, said the shortest way. */
function managedBy(held: readonly number[], parents: readonly number[], places: readonly [number, number][]) {
  const isHeld = (deptId: number): boolean =>
    held.includes(deptId) || (deptId !== 1 && isHeld(parents[deptId - 2] ?? 1))
  return {
    people: new Set(places.filter(([, deptId]) => isHeld(deptId)).map(([who]) => who)),
    departments: parents.map((_, index) => index + 2).filter(isHeld),
    tops: held.filter((deptId) => deptId === 1 || !isHeld(parents[deptId - 2] ?? 1)),
  }
}

it('Z-07: whatever the tree, a sub-admin sees, finds and exports exactly whom he holds', async () => {
  const { main, orgId, sub } = await newScene()
  const people = Array.from({ length: 8 }, (_, index) => `p${index}`)
  for (const userid of people)
    await main.call('POST', `/orgs/${orgId}/members`, { ...person(1), userid, name: userid })
  const tree = fc.array(fc.nat(), { minLength: 2, maxLength: 10 })
  const seats = fc.array(fc.tuple(fc.nat(7), fc.nat()), { minLength: 1, maxLength: 20 })
  const holds = fc.array(fc.nat(), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(tree, seats, holds, async (draws, seated, held_) => {
      const parents = draws.map((draw, index) => 1 + (draw % (index + 1)))
      const count = parents.length + 1
      const held = [...new Set(held_.map((draw) => 2 + (draw % parents.length)))]
      const places = [
        ...new Map(
          seated.map(([who, draw]) => [`${who}:${draw % count}`, [who, 1 + (draw % count)]]),
        ).values(),
      ] as [number, number][]
      await world.db.withOrg(orgId, async (scope) => {
        await scope.run(sql`delete from member_departments where org_id = ${orgId}`)
        await scope.run(sql`delete from departments where org_id = ${orgId} and dept_id <> 1`)
        const pathOf = (deptId: number): number[] =>
          deptId === 1 ? [1] : [...pathOf(parents[deptId - 2] ?? 1), deptId]
        for (let deptId = 2; deptId <= count; deptId += 1)
          await scope.run(sql`insert into departments (org_id, dept_id, parent_id, name, path)
            values (${orgId}, ${deptId}, ${parents[deptId - 2]}, ${`d${deptId}`}, ${`{${pathOf(deptId).join(',')}}`}::int[])`)
        for (const [who, deptId] of places)
          await scope.run(
            sql`insert into member_departments (org_id, userid, dept_id) values (${orgId}, ${people[who]}, ${deptId})`,
          )
        await scope.run(
          sql`update members set admin_depts = ${`{${held.join(',')}}`}::int[] where org_id = ${orgId} and userid = 'sub'`,
        )
      })
      const expected = managedBy(held, parents, places)
      const wanted = [...expected.people].map((who) => people[who] ?? '').toSorted()
      const useridsOf = (reply: { body: Json }) => reply.body.items.map((m: Json) => m.userid).toSorted()
      expect(useridsOf(await sub.call('GET', `/orgs/${orgId}/members?managed=true&limit=100`))).toEqual(
        wanted,
      )
      const everyone = (await sub.call('GET', `/orgs/${orgId}/members?limit=100`)).body.items
      const whole = everyone.filter((m: Json) => !m.phone.includes('*') && m.userid !== 'sub')
      expect(whole.map((m: Json) => m.userid).toSorted()).toEqual(wanted)
      const tops = await sub.call('GET', `/orgs/${orgId}/departments?managed=true`)
      expect(tops.body.items.map((d: Json) => d.deptId).toSorted()).toEqual(expected.tops.toSorted())
      for (const deptId of [1, ...parents.keys()].map((index) => Number(index) + 1)) {
        const below = await sub.call('GET', `/orgs/${orgId}/departments?managed=true&parentId=${deptId}`)
        const children = expected.departments.filter((child) => parents[child - 2] === deptId)
        expect(below.body.items.map((d: Json) => d.deptId).toSorted()).toEqual(children.toSorted())
      }
      expect(await exported(sub, orgId)).toEqual(wanted)
    }),
    { numRuns: 6 },
  )
}, 120_000)

async function exported(who: Person, orgId: string): Promise<string[]> {
  const reply = await world.app.inject({
    url: `/client-api/orgs/${orgId}/directory-export.xlsx`,
    headers: { authorization: `Bearer ${who.token}` },
  })
  const book = read(reply.rawPayload)
  const rows = utils.sheet_to_json<string[]>(book.Sheets[book.SheetNames[0] ?? ''] ?? {}, { header: 1 })
  return rows
    .slice(1)
    .map(([userid = '']) => userid)
    .filter((userid) => userid !== 'sub')
    .toSorted()
}
