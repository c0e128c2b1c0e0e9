import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  getDirectorySync,
  listDepartments,
  listMembers,
  startDirectorySync,
} from '@kangbao/shared/contracts/directory.ts'
import { hostOrg, mirrorOf, orgIdOf, pushItem, rowsOf, settled, user } from '../../../test/host.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, signToken } from '../../../test/world.ts'
import { WorkplaceBusy } from '../../ports/workplace.ts'
import { reconcileTick } from './directory.jobs.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { spellingOf } from './pinyin.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())

async function authorised(members?: number) {
  const host = hostOrg(server, members)
  await authorise(host.corpId)
  return { ...host, orgId: await orgIdOf(server, host.corpId) }
}

async function authorise(corpId: string) {
  await pushItem(server, { corpId, type: 4, id: '9000', action: 'org_suite_change' })
  await settled(server)
}

const present = (orgId: string) =>
  rowsOf<{ user_id: string; department: number }>(
    server,
    orgId,
    'select user_id, department_id::int as department from members where left_at is null order by user_id',
  )

describe('Z-21: the full sync', () => {
  it('copies 1 000 members with departments, paths and the main admin', async () => {
    const { orgId, org } = await authorised(1_000)
    const rows = await present(orgId)
    expect(rows).toHaveLength(org.users.length)
    expect(rows.find(({ user_id }) => user_id === 'u3')).toEqual({ user_id: 'u3', department: 4 })
    expect(
      await rowsOf(
        server,
        orgId,
        'select department_id::int as id, path::int[] as path from departments order by 1',
      ),
    ).toEqual([
      { id: 1, path: [1] },
      { id: 2, path: [1, 2] },
      { id: 3, path: [1, 3] },
      { id: 4, path: [1, 2, 4] },
    ])
    expect(await rowsOf(server, orgId, `select user_id from members where role = 'main-admin'`)).toEqual([
      { user_id: 'boss' },
    ])
    expect(await rowsOf(server, orgId, 'select state, departments, members from directory_syncs')).toEqual([
      { state: 'done', departments: 4, members: 1_001 },
    ])
  }, 60_000)

  it('run again changes nothing: the same ids, no ended place', async () => {
    const { corpId, orgId } = await authorised()
    const before = await rowsOf(server, orgId, 'select id, user_id, joined_at from members order by user_id')
    await authorise(corpId)
    expect(
      await rowsOf(server, orgId, 'select id, user_id, joined_at from members order by user_id'),
    ).toEqual(before)
    expect(
      await rowsOf(server, orgId, 'select 1 from member_departments where valid_to is not null'),
    ).toEqual([])
  })

  it('Z-22: who left is kept with the day, who comes back is the same member, who moved keeps the old place on record', async () => {
    const { corpId, orgId, org } = await authorised()
    const [{ id } = { id: '' }] = await rowsOf<{ id: string }>(
      server,
      orgId,
      `select id from members where user_id = 'u1'`,
    )
    const users = org.users
    org.users = users.filter(({ userId }) => userId !== 'u1')
    await authorise(corpId)
    expect((await present(orgId)).map((row) => row.user_id)).not.toContain('u1')
    server.deps.clock.advance(60_000)
    org.users = users.map((each) => (each.userId === 'u1' ? { ...each, departmentIds: [3, 2] } : each))
    await authorise(corpId)
    expect(
      await rowsOf(server, orgId, `select id from members where user_id = 'u1' and left_at is null`),
    ).toEqual([{ id }])
    expect(
      await rowsOf(
        server,
        orgId,
        `select department_id::int as department, valid_to is not null as is_over
         from member_departments where member_id = '${id}' order by valid_from, department_id`,
      ),
    ).toEqual([
      { department: 2, is_over: true },
      { department: 2, is_over: false },
      { department: 3, is_over: false },
    ])
    expect((await present(orgId)).find((row) => row.user_id === 'u1')?.department).toBe(3)
  })

  it('a department that is gone ends, and its people stand where they are now', async () => {
    const { corpId, orgId, org } = await authorised()
    org.departments = org.departments.filter(({ id }) => id !== 4)
    org.users = org.users.map((each) =>
      each.departmentIds.includes(4) ? { ...each, departmentIds: [2] } : each,
    )
    await authorise(corpId)
    expect(
      await rowsOf(
        server,
        orgId,
        'select department_id::int as id from departments where removed_at is not null',
      ),
    ).toEqual([{ id: 4 }])
    expect((await present(orgId)).filter(({ department }) => department === 4)).toEqual([])
  })

  it('two apps with scopes of their own see the union', async () => {
    const { corpId } = hostOrg(server)
    const { workplace } = server.ports
    const whole = workplace.authorisation
    Object.assign(workplace, {
      authorisation: async (target: Parameters<typeof whole>[0]) => {
        const info = await whole(target)
        if (target.corpId !== corpId) return info
        const isForms = target.app === 'forms'
        return {
          ...info,
          scope: isForms
            ? { departmentIds: [4], userIds: [] }
            : { departmentIds: [], userIds: ['boss', 'u1'] },
        }
      },
    })
    await authorise(corpId)
    const orgId = await orgIdOf(server, corpId)
    expect((await present(orgId)).map(({ user_id }) => user_id)).toEqual(['u3', 'u6'])
    await rowsOf(
      server,
      orgId,
      `insert into installations (org_id, app, agent_id, installed_at, changed_at)
       values ('${orgId}', 'health-report', '7', now(), now()) returning app`,
    )
    await authorise(corpId)
    Object.assign(workplace, { authorisation: whole })
    expect((await present(orgId)).map(({ user_id }) => user_id)).toEqual(['boss', 'u1', 'u3', 'u6'])
  })

  it('a busy platform fails the run and is asked again; nobody is lost meanwhile', async () => {
    const { corpId, orgId } = await authorised()
    const before = await present(orgId)
    const { workplace } = server.ports
    const list = workplace.listUsers
    let failures = 1
    Object.assign(workplace, {
      listUsers: async (...args: Parameters<typeof list>) => {
        if (args[0].corpId === corpId && args[1] === 4 && failures-- > 0) throw new WorkplaceBusy('90018')
        return list(...args)
      },
    })
    await authorise(corpId)
    expect(await rowsOf(server, orgId, 'select state, reason from directory_syncs')).toEqual([
      { state: 'failed', reason: 'workplace.unreachable' },
    ])
    expect(await present(orgId)).toEqual(before)
    server.deps.clock.advance(3_000)
    await settled(server)
    Object.assign(workplace, { listUsers: list })
    expect(await rowsOf(server, orgId, 'select state from directory_syncs')).toEqual([{ state: 'done' }])
  })

  it('a run that was cancelled by the removal of the app writes nothing more', async () => {
    const { corpId, orgId, org } = await authorised()
    const { workplace } = server.ports
    const list = workplace.listUsers
    org.users = org.users.filter(({ userId }) => userId !== 'u1')
    Object.assign(workplace, {
      listUsers: async (...args: Parameters<typeof list>) => {
        if (args[0].corpId === corpId)
          await rowsOf(
            server,
            orgId,
            `update directory_syncs set state = 'failed', run_id = null returning state`,
          )
        return list(...args)
      },
    })
    await authorise(corpId)
    Object.assign(workplace, { listUsers: list })
    expect((await present(orgId)).map(({ user_id }) => user_id)).toContain('u1')
  })

  it('Z-22: the nightly reconcile owes every active org one sync a night, and mends what events missed', async () => {
    const { orgId, org } = await authorised()
    org.users = org.users.filter(({ userId }) => userId !== 'u2')
    const night = Date.parse('2026-03-02T20:05:00Z') // 04:05 in Shanghai on the 3rd
    const now = server.deps.clock.now()
    server.deps.clock.set(night)
    const tick = () => reconcileTick.run(jobContext(server.deps, 'test', 0))
    await tick()
    await settled(server)
    expect((await present(orgId)).map(({ user_id }) => user_id)).not.toContain('u2')
    await tick()
    const { rows } = await server.deps.database.pool.query(
      `select 1 from outbox where org_id = $1 and job = 'directory.sync'`,
      [orgId],
    )
    expect(rows).toEqual([])
    server.deps.clock.set(now)
  })
})

