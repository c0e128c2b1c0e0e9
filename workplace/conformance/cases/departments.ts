import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'

/** Departments, and what lies outside the authorised scope (§3.1, §3.5). */
export const departmentCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'departments/listsub',
    path: 'POST oapi/topapi/v2/department/listsub',
    fact: 'the direct children as an array; without dept_id those of the root',
    section: '§3.1 D:user-management-acquires-the-list-departments',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      const ask = (body: object) => platform.oapi('topapi/v2/department/listsub', { token, body })
      const root = expect.listAt(expect.succeeds(await ask({})), 'result')
      const ids = root.map((one) => Number(expect.at(one, 'dept_id'))).toSorted((a, b) => a - b)
      expect.holds({ ids }, { ids: [org.inside.deptId, org.outside.deptId].toSorted((a, b) => a - b) })
      expect.succeeds(await ask({ dept_id: org.inside.deptId }), {
        'result.0.dept_id': org.below.deptId,
        'result.0.name': org.below.name,
        'result.0.parent_id': org.inside.deptId,
        'result.0.create_dept_group': expect.boolean,
        'result.0.auto_add_user': expect.boolean,
        'result.1': expect.absent,
      })
      expect.refuses(await ask({ dept_id: 987_654_321 }), 60003)
    },
  }),
  defineCase({
    name: 'departments/listsubid-is-not-cut',
    path: 'POST oapi/topapi/v2/department/listsubid',
    fact: 'ids of the direct children, also of those outside the scope',
    section: '§3.1 D:obtain-the-list-of-sub-department-ids',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg('inside')
      const body = { dept_id: 1 }
      const answer = await platform.oapi('topapi/v2/department/listsubid', {
        token: await session.token(org.corpId),
        body,
      })
      const ids = expect.listAt(expect.succeeds(answer), 'result.dept_id_list')
      const wanted = [org.inside.deptId, org.outside.deptId]
      expect.holds(
        { ids: ids.map(Number).toSorted((a, b) => a - b) },
        { ids: wanted.toSorted((a, b) => a - b) },
      )
    },
  }),
  defineCase({
    name: 'departments/get',
    path: 'POST oapi/topapi/v2/department/get',
    fact: 'name, parent, order, managers, count of members, group and visibility switches',
    section: '§3.1 D:query-department-details0-v2',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const body = { dept_id: org.inside.deptId }
      const answer = await platform.oapi('topapi/v2/department/get', {
        token: await session.token(org.corpId),
        body,
      })
      expect.succeeds(answer, {
        'result.dept_id': org.inside.deptId,
        'result.name': org.inside.name,
        'result.parent_id': 1,
        'result.order': expect.number,
        'result.dept_manager_userid_list': [],
        'result.member_count': expect.number,
        'result.create_dept_group': expect.boolean,
        'result.hide_dept': expect.boolean,
        'result.outer_dept': expect.boolean,
      })
    },
  }),
  defineCase({
    name: 'departments/parents-of-a-department',
    path: 'POST oapi/topapi/v2/department/listparentbydept',
    fact: 'from the department itself up to the root',
    section: '§3.1',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      const body = { dept_id: org.below.deptId }
      expect.succeeds(await platform.oapi('topapi/v2/department/listparentbydept', { token, body }), {
        'result.parent_id_list': [org.below.deptId, org.inside.deptId, 1],
      })
    },
  }),
  defineCase({
    name: 'departments/parents-of-a-user',
    path: 'POST oapi/topapi/v2/department/listparentbyuser',
    fact: 'one list up to the root for each of his departments',
    section: '§3.1',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      const body = { userid: org.below.userids[0] }
      expect.succeeds(await platform.oapi('topapi/v2/department/listparentbyuser', { token, body }), {
        'result.parent_list': [{ parent_dept_id_list: [org.below.deptId, org.inside.deptId, 1] }],
      })
    },
  }),
  defineCase({
    name: 'departments/scope',
    path: 'POST oapi/topapi/v2/department/get',
    fact: 'what is outside the scope is refused: 50004 a department, 50002 a member; what is below it is inside',
    section: '§0.6, §3.5',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg('inside')
      const token = await session.token(org.corpId)
      const ask = (path: string, body: object) => platform.oapi(`topapi/v2/${path}`, { token, body })
      for (const { deptId } of [org.inside, org.below])
        expect.succeeds(await ask('department/get', { dept_id: deptId }))
      for (const dept_id of [org.outside.deptId, 1]) {
        expect.refuses(await ask('department/get', { dept_id }), 50004)
        expect.refuses(await ask('user/list', { dept_id, cursor: 0, size: 10 }), 50004)
      }
      expect.succeeds(await ask('user/get', { userid: org.below.userids[0] }))
      expect.refuses(await ask('user/get', { userid: org.outside.userids[0] }), 50002)
      expect.refuses(await ask('user/get', { userid: org.adminUserid }), 50002)
      expect.succeeds(await ask('department/listsub', {}), {
        'result.0.dept_id': org.inside.deptId,
        'result.1': expect.absent,
      })
    },
  }),
  defineCase({
    name: 'departments/scope-follows-a-move',
    path: 'GET oapi/auth/scopes',
    fact: 'the token’s scope follows the administrator’s change at once',
    section: '§9',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg('inside')
      const token = await session.token(org.corpId)
      const outside = () =>
        platform.oapi('topapi/v2/user/get', { token, body: { userid: org.outside.userids[0] } })
      expect.refuses(await outside(), 50002)
      await org.changeScope('all')
      expect.succeeds(await outside())
    },
  }),
  defineCase({
    name: 'departments/counts-end-at-the-scope',
    path: 'POST oapi/topapi/user/count',
    fact: 'people outside the scope are not counted, nor listed among the admins',
    section: '§3.5',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg('inside')
      const token = await session.token(org.corpId)
      const count = await platform.oapi('topapi/user/count', { token, body: { only_active: false } })
      expect.succeeds(count, { 'result.count': 3 })
      expect.succeeds(await platform.oapi('topapi/user/listadmin', { token, body: {} }), { result: [] })
    },
  }),
]
