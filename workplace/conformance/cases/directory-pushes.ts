import type { MadeOrg } from '../acts.ts'
import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'
import type { Receiver } from '../receiver.ts'
import { waitFor } from '../waiting.ts'

const pushed = 'PUSH SyncHTTP'

const seen = (
  pushes: Receiver,
  org: MadeOrg,
  wanted: { biz_type: number; biz_id: string; syncAction: string },
) =>
  waitFor(() =>
    pushes
      .items()
      .find(
        (one) =>
          one['corp_id'] === org.corpId &&
          one['biz_type'] === wanted.biz_type &&
          one['biz_id'] === wanted.biz_id &&
          one.data['syncAction'] === wanted.syncAction,
      ),
  )

/** Changes of people, departments and the organisation itself as an ISV hears of them (§1.4, biz_type 13, 14 and 16). */
export const directoryPushCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'pushes/member-joins',
    path: pushed,
    fact: 'user_add_org, level MEDIUM, with the member as he is; isLeaderInDepts and orderInDepts are no JSON; no phone, no e-mail',
    section: '§1.4, §3.4',
    needs: ['pushes', 'admin'],
    run: async ({ acts: { pushes, admin } }) => {
      const org = await admin.makeOrg()
      const dept = org.inside.deptId
      const userid = await org.addMember('新来的', dept)
      const item = await seen(pushes, org, { biz_type: 13, biz_id: userid, syncAction: 'user_add_org' })
      expect.holds(item.data, {
        userid,
        unionid: expect.text,
        name: '新来的',
        position: expect.someText,
        jobnumber: expect.someText,
        department: [dept],
        isLeaderInDepts: `{${dept}:false}`,
        orderInDepts: expect.like(new RegExp(`^\\{${dept}:\\d+\\}$`)),
        isAdmin: false,
        isBoss: false,
        active: false,
        roles: expect.list,
        errcode: 0,
        mobile: expect.absent,
        email: expect.absent,
        remark: expect.absent,
      })
      const envelope = pushes.received.find(({ message }) => JSON.stringify(message).includes(userid))
      expect.holds(envelope?.message, { EventType: 'SYNC_HTTP_PUSH_MEDIUM' })
    },
  }),
  defineCase({
    name: 'pushes/member-leaves',
    path: pushed,
    fact: 'user_leave_org tells userId and unionid',
    section: '§1.4',
    needs: ['pushes', 'admin'],
    run: async ({ acts: { pushes, admin } }) => {
      const org = await admin.makeOrg()
      const [userid = ''] = org.below.userids
      await org.removeMember(userid)
      const item = await seen(pushes, org, { biz_type: 13, biz_id: userid, syncAction: 'user_leave_org' })
      expect.holds(item.data, { userId: userid, unionid: expect.text })
    },
  }),
  defineCase({
    name: 'pushes/department',
    path: pushed,
    fact: 'org_dept_create tells id, name, parentid and the switches',
    section: '§1.4',
    needs: ['pushes', 'admin'],
    run: async ({ acts: { pushes, admin } }) => {
      const org = await admin.makeOrg()
      const deptId = await org.addDepartment('新部门', org.inside.deptId)
      const item = await seen(pushes, org, {
        biz_type: 14,
        biz_id: String(deptId),
        syncAction: 'org_dept_create',
      })
      expect.holds(item.data, {
        id: deptId,
        name: '新部门',
        parentid: org.inside.deptId,
        order: expect.number,
        createDeptGroup: expect.boolean,
        autoAddUser: expect.boolean,
        outerDept: expect.boolean,
      })
    },
  }),
  defineCase({
    name: 'pushes/nothing-from-outside-the-scope',
    path: pushed,
    fact: 'people and departments outside the scope are not pushed',
    section: '§0.6, §1.4',
    needs: ['pushes', 'admin'],
    run: async ({ acts: { pushes, admin } }) => {
      const org = await admin.makeOrg('inside')
      const outside = await org.addMember('外面的', org.outside.deptId)
      // Whoever comes after him is told, so he would have been.
      const inside = await org.addMember('里面的', org.inside.deptId)
      await seen(pushes, org, { biz_type: 13, biz_id: inside, syncAction: 'user_add_org' })
      const leaked = pushes.items().find((one) => one['corp_id'] === org.corpId && one['biz_id'] === outside)
      expect.holds({ leaked }, { leaked: expect.absent })
    },
  }),
  defineCase({
    name: 'pushes/organisation-ends',
    path: pushed,
    fact: 'an organisation that ends: biz_type 16 org_remove of its corpId, org_suite_relieve, and its token opens nothing',
    section: '§1.4, §2 org_remove',
    needs: ['pushes', 'admin'],
    run: async ({ acts: { pushes, admin }, platform, session }) => {
      const org = await admin.makeOrg('all')
      const token = await session.token(org.corpId)
      await org.dissolve()
      await seen(pushes, org, { biz_type: 16, biz_id: org.corpId, syncAction: 'org_remove' })
      await seen(pushes, org, { biz_type: 7, biz_id: String(org.appId), syncAction: 'org_micro_app_remove' })
      await waitFor(() =>
        pushes
          .items()
          .find((one) => one['corp_id'] === org.corpId && one.data['syncAction'] === 'org_suite_relieve'),
      )
      expect.refusesBySubCode(await platform.oapi('topapi/user/listadmin', { token, body: {} }), '40014')
      const query = await session.signedQuery()
      const body = { auth_corpid: org.corpId }
      expect.refuses(await platform.oapi('service/get_corp_token', { query, body }), 40079, 41030)
    },
  }),
  defineCase({
    name: 'pushes/stream-is-for-the-app-alone',
    path: 'POST api/v1.0/gateway/connections/open',
    fact: 'no address and no ticket of a web socket without the app’s secret: a 4xx with a code',
    section: '§1.2',
    run: async ({ platform, session }) => {
      const body = { clientId: session.suiteKey, clientSecret: 'not-the-secret', subscriptions: [] }
      const answer = await platform.api('v1.0/gateway/connections/open', { body })
      if (answer.status < 400 || answer.status > 499) expect.fail('should be a 4xx', answer)
      expect.holds(answer.body, { code: expect.text, message: expect.text, ticket: expect.absent })
    },
  }),
]