describe('Z-24: roles come from the host', () => {
  it('a sub-admin sees the departments he holds and what is below them, and nobody else', async () => {
    const world = await newWorld(server, { members: 6 })
    const org = mirrorOf(server, world)
    org.admins.push({ userId: 'user1', isMain: false, departmentIds: [3] })
    await world.admin.inject(startDirectorySync)
    await settled(server)
    const [sub] = await rowsOf<{ role: string; manages: number[] }>(
      server,
      world.orgId,
      `select role, manages::int[] as manages from members where user_id = 'user1'`,
    )
    expect(sub).toEqual({ role: 'sub-admin', manages: [3] })
    const token = signToken(server, {
      sub: world.members[0]?.memberId ?? '',
      org: world.orgId,
      role: 'sub-admin',
    })
    const get = (url: string) =>
      server.app.inject({ url: `/api${url}`, headers: { authorization: `Bearer ${token}` } })
    const seen = (await get('/directory/members')).json().items.map((item: { userId: string }) => item.userId)
    expect(seen.sort()).toEqual(['user4', 'user5', 'user6'])
    expect((await get('/directory/members?departmentId=2')).json().items).toEqual([])
    expect((await get('/directory/departments')).json().items).toEqual([
      { id: 3, parentId: 1, name: '行政部', members: 3, hasChildren: false },
    ])
    expect((await get('/directory/sync')).statusCode).toBe(200)
  })

  it('an ordinary member may read neither', async () => {
    const { member } = await newWorld(server)
    expect((await member.inject(listMembers, { query: {} })).problem.code).toBe('permission.missing')
    expect((await member.inject(listDepartments, { query: {} })).problem.code).toBe('permission.missing')
    expect((await member.inject(startDirectorySync)).problem.code).toBe('permission.missing')
  })
})

