import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'

/** What an app created by others never reads about a member (§3.4). */
const hidden = [
  'mobile',
  'state_code',
  'email',
  'org_email',
  'telephone',
  'work_place',
  'remark',
  'extension',
  'hired_date',
]
const hiddenIn = (path: string) =>
  Object.fromEntries(hidden.map((field) => [`${path}.${field}`, expect.absent]))

/** Members: fields, paging, counts, admins (§3.2 to §3.4). */
export const contactCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'contacts/user',
    path: 'POST oapi/topapi/v2/user/get',
    fact: 'the fields an ISV sees, and none of those it never gets: no phone, no e-mail, no remark',
    section: '§3.2, §3.4 D:query-user-details',
    run: async ({ platform, session }) => {
      const { userid } = await session.agent()
      const answer = await platform.oapi('topapi/v2/user/get', {
        token: await session.token(),
        body: { userid },
      })
      expect.succeeds(answer, {
        'result.userid': userid,
        'result.unionid': expect.text,
        'result.name': expect.text,
        'result.avatar': expect.someText,
        'result.dept_id_list': expect.list,
        'result.dept_order_list': expect.list,
        'result.leader_in_dept': expect.list,
        'result.active': expect.boolean,
        'result.admin': expect.boolean,
        'result.boss': expect.boolean,
        'result.senior': expect.boolean,
        ...hiddenIn('result'),
        request_id: expect.text,
      })
    },
  }),
  defineCase({
    name: 'contacts/user-refusals',
    path: 'POST oapi/topapi/v2/user/get',
    fact: 'nobody of that userid is 60121 (or 33012), a missing userid 40035',
    section: '§3.5, §8.2',
    run: async ({ platform, session }) => {
      const token = await session.token()
      const ask = (body: object) => platform.oapi('topapi/v2/user/get', { token, body })
      expect.refuses(await ask({ userid: 'no-such-user' }), 60121, 33012)
      expect.refuses(await ask({}), 40035)
    },
  }),
  defineCase({
    name: 'contacts/list-pages',
    path: 'POST oapi/topapi/v2/user/list',
    fact: 'pages of a cursor: has_more with next_cursor, every member directly in the department once, none from below it',
    section: '§3.2 D:queries-the-complete-information-of-a-department-user',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      const dept_id = org.inside.deptId
      const page = async (cursor: number) =>
        expect.succeeds(
          await platform.oapi('topapi/v2/user/list', { token, body: { dept_id, cursor, size: 1 } }),
        )
      const first = await page(0)
      expect.holds(first, {
        'result.has_more': true,
        'result.next_cursor': expect.number,
        'result.list.1': expect.absent,
      })
      const second = await page(Number(expect.at(first, 'result.next_cursor')))
      expect.holds(second, { 'result.has_more': false, ...hiddenIn('result.list.0') })
      const seen = [first, second].map((one) => expect.textAt(one, 'result.list.0.userid'))
      expect.holds({ seen: seen.toSorted() }, { seen: org.inside.userids.toSorted() })
    },
  }),
  defineCase({
    name: 'contacts/list-limits',
    path: 'POST oapi/topapi/v2/user/list',
    fact: 'a size over 100 is 40069 (or 400002), a cursor below 0 is 40068 (or 400002)',
    section: '§3.2, §3.5',
    run: async ({ platform, session }) => {
      const token = await session.token()
      const ask = (body: object) =>
        platform.oapi('topapi/v2/user/list', { token, body: { dept_id: 1, ...body } })
      expect.refuses(await ask({ cursor: 0, size: 101 }), 40069, 400002)
      expect.refuses(await ask({ cursor: -1, size: 10 }), 40068, 400002)
    },
  }),
  defineCase({
    name: 'contacts/listsimple',
    path: 'POST oapi/topapi/user/listsimple',
    fact: 'userid and name, paged the same way',
    section: '§3.2 D:queries-the-simple-information-of-a-department-user',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const body = { dept_id: org.below.deptId, cursor: 0, size: 10 }
      const answer = await platform.oapi('topapi/user/listsimple', {
        token: await session.token(org.corpId),
        body,
      })
      expect.succeeds(answer, {
        'result.has_more': false,
        'result.list': [{ userid: org.below.userids[0], name: '下一' }],
      })
    },
  }),
  defineCase({
    name: 'contacts/listid',
    path: 'POST oapi/topapi/user/listid',
    fact: 'all userids directly in the department',
    section: '§3.2 D:query-the-list-of-department-userids',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const body = { dept_id: org.inside.deptId }
      const answer = await platform.oapi('topapi/user/listid', {
        token: await session.token(org.corpId),
        body,
      })
      const ids = expect.listAt(expect.succeeds(answer), 'result.userid_list')
      expect.holds({ ids: ids.map(String).toSorted() }, { ids: org.inside.userids.toSorted() })
    },
  }),
  defineCase({
    name: 'contacts/unionid',
    path: 'POST oapi/topapi/user/getbyunionid',
    fact: 'the member behind a unionid, contact_type 0',
    section: '§3.2',
    run: async ({ platform, session }) => {
      const [token, { userid }] = [await session.token(), await session.agent()]
      const user = await platform.oapi('topapi/v2/user/get', { token, body: { userid } })
      const body = { unionid: expect.textAt(user.body, 'result.unionid') }
      const answer = await platform.oapi('topapi/user/getbyunionid', { token, body })
      expect.succeeds(answer, { 'result.userid': userid, 'result.contact_type': 0 })
      const nobody = await platform.oapi('topapi/user/getbyunionid', {
        token,
        body: { unionid: 'no-such-unionid' },
      })
      expect.refuses(nobody, 60121, 33012)
    },
  }),
  defineCase({
    name: 'contacts/count',
    path: 'POST oapi/topapi/user/count',
    fact: 'how many people the app sees; only_active counts those who have signed in',
    section: '§3.2 D:user-management-acquires-number-employees',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      const count = async (only_active: boolean) =>
        platform.oapi('topapi/user/count', { token, body: { only_active } })
      expect.succeeds(await count(false), { 'result.count': 5 })
      expect.succeeds(await count(true), { 'result.count': 1 })
    },
  }),
  defineCase({
    name: 'contacts/admins',
    path: 'POST oapi/topapi/user/listadmin',
    fact: 'a list of userid and sys_level, 1 the main admin and 2 sub-admins',
    section: '§3.2 D:query-the-administrator-list',
    run: async ({ platform, session }) => {
      const answer = await platform.oapi('topapi/user/listadmin', { token: await session.token(), body: {} })
      expect.succeeds(answer, { 'result.0.userid': expect.text, 'result.0.sys_level': expect.oneOf(1, 2) })
    },
  }),
  defineCase({
    name: 'contacts/admin-scope',
    path: 'POST oapi/topapi/user/get_admin_scope',
    fact: 'dept_ids stand at the top level, without result',
    section: '§3.2 D:query-permissions-of-the-administrator-address-book',
    run: async ({ platform, session }) => {
      const [token, { userid }] = [await session.token(), await session.agent()]
      const answer = await platform.oapi('topapi/user/get_admin_scope', { token, body: { userid } })
      expect.succeeds(answer, { dept_ids: expect.list, result: expect.absent })
    },
  }),
  defineCase({
    name: 'contacts/isv-writes-nothing',
    path: 'POST oapi/topapi/v2/user/create',
    fact: 'creating, changing, deleting people and departments, and a look-up by phone, are for internal apps: 60011',
    section: '§0.5, §3.1, §3.2',
    run: async ({ platform, session }) => {
      const token = await session.token()
      // Without any field, so that nothing could come of it where it is allowed.
      for (const path of [
        'user/create',
        'user/update',
        'user/delete',
        'user/getbymobile',
        'department/create',
      ])
        expect.refuses(await platform.oapi(`topapi/v2/${path}`, { token, body: {} }), 60011, 88)
    },
  }),
]
