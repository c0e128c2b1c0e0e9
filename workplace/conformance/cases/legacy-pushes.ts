import { defineCase, type ConformanceCase, type Target } from '../case.ts'
import type { LegacyApp } from '../acts.ts'
import * as expect from '../expect.ts'
import { openSession } from '../session.ts'
import { waitFor } from '../waiting.ts'

const pushed = 'PUSH legacy HTTP'

const seen = ({ pushes }: LegacyApp, type: string, corpId?: string) =>
  waitFor(
    () =>
      pushes.received.find(
        ({ message }) =>
          message['EventType'] === type && (corpId === undefined || message['AuthCorpId'] === corpId),
      )?.message,
  )

const sessionOf = ({ platform }: Pick<Target, 'platform'>, app: LegacyApp, corpId: string) =>
  openSession(platform, { ...app, corpId, suiteTicket: () => app.pushes.ticket() })

/** Flat messages, and the temporary and permanent codes that belong to them (§1.3, §1.5, §2.4). */
export const legacyPushCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'legacy/url-is-checked-first',
    path: pushed,
    fact: 'the first push of all is check_create_suite_url, for the key all apps have before they are made',
    section: '§1.3',
    needs: ['legacyPushes'],
    run: async ({ acts: { legacyPushes: app } }) => {
      await app.pushes.ticket()
      expect.holds(app.pushes.received[0]?.message, {
        EventType: 'check_create_suite_url',
        Random: expect.text,
        TestSuiteKey: 'suite4xxxxxxxxxxxxxxx',
      })
    },
  }),
  defineCase({
    name: 'legacy/ticket',
    path: pushed,
    fact: 'suite_ticket tells SuiteKey, TimeStamp and SuiteTicket',
    section: '§1.3',
    needs: ['legacyPushes'],
    run: async ({ acts: { legacyPushes: app } }) => {
      expect.holds(await seen(app, 'suite_ticket'), {
        SuiteKey: app.suiteKey,
        TimeStamp: expect.like(/^\d{13}$/),
        SuiteTicket: expect.text,
      })
      for (const { fault } of app.pushes.received) expect.holds({ fault }, { fault: null })
    },
  }),
  defineCase({
    name: 'legacy/from-consent-to-token',
    path: 'POST oapi/service/get_permanent_code',
    fact: 'the temporary code is exchanged once (40078 after), the app activated, the oldest corp token got with the permanent code',
    section: '§1.5 D:obtain-a-permanent-authorization-code, D:activate-suite',
    needs: ['legacyPushes'],
    run: async (given) => {
      const { platform, acts } = given
      const app = acts.legacyPushes
      const org = await app.admin.makeOrg()
      const code = await seen(app, 'tmp_auth_code', org.corpId)
      const made = await platform.oapi('service/get_suite_token', {
        body: await sessionOf(given, app, org.corpId).suiteBody(),
      })
      const query = { suite_access_token: expect.textAt(made.body, 'suite_access_token') }
      const exchange = () =>
        platform.oapi('service/get_permanent_code', { query, body: { tmp_auth_code: code['AuthCode'] } })
      const { permanent_code } = expect.succeeds(await exchange(), {
        permanent_code: expect.text,
        'auth_corp_info.corpid': org.corpId,
        'auth_corp_info.corp_name': expect.text,
      })
      expect.refuses(await exchange(), 40078)
      const body = { suite_key: app.suiteKey, auth_corpid: org.corpId, permanent_code }
      expect.succeeds(await platform.oapi('service/activate_suite', { query, body }))
      const token = (change: object) =>
        platform.oapi('service/get_corp_token', { query, body: { ...body, ...change } })
      expect.succeeds(await token({}), { access_token: expect.text, expires_in: 7200 })
      expect.refuses(await token({ permanent_code: 'no-such-code' }), 40084)
    },
  }),
  defineCase({
    name: 'legacy/changes',
    path: pushed,
    fact: 'change_auth, org_micro_app_stop, org_micro_app_restore and suite_relieve name the organisation, and the agent',
    section: '§1.3',
    needs: ['legacyPushes'],
    run: async ({ acts: { legacyPushes: app } }) => {
      const org = await app.admin.makeOrg()
      const common = { AuthCorpId: org.corpId, SuiteKey: app.suiteKey, TimeStamp: expect.text }
      await org.changeScope('admins')
      expect.holds(await seen(app, 'change_auth', org.corpId), common)
      const micro = { ...common, AgentId: org.agentId, AppId: org.appId }
      await org.stop()
      expect.holds(await seen(app, 'org_micro_app_stop', org.corpId), micro)
      await org.restore()
      expect.holds(await seen(app, 'org_micro_app_restore', org.corpId), micro)
      await org.remove()
      expect.holds(await seen(app, 'suite_relieve', org.corpId), common)
    },
  }),
  defineCase({
    name: 'legacy/failed-pushes-can-be-fetched',
    path: 'GET oapi/call_back/get_call_back_failed_result',
    fact: 'what failed twice is listed by its tag and time; the next call clears what this one gave',
    section: '§2.4 D:list-of-events-where-historical-push-notifications-failed',
    needs: ['legacyPushes'],
    run: async (given) => {
      const app = given.acts.legacyPushes
      const org = await app.admin.makeOrg()
      const token = await sessionOf(given, app, org.corpId).token()
      const failed = async () => {
        const body = expect.succeeds(
          await given.platform.oapi('call_back/get_call_back_failed_result', { token }),
          {
            has_more: expect.boolean,
            failed_list: expect.list,
          },
        )
        return expect
          .listAt(body, 'failed_list')
          .find((one) => expect.at(one, 'call_back_tag') === 'user_add_org')
      }
      app.pushes.isUp = false
      try {
        const userid = await org.addMember('没收到的', org.inside.deptId)
        expect.holds(await waitFor(failed), {
          event_time: expect.number,
          'user_add_org.corpid': org.corpId,
          'user_add_org.userid': [userid],
        })
        expect.holds({ again: await failed() }, { again: expect.absent })
      } finally {
        app.pushes.isUp = true
      }
    },
  }),
]
