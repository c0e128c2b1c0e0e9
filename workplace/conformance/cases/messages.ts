import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'
import { path, resultOf, sendTo, text } from './sending.ts'

const send = `POST oapi/${path}/asyncsend_v2`
const url = 'https://isv.example.com/m/forms/'
const bodies: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  link: { messageUrl: url, picUrl: `${url}icon.png`, title: '链接', text: '请填写' },
  markdown: { title: '标题', text: '# 今天\n请填写' },
  oa: {
    message_url: url,
    head: { bgcolor: 'FFBBBBBB', text: '智能填表' },
    body: { title: '每日健康打卡', form: [{ key: '截止', value: '17:00' }], content: '请填写' },
  },
  action_card: { title: '卡片', markdown: '请填写', single_title: '去填写', single_url: url },
}

/** Work notifications: receivers, bodies, what became of them (§4.1, §4.2). */
export const messageCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'messages/send',
    path: send,
    fact: 'a message to people is taken with a task_id at the top level and reaches them',
    section: '§4.1 D:asynchronous-sending-of-enterprise-session-messages',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const sent = await sendTo(given, org, { userid_list: org.adminUserid, msg: text('请填写今天的表') })
      expect.succeeds(sent, { task_id: expect.number, result: expect.absent })
      const [newest] = await given.acts.member.readMessages(org)
      expect.holds({ newest }, { newest: expect.like(/请填写今天的表/) })
    },
  }),
  defineCase({
    name: 'messages/receivers',
    path: send,
    fact: 'departments are opened with everything below; unknown people and departments are told in the result, not refused',
    section: '§4.1',
    needs: ['admin'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const body = {
        userid_list: 'no-such-user',
        dept_id_list: `${org.inside.deptId},987654321`,
        msg: text('部门消息'),
      }
      const found = await resultOf(given, org, await sendTo(given, org, body))
      expect.holds(found, { invalid_user_id_list: ['no-such-user'], failed_user_id_list: expect.list })
      const invalid = expect.listAt(found, 'invalid_dept_id_list').map(Number)
      const unread = expect.listAt(found, 'unread_user_id_list').map(String).toSorted()
      const reached = [...org.inside.userids, ...org.below.userids].toSorted()
      expect.holds({ invalid, unread }, { invalid: [987_654_321], unread: reached })
    },
  }),
  defineCase({
    name: 'messages/nobody-outside-the-scope',
    path: send,
    fact: 'somebody outside the app’s scope does not get it and is told as invalid',
    section: '§3.5, §4.1',
    needs: ['admin'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg('inside')
      const [outside = ''] = org.outside.userids
      const body = { userid_list: `${outside},${org.inside.userids[0]}`, msg: text('范围内消息') }
      expect.holds(await resultOf(given, org, await sendTo(given, org, body)), {
        invalid_user_id_list: [outside],
        unread_user_id_list: [org.inside.userids[0]],
      })
    },
  }),
  defineCase({
    name: 'messages/refusals',
    path: send,
    fact: '41028 to_all_user, 40056 a foreign agentId, 41029 more than 100 people, 40035 without receiver or message',
    section: '§4.1, §8.2',
    run: async (given) => {
      const org = { corpId: given.session.corpId, ...(await given.session.agent()) }
      const msg = text('不会送达')
      const many = Array.from({ length: 101 }, (_, n) => `no-such-user-${n}`).join(',')
      expect.refuses(await sendTo(given, org, { to_all_user: true, msg }), 41028)
      expect.refuses(await sendTo(given, { ...org, agentId: 1 }, { userid_list: 'no-such-user', msg }), 40056)
      expect.refuses(await sendTo(given, org, { userid_list: many, msg }), 41029, 400002)
      expect.refuses(await sendTo(given, org, { msg }), 40035, 41030, 400002)
      expect.refuses(await sendTo(given, org, { userid_list: 'no-such-user' }), 40035, 400002)
    },
  }),
  defineCase({
    name: 'messages/too-long',
    path: send,
    fact: 'a message of more than 2048 bytes is refused, one of fewer is not',
    section: '§4.1',
    needs: ['admin'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const of = (length: number) =>
        sendTo(given, org, { userid_list: org.adminUserid, msg: text('字'.repeat(length)) })
      expect.succeeds(await of(600))
      const answer = await of(700)
      if (expect.at(answer.body, 'errcode') === 0) expect.fail('should be refused', answer)
    },
  }),
  ...Object.entries(bodies).map(([msgtype, body]) =>
    defineCase({
      name: `messages/body-${msgtype}`,
      path: send,
      fact: `a message of type ${msgtype} is taken`,
      section: '§4.2',
      needs: ['admin'],
      run: async (given) => {
        const org = await given.acts.admin.makeOrg()
        const msg = { msgtype, [msgtype]: body }
        expect.succeeds(await sendTo(given, org, { userid_list: org.adminUserid, msg }), {
          task_id: expect.number,
        })
        // Old clients send the message as JSON text.
        const asText = JSON.stringify({ ...msg, [msgtype]: { ...body, title: '另一条' } })
        expect.succeeds(await sendTo(given, org, { userid_list: org.inside.userids[0], msg: asText }))
      },
    }),
  ),
]
