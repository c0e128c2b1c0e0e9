import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'

/** Roles of the default group, and ids by words (§3.2). */
export const roleAndSearchCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'roles/list',
    path: 'POST oapi/topapi/role/list',
    fact: 'groups with their roles: groupId, name, roles of id and name; hasMore',
    section: '§3.2 D:obtains-a-list-of-enterprise-roles',
    run: async ({ platform, session }) => {
      const token = await session.token()
      const answer = await platform.oapi('topapi/role/list', { token, body: { size: 200, offset: 0 } })
      const names = expect
        .listAt(expect.succeeds(answer, { 'result.hasMore': expect.boolean }), 'result.list')
        .flatMap((group) => {
          expect.holds(group, { groupId: expect.number, name: expect.text })
          return expect.listAt(group, 'roles').map((role) => expect.textAt(role, 'name'))
        })
      for (const name of ['主管理员', '子管理员', '主管'])
        if (!names.includes(name)) expect.fail(`${name} should be a role`, names)
      expect.refuses(
        await platform.oapi('topapi/role/list', { token, body: { size: 201, offset: 0 } }),
        40069,
        400002,
      )
    },
  }),
  defineCase({
    name: 'roles/members',
    path: 'POST oapi/topapi/role/simplelist',
    fact: 'the main admin is in the role 主管理员, inside the scope only',
    section: '§3.2 D:obtain-the-list-of-employees-of-a-role',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      const { body } = await platform.oapi('topapi/role/list', { token, body: { size: 200, offset: 0 } })
      const main = expect
        .listAt(body, 'result.list')
        .flatMap((group) => expect.listAt(group, 'roles'))
        .find((role) => expect.at(role, 'name') === '主管理员')
      const role_id = Number(expect.textAt(main, 'id'))
      const ask = () =>
        platform.oapi('topapi/role/simplelist', { token, body: { role_id, size: 20, offset: 0 } })
      expect.succeeds(await ask(), {
        'result.hasMore': false,
        'result.list.0.userid': org.adminUserid,
        'result.list.0.name': expect.text,
        'result.list.1': expect.absent,
      })
      await org.changeScope('inside')
      expect.succeeds(await ask(), { 'result.list': [] })
    },
  }),
  defineCase({
    name: 'search/users',
    path: 'POST api/v1.0/contact/users/search',
    fact: 'ids of members whose name holds the word, a page at a time, inside the scope only',
    section: '§3.2',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg('inside')
      const token = await session.token(org.corpId)
      const ask = (queryWord: string, size: number) =>
        platform.api('v1.0/contact/users/search', { token, body: { queryWord, offset: 0, size } })
      expect.grants(await ask('内', 1), {
        hasMore: true,
        totalCount: 2,
        'list.0': expect.text,
        'list.1': expect.absent,
      })
      expect.grants(await ask('内二', 10), { hasMore: false, totalCount: 1, list: [org.inside.userids[1]] })
      expect.grants(await ask('外一', 10), { totalCount: 0, list: [] })
    },
  }),
  defineCase({
    name: 'search/departments',
    path: 'POST api/v1.0/contact/departments/search',
    fact: 'ids of departments whose name holds the word, inside the scope only',
    section: '§3.2',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg('inside')
      const token = await session.token(org.corpId)
      const ask = (queryWord: string) =>
        platform.api('v1.0/contact/departments/search', { token, body: { queryWord, offset: 0, size: 10 } })
      expect.grants(await ask('下级'), { hasMore: false, list: [org.below.deptId] })
      expect.grants(await ask('范围外'), { list: [] })
    },
  }),
]
