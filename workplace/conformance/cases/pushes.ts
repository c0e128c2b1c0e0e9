import type { MadeOrg } from '../acts.ts'
import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'
import type { Item, Receiver } from '../receiver.ts'
import { waitFor } from '../waiting.ts'

const pushed = 'PUSH SyncHTTP'
const hours = 3600

/** The change of this organisation, as soon as it has come. */
const itemOf = (pushes: Receiver, { corpId }: MadeOrg, action: string): Promise<Item> =>
  waitFor(() => pushes.items().find((one) => one['corp_id'] === corpId && one.data['syncAction'] === action))

/** Encrypted pushes in envelopes of latest states (§1.2, §1.4, §2). */
export const pushCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'pushes/envelope',
    path: pushed,
    fact: 'signature, timestamp and nonce in the query, JSON with encrypt alone; signed, sealed for the suiteKey, padded to 32',
    section: '§2.1, §2.2',
    needs: ['pushes'],
    run: async ({ acts }) => {
      await acts.pushes.ticket()
      for (const { query, type, body, fault } of acts.pushes.received) {
        expect.holds(
          { fault, type, fields: Object.keys(body) },
          { fault: null, type: expect.like(/^application\/json/), fields: ['encrypt'] },
        )
        expect.holds(
          { nonce: query.get('nonce'), timestamp: query.get('timestamp') },
          { nonce: expect.text, timestamp: expect.like(/^\d{13}$/) },
        )
      }
    },
  }),
  defineCase({
    name: 'pushes/url-is-checked-first',
    path: pushed,
    fact: 'before anything else the URL is asked for its success',
    section: '§1.3 check_url',
    needs: ['pushes'],
    run: async ({ acts }) => {
      await acts.pushes.ticket()
      expect.holds(acts.pushes.received[0]?.message, {
        EventType: expect.oneOf('check_url', 'check_create_suite_url', 'check_update_suite_url'),
      })
    },
  }),
  defineCase({
    name: 'pushes/ticket',
    path: pushed,
    fact: 'biz_type 2 at level HIGH, biz_id and subscribe_id of the suite, biz_data a JSON text',
    section: '§1.4 D:event-suite-ticket',
    needs: ['pushes'],
    run: async ({ acts }) => {
      await acts.pushes.ticket()
      const push = acts.pushes.received.find(({ message }) => expect.at(message, 'bizData.0.biz_type') === 2)
      const suiteId = expect.textAt(push?.message, 'bizData.0.biz_id')
      expect.holds(push?.message, {
        EventType: 'SYNC_HTTP_PUSH_HIGH',
        'bizData.0.id': expect.number,
        'bizData.0.subscribe_id': `${suiteId}_0`,
        'bizData.0.corp_id': expect.text,
        'bizData.0.biz_data': expect.text,
        'bizData.0.gmt_create': expect.number,
        'bizData.0.gmt_modified': expect.number,
        'bizData.0.open_cursor': expect.number,
        'bizData.0.status': expect.number,
      })
      const item = acts.pushes.items().find((one) => one['biz_type'] === 2)
      expect.holds(item?.data, { syncAction: 'suite_ticket', suiteTicket: expect.text, eventId: expect.text })
    },
  }),
  defineCase({
    name: 'pushes/ticket-is-renewed',
    path: pushed,
    fact: 'about every five hours a new ticket comes and ends the old one',
    section: '§0.4, §1.3',
    needs: ['pushes', 'clock'],
    run: async ({ platform, session, acts }) => {
      const old = await acts.pushes.ticket()
      await acts.clock.advance(5 * hours)
      const next = await waitFor(() =>
        acts.pushes
          .items()
          .map((one) => one.data['suiteTicket'])
          .findLast((one) => typeof one === 'string' && one !== old),
      )
      expect.holds({ next: await session.suiteTicket() }, { next })
      const body = { ...(await session.suiteBody()), suite_ticket: old }
      expect.refuses(await platform.oapi('service/get_suite_token', { body }), 40085)
    },
  }),
  defineCase({
    name: 'pushes/authorisation',
    path: pushed,
    fact: 'org_suite_auth tells organisation, scope, agent and who authorised',
    section: '§1.4',
    needs: ['pushes', 'admin'],
    run: async ({ acts }) => {
      const org = await acts.admin.makeOrg('inside')
      const { data, ...item } = await waitFor(() =>
        acts.pushes.items().find((one) => one['corp_id'] === org.corpId && one['biz_type'] === 4),
      )
      expect.holds(item, { biz_id: expect.text })
      expect.holds(data, {
        syncAction: expect.oneOf('org_suite_auth', 'org_suite_change'),
        'auth_corp_info.corpid': org.corpId,
        'auth_corp_info.corp_name': expect.text,
        'auth_corp_info.is_authenticated': expect.boolean,
        'auth_corp_info.auth_level': expect.oneOf(0, 1, 2, 3),
        'auth_user_info.userId': org.adminUserid,
        'auth_scope.auth_org_scopes.authed_dept': [org.inside.deptId],
        'auth_info.agent.0.agentid': org.agentId,
        'auth_info.agent.0.appid': org.appId,
        'auth_info.agent.0.admin_list': [org.adminUserid],
      })
    },
  }),
  defineCase({
    name: 'pushes/scope-change',
    path: pushed,
    fact: 'a change of scope is pushed twice over: org_suite_change and org_micro_app_scope_update with the scopes as JSON texts',
    section: '§1.4, §1.6',
    needs: ['pushes', 'admin'],
    run: async ({ acts }) => {
      const org = await acts.admin.makeOrg('all')
      const seen = (action: string) => itemOf(acts.pushes, org, action)
      await seen('org_suite_auth')
      await org.changeScope('inside')
      expect.holds(await seen('org_suite_change'), {
        'data.auth_scope.auth_org_scopes.authed_dept': [org.inside.deptId],
      })
      expect.holds(await seen('org_micro_app_scope_update'), {
        biz_type: 7,
        biz_id: String(org.appId),
        'data.agentId': org.agentId,
        'data.deptVisibleScopes': JSON.stringify([org.inside.deptId]),
        'data.userVisibleScopes': '[]',
      })
    },
  }),
  defineCase({
    name: 'pushes/stop-restore-remove',
    path: pushed,
    fact: 'stopping, enabling and removing the app: biz_type 7 with agentId; then org_suite_relieve with nothing else',
    section: '§1.4 D:event-org-suite-relieve',
    needs: ['pushes', 'admin'],
    run: async ({ acts }) => {
      const org = await acts.admin.makeOrg('all')
      const seen = (action: string) => itemOf(acts.pushes, org, action)
      const micro = { biz_type: 7, biz_id: String(org.appId), 'data.agentId': org.agentId }
      await org.stop()
      expect.holds(await seen('org_micro_app_stop'), micro)
      await org.restore()
      expect.holds(await seen('org_micro_app_restore'), micro)
      await org.remove()
      expect.holds(await seen('org_micro_app_remove'), micro)
      const { data } = await seen('org_suite_relieve')
      expect.holds({ fields: Object.keys(data).toSorted() }, { fields: ['eventId', 'syncAction'] })
    },
  }),
  defineCase({
    name: 'pushes/latest-state-only',
    path: pushed,
    fact: 'what changes again before it is delivered comes once, as it is then',
    section: '§1.4 rules',
    needs: ['pushes', 'admin'],
    run: async ({ acts }) => {
      const org = await acts.admin.makeOrg('all')
      const changes = () =>
        acts.pushes.items().filter((one) => one['corp_id'] === org.corpId && one['biz_type'] === 4)
      await waitFor(() => changes()[0])
      const before = acts.pushes.refused
      acts.pushes.isUp = false
      try {
        await org.changeScope('admins')
        // What is on its way already still says what was.
        await waitFor(() => acts.pushes.refused > before || undefined)
        await org.changeScope('inside')
      } finally {
        acts.pushes.isUp = true
      }
      await waitFor(() => changes()[1])
      expect.holds(changes(), {
        '1.data.auth_scope.auth_org_scopes.authed_dept': [org.inside.deptId],
        2: expect.absent,
      })
    },
  }),
  defineCase({
    name: 'pushes/repeated-until-answered',
    path: pushed,
    fact: 'an answer that is not the sealed success counts for nothing: the push comes again',
    section: '§2.4',
    needs: ['pushes', 'admin'],
    run: async ({ acts }) => {
      const org = await acts.admin.makeOrg('all')
      const mine = () =>
        acts.pushes.items().filter((one) => one['corp_id'] === org.corpId && one.data['name'] === '再来一次')
      acts.pushes.answer = ({ message }) =>
        JSON.stringify(message).includes('再来一次') ? 'later' : 'success'
      try {
        await org.addMember('再来一次', org.inside.deptId)
        await waitFor(() => mine()[0])
      } finally {
        acts.pushes.answer = () => 'success'
      }
      const again = await waitFor(() => mine()[1])
      expect.holds(again, { id: mine()[0]?.['id'], 'data.eventId': mine()[0]?.data['eventId'] })
    },
  }),
]
