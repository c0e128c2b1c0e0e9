import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newPhone, newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

const names = (reply: { body: Json }): string[] => reply.body.items.map(({ name }: Json) => name)

async function department(admin: Person, orgId: string, name: string, parentId = 1): Promise<number> {
  const { status, body } = await admin.call('POST', `/orgs/${orgId}/departments`, { name, parentId })
  expect(status).toBe(200)
  return body.deptId
}

async function member(
  admin: Person,
  orgId: string,
  given: { name: string; phone?: string; depts?: number[] },
) {
  const departments = (given.depts ?? [1]).map((deptId) => ({ deptId }))
  const body = { name: given.name, phone: given.phone ?? newPhone(), departments }
  const reply = await admin.call('POST', `/orgs/${orgId}/members`, body)
  expect(reply.status).toBe(200)
  return reply.body
}

it('Z-08: departments come a level at a time, in pages, and say whether more hangs below them', async () => {
  const { admin, orgId } = await world.orgWithAdmin('分级有限公司')
  const made = [await department(admin, orgId, '甲部'), await department(admin, orgId, '乙部')]
  const below = await department(admin, orgId, '甲一组', made[0])
  for (let index = 0; index < 5; index += 1) await department(admin, orgId, `小组${index}`, below)

  const top = (await admin.call('GET', `/orgs/${orgId}/departments?parentId=1`)).body
  expect(top.items.map((d: Json) => [d.name, d.hasChildren])).toEqual([
    ['甲部', true],
    ['乙部', false],
  ])
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await admin.call(
      'GET',
      `/orgs/${orgId}/departments?parentId=${below}&limit=2&cursor=${cursor}`,
    )
    seen.push(...names(page))
    cursor = page.body.next
  }
  expect(seen).toEqual(['小组0', '小组1', '小组2', '小组3', '小组4'])

  const one = (await admin.call('GET', `/orgs/${orgId}/departments/${below}`)).body
  expect(one.trail.map((step: Json) => step.name)).toEqual(['分级有限公司', '甲部', '甲一组'])
  expect((await admin.call('GET', `/orgs/${orgId}/departments/99999`)).body.code).toBe('resource.missing')
  const wrong = await admin.call('GET', `/orgs/${orgId}/departments?cursor=${btoa('["a","b"]')}`)
  expect(wrong.body.code).toBe('request.invalid')
  const looked = await admin.call('POST', `/orgs/${orgId}/departments/look-up`, {
    deptIds: [below, 99_999, 1],
  })
  expect(names(looked).toSorted()).toEqual(['分级有限公司', '甲一组'].toSorted())
  const stranger = await world.person('陌生人')
  for (const path of ['departments', `departments/${below}`])
    expect((await stranger.call('GET', `/orgs/${orgId}/${path}`)).body.code).toBe('resource.missing')
})

it('Z-08: departments are found by name, pinyin and initials; wildcards are letters like others', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const research = await department(admin, orgId, '研发部')
  await department(admin, orgId, '研究院', research)
  await department(admin, orgId, 'QA_1组')
  const search = (text: string) => admin.call('POST', `/orgs/${orgId}/departments/search`, { search: text })
  expect(names(await search('研'))).toEqual(['研发部', '研究院'])
  expect(names(await search('yanfa'))).toEqual(['研发部'])
  expect(names(await search('YJY'))).toEqual(['研究院'])
  expect(names(await search('qa'))).toEqual(['QA_1组'])
  expect(names(await search('%'))).toEqual([])
  expect(names(await search('_'))).toEqual(['QA_1组'])
  expect((await search('研究')).body.items[0].trail.map((step: Json) => step.name).slice(1)).toEqual([
    '研发部',
    '研究院',
  ])
  // Those made by a release that kept no spelling are spelled at the first search.
  await world.db.withOrg(orgId, (scope) =>
    scope.run(sql`update departments set pinyin = '' where org_id = ${orgId}`),
  )
  expect(names(await search('yanfa'))).toEqual(['研发部'])
})