describe('the directory’s routes', () => {
  it('start a sync once, show how far it is, and refuse a second one meanwhile', async () => {
    const world = await newWorld(server)
    mirrorOf(server, world)
    expect((await world.admin.inject(getDirectorySync)).body).toMatchObject({ state: 'never' })
    expect((await world.admin.inject(startDirectorySync)).body).toMatchObject({ state: 'running' })
    const second = await world.admin.inject(startDirectorySync)
    if (second.status !== 200) expect(second.problem.code).toBe('sync.running')
    await settled(server)
    expect((await world.admin.inject(getDirectorySync)).body).toMatchObject({
      state: 'done',
      members: 5,
      departments: 3,
    })
  })

  it('list departments below one with their people', async () => {
    const world = await newWorld(server)
    expect((await world.admin.inject(listDepartments, { query: {} })).body.items).toEqual([
      { id: 1, parentId: null, name: '测试企业', members: 5, hasChildren: true },
    ])
    expect((await world.admin.inject(listDepartments, { query: { parentId: 1 } })).body.items).toEqual([
      { id: 2, parentId: 1, name: '生产部', members: 2, hasChildren: false },
      { id: 3, parentId: 1, name: '行政部', members: 2, hasChildren: false },
    ])
  })

  it('find people by name, pinyin and initials, page by page, without those who left', async () => {
    const { orgId, org, corpId } = await authorised(3)
    org.users.push(
      user('z1', [2], { name: '张三丰' }),
      user('z2', [2], { name: '章子怡' }),
      user('p%', [2], { name: '百%' }),
    )
    await authorise(corpId)
    const [boss] = await rowsOf<{ id: string }>(
      server,
      orgId,
      `select id from members where user_id = 'boss'`,
    )
    const token = signToken(server, { sub: boss?.id ?? '', org: orgId, role: 'main-admin' })
    const find = async (search: string) => {
      const response = await server.app.inject({
        method: 'POST',
        url: '/api/directory/members/search',
        headers: { authorization: `Bearer ${token}` },
        payload: { search },
      })
      return response.json().items.map((item: { name: string }) => item.name)
    }
    expect(await find('三丰')).toEqual(['张三丰'])
    expect(await find('zhang')).toEqual(['张三丰', '章子怡'])
    expect(await find('Zhang San')).toEqual(['张三丰'])
    expect(await find('zzy')).toEqual(['章子怡'])
    expect(await find('shanyu')).toEqual(['单于飞'])
    expect(await find('%')).toEqual(['百%'])
    const names: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const url: string = `/api/directory/members?limit=2${cursor && `&cursor=${cursor}`}`
      const page: { items: { userId: string }[]; nextCursor: string | null } = (
        await server.app.inject({ url, headers: { authorization: `Bearer ${token}` } })
      ).json()
      names.push(...page.items.map((item) => item.userId))
      cursor = page.nextCursor
    }
    expect(names.toSorted()).toEqual(org.users.map(({ userId }) => userId).toSorted())
    const bad = await server.app.inject({
      url: '/api/directory/members?cursor=zzz',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(bad.statusCode).toBe(400)
  })
})

describe('spelling', () => {
  it.each([
    ['单于飞', 'shanyufei', 'syf'],
    ['曾国藩', 'zengguofan', 'zgf'],
    ['欧阳锋', 'ouyangfeng', 'oyf'],
    ['买买提·艾力', 'maimaitiaili', 'mmtal'],
    ['王小明 Tom', 'wangxiaomingtom', 'wxmt'],
    ['吕布', 'lvbu', 'lb'],
    ['', '', ''],
  ])('%s is found by %s and %s', (name, pinyin, initials) => {
    expect(spellingOf(name)).toEqual({ pinyin, initials })
  })
})
