import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'
import { ask, path, resultOf, sendTo, text } from './sending.ts'

const result = `POST oapi/${path}/getsendresult`

/** What became of a work notification: progress, readers, what limits kept back, recall (§4.1). */
export const messageResultCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'messages/progress',
    path: `POST oapi/${path}/getsendprogress`,
    fact: 'percent and status 0 waiting, 1 sending, 2 done',
    section: '§4.1 D:obtain-the-sending-progress-of-asynchronous-sending-of-enterprise-session',
    needs: ['admin'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const sent = await sendTo(given, org, { userid_list: org.adminUserid, msg: text('进度') })
      const task_id = Number(expect.textAt(sent.body, 'task_id'))
      expect.succeeds(await ask(given, org, { name: 'getsendprogress', body: { task_id } }), {
        'progress.progress_in_percent': expect.number,
        'progress.status': expect.oneOf(0, 1, 2),
      })
      const foreign = await ask(given, org, { name: 'getsendprogress', body: { task_id: 1 } })
      if (expect.at(foreign.body, 'errcode') === 0) expect.fail('a foreign task should be refused', foreign)
    },
  }),
  defineCase({
    name: 'messages/read-and-unread',
    path: result,
    fact: 'who has read it moves from the unread list to the read list',
    section: '§4.1 D:gets-the-result-of-sending-messages-asynchronously-to-the-enterprise',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const sent = await sendTo(given, org, { userid_list: org.adminUserid, msg: text('看过没有') })
      expect.holds(await resultOf(given, org, sent), {
        unread_user_id_list: [org.adminUserid],
        read_user_id_list: [],
      })
      await given.acts.member.readMessages(org)
      expect.holds(await resultOf(given, org, sent), {
        unread_user_id_list: [],
        read_user_id_list: [org.adminUserid],
      })
    },
  }),
  defineCase({
    name: 'messages/same-content-is-kept-back',
    path: result,
    fact: 'the same content to the same person the same day: errcode 0, not delivered, 143106 in forbidden_list',
    section: '§0.8, §4.1',
    needs: ['admin'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const again = () => sendTo(given, org, { userid_list: org.adminUserid, msg: text('同样的话') })
      expect.succeeds(await again())
      const second = await again()
      expect.succeeds(second, { task_id: expect.number })
      expect.holds(await resultOf(given, org, second), {
        'forbidden_list.0.code': expect.oneOf(143106, 143206, '143106', '143206'),
        'forbidden_list.0.userid': org.adminUserid,
        forbidden_user_id_list: [org.adminUserid],
        unread_user_id_list: [],
      })
    },
  }),
  defineCase({
    name: 'messages/same-content-next-day',
    path: result,
    fact: 'the next day the same content is delivered again; results are kept for 24 h',
    section: '§4.1',
    needs: ['admin', 'clock'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const again = () => sendTo(given, org, { userid_list: org.adminUserid, msg: text('每天的话') })
      const first = await again()
      await given.acts.clock.advance(86_400 + 60)
      expect.holds(await resultOf(given, org, await again()), { unread_user_id_list: [org.adminUserid] })
      const task_id = Number(expect.textAt(first.body, 'task_id'))
      const old = await ask(given, org, { name: 'getsendresult', body: { task_id } })
      if (expect.at(old.body, 'errcode') === 0) expect.fail('a result of yesterday should be gone', old)
    },
  }),
  defineCase({
    name: 'messages/recall',
    path: `POST oapi/${path}/recall`,
    fact: 'a recalled message is gone from the chat',
    section: '§4.1 D:notification-of-work-withdrawal',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const sent = await sendTo(given, org, { userid_list: org.adminUserid, msg: text('要撤回的话') })
      const msg_task_id = Number(expect.textAt(sent.body, 'task_id'))
      expect.succeeds(await ask(given, org, { name: 'recall', body: { msg_task_id } }))
      const messages = await given.acts.member.readMessages(org)
      expect.holds({ isGone: !messages.some((message) => message.includes('要撤回的话')) }, { isGone: true })
    },
  }),
]