it('R-46: people in and below a department are counted once each, whatever the tree', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const people = Array.from({ length: 12 }, (_, index) => `u${index}`)
  const rows = await Promise.all(people.map(() => member(admin, orgId, { name: '甲' })))
  const userids = rows.map(({ userid }: Json) => userid as string)
  const tree = fc.array(fc.nat(), { minLength: 1, maxLength: 12 })
  const places = fc.array(fc.tuple(fc.nat(11), fc.nat()), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(tree, places, async (parents, seats) => {
      // Department n + 2 hangs under one made before it.
      const paths = new Map([[1, [1]]])
      for (const [index, draw] of parents.entries()) {
        const above = paths.get(1 + (draw % (index + 1))) ?? [1]
        paths.set(index + 2, [...above, index + 2])
      }
      const seated = new Map(seats.map(([who, draw]) => [`${who}:${1 + (draw % paths.size)}`, who]))
      await world.db.withOrg(orgId, async (scope) => {
        await scope.run(sql`delete from member_departments where org_id = ${orgId}`)
        await scope.run(sql`delete from departments where org_id = ${orgId} and dept_id <> 1`)
        for (const [deptId, path] of paths)
          if (deptId !== 1)
            await scope.run(sql`insert into departments (org_id, dept_id, parent_id, name, path)
              values (${orgId}, ${deptId}, ${path.at(-2)}, ${`d${deptId}`}, ${`{${path.join(',')}}`}::int[])`)
        for (const [key, who] of seated)
          await scope.run(sql`insert into member_departments (org_id, userid, dept_id)
            values (${orgId}, ${userids[who]}, ${Number(key.split(':')[1])})`)
      })
      const { body } = await admin.call('GET', `/orgs/${orgId}/departments`)
      for (const { deptId, memberCount } of body.items) {
        const inside = [...seated].filter(([key]) => paths.get(Number(key.split(':')[1]))?.includes(deptId))
        expect([deptId, memberCount]).toEqual([deptId, new Set(inside.map(([, who]) => who)).size])
      }
    }),
    { numRuns: 25 },
  )
})

it('Z-08: whose name begins so comes first; surnames are read as surnames', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  for (const name of ['陈力', '李雷', '曾兰', '张李', '力宏']) await member(admin, orgId, { name })
  const search = async (text: string) =>
    names(await admin.call('POST', `/orgs/${orgId}/members/search`, { search: text }))
  const li = await search('li')
  expect(li.slice(0, 2).toSorted()).toEqual(['力宏', '李雷'].toSorted())
  expect(li.slice(2).toSorted()).toEqual(['张李', '王管理', '陈力'].toSorted())
  expect(await search('李')).toEqual(['李雷', '张李'])
  expect(await search('zenglan')).toEqual(['曾兰'])
  expect(await search('cl')).toEqual(expect.arrayContaining(['曾兰', '陈力']))
})

it('Z-07: a masked phone is not found by a part of it, by colleagues nor by a sub-admin of elsewhere', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const [inside, outside] = [await department(admin, orgId, '内'), await department(admin, orgId, '外')]
  const sub = await world.person('小管')
  const plain = await world.person('小员')
  const { userid } = await member(admin, orgId, { name: '小管', phone: sub.phone, depts: [outside] })
  await member(admin, orgId, { name: '小员', phone: plain.phone, depts: [outside] })
  await admin.call('PUT', `/orgs/${orgId}/members/${userid}/role`, { role: 'sub', deptIds: [inside] })
  const [near, far] = ['19900001111', '19900002222']
  await member(admin, orgId, { name: '内人', phone: near, depts: [inside] })
  await member(admin, orgId, { name: '外人', phone: far, depts: [outside] })
  const search = async (who: Person, text: string) =>
    names(await who.call('POST', `/orgs/${orgId}/members/search`, { search: text })).toSorted()
  expect(await search(admin, '1990000')).toEqual(['内人', '外人'])
  expect(await search(sub, '1990000')).toEqual(['内人'])
  expect(await search(sub, far)).toEqual(['外人'])
  expect(await search(sub, sub.phone.slice(0, 9))).toContain('小管')
  expect(await search(plain, '1990000')).toEqual([])
  expect(await search(plain, '199 0000 2222')).toEqual(['外人'])
  expect(await search(plain, plain.phone.slice(2, 9))).toContain('小员')
})

it('R-46: the cursor after a name of 80 characters is good, and a search of odd characters is no failure', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const long = '𠮷'.repeat(40)
  for (const tail of ['一', '二', '三']) await member(admin, orgId, { name: long.slice(0, 78) + tail })
  const one = await admin.call('POST', `/orgs/${orgId}/members/search`, { search: '𠮷', limit: 1 })
  const two = await admin.call('POST', `/orgs/${orgId}/members/search`, {
    search: '𠮷',
    limit: 2,
    cursor: one.body.next,
  })
  expect(two.status).toBe(200)
  expect(new Set([...names(one), ...names(two)]).size).toBe(3)
  for (const search of ['\\', '%%', "'", '\u0000', '\ud800', '😀', '‮'])
    expect((await admin.call('POST', `/orgs/${orgId}/members/search`, { search })).status).toBeLessThan(500)
})
