import type { MadeOrg } from '../acts.ts'
import { defineCase, type ConformanceCase, type Target } from '../case.ts'
import * as expect from '../expect.ts'

const sendPath = 'POST api/v1.0/robot/oToMessages/batchSend'

const robot = async (
  { platform, session }: Pick<Target, 'platform' | 'session'>,
  org: MadeOrg,
  { path, body }: { path: string; body: object },
) => {
  const token = await session.token(org.corpId)
  return platform.api(`v1.0/robot/${path}`, { token, body: { robotCode: session.suiteKey, ...body } })
}

const text = (content: string) => ({ msgKey: 'sampleText', msgParam: JSON.stringify({ content }) })

/** A robot of the app speaks to people (§4.3). */
export const robotCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'robots/send',
    path: sendPath,
    fact: 'a text reaches the people named; processQueryKey, and lists of those who do not get it',
    section: '§4.3 D:chatbots-send-one-on-one-chat-messages-in-batches',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const body = { userIds: [org.adminUserid, 'no-such-user'], ...text('机器人问好') }
      expect.grants(await robot(given, org, { path: 'oToMessages/batchSend', body }), {
        processQueryKey: expect.text,
        invalidStaffIdList: ['no-such-user'],
        flowControlledStaffIdList: [],
      })
      const [newest] = await given.acts.member.readMessages(org)
      expect.holds({ newest }, { newest: expect.like(/机器人问好/) })
    },
  }),
  defineCase({
    name: 'robots/refusals',
    path: sendPath,
    fact: 'more than 20 people, no people, a foreign robotCode and an unknown msgKey are HTTP 400',
    section: '§4.3',
    needs: ['admin'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const usual = { userIds: [org.adminUserid], ...text('不会送达') }
      for (const change of [
        { userIds: Array.from({ length: 21 }, (_, n) => `no-such-user-${n}`) },
        { userIds: [] },
        { robotCode: 'suitenosuchsuite0' },
        { msgKey: 'noSuchMessage' },
        { msgParam: 'no json' },
      ]) {
        const answer = await robot(given, org, {
          path: 'oToMessages/batchSend',
          body: { ...usual, ...change },
        })
        expect.holds(answer, { status: 400, 'body.code': expect.text, 'body.requestid': expect.text })
      }
    },
  }),
  defineCase({
    name: 'robots/read-and-recall',
    path: 'GET api/v1.0/robot/oToMessages/readStatus',
    fact: 'who has read it, and that it was taken back',
    section: '§4.3, S robot 1.0',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const body = { userIds: [org.adminUserid], ...text('看完撤回') }
      const sent = await robot(given, org, { path: 'oToMessages/batchSend', body })
      const processQueryKey = expect.textAt(sent.body, 'processQueryKey')
      const status = async () =>
        expect.grants(
          await given.platform.api('v1.0/robot/oToMessages/readStatus', {
            token: await given.session.token(org.corpId),
            query: { robotCode: given.session.suiteKey, processQueryKey },
          }),
        )
      expect.holds(await status(), {
        'messageReadInfoList.0.userId': org.adminUserid,
        'messageReadInfoList.0.readStatus': 'UNREAD',
      })
      await given.acts.member.readMessages(org)
      expect.holds(await status(), { 'messageReadInfoList.0.readStatus': 'READ' })
      const recalled = await robot(given, org, {
        path: 'otoMessages/batchRecall',
        body: { processQueryKeys: [processQueryKey] },
      })
      expect.grants(recalled, { successResult: [processQueryKey] })
      expect.holds({ newest: (await given.acts.member.readMessages(org))[0] }, { newest: 'recalled' })
    },
  }),
  defineCase({
    name: 'robots/no-ding-by-an-isv',
    path: 'POST api/v1.0/robot/ding/send',
    fact: 'a DING from a server is for apps of the org itself: HTTP 403',
    section: '§4.3, §11',
    needs: ['admin'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const body = { remindType: 1, receiverUserIdList: [org.adminUserid], content: '不会送达' }
      expect.denies(
        await robot(given, org, { path: 'ding/send', body }),
        403,
        'Forbidden.AccessDenied.AccessTokenPermissionDenied',
      )
    },
  }),
]
