import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'
import { ask, path, resultOf, sendTo, text } from './sending.ts'

const byTemplate = `POST oapi/${path}/sendbytemplate`
const result = `POST oapi/${path}/getsendresult`

/** Templates, the status bar of cards, and limits an app meets silently or as a refusal (§4.1). */
export const notificationLimitCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'messages/template',
    path: byTemplate,
    fact: 'an approved template is sent with its variables filled in',
    section: '§4.1 D:work-notification-templating-send-notification-interface',
    needs: ['admin', 'member', 'templates'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const body = {
        template_id: given.acts.templates.approved,
        userid_list: org.adminUserid,
        data: JSON.stringify({ name: '王工' }),
      }
      expect.succeeds(await ask(given, org, { name: 'sendbytemplate', body }), { task_id: expect.number })
      const [newest] = await given.acts.member.readMessages(org)
      expect.holds({ newest }, { newest: expect.like(/王工/) })
    },
  }),
  defineCase({
    name: 'messages/template-refusals',
    path: byTemplate,
    fact: 'a template there is not is 885001, one that waits for its review 885006',
    section: '§4.1',
    needs: ['admin', 'templates'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const send = (template_id: string) =>
        ask(given, org, {
          name: 'sendbytemplate',
          body: { template_id, userid_list: org.adminUserid, data: '{}' },
        })
      expect.refuses(await send('no-such-template'), 885001)
      expect.refuses(await send(given.acts.templates.waiting), 885006)
    },
  }),
  defineCase({
    name: 'messages/status-bar',
    path: `POST oapi/${path}/status_bar/update`,
    fact: 'the status of an OA card is changed after it was sent',
    section: '§4.1 D:update-work-notification-status-bar',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const oa = {
        message_url: 'https://isv.example.com/',
        head: { bgcolor: 'FFBBBBBB', text: '表' },
        body: { title: '打卡' },
        status_bar: { status_value: '待填写', status_bg: '0xFFFF6600' },
      }
      const sent = await sendTo(given, org, { userid_list: org.adminUserid, msg: { msgtype: 'oa', oa } })
      const task_id = Number(expect.textAt(sent.body, 'task_id'))
      const body = { task_id, status_value: '已截止', status_bg: '0xFF888888' }
      expect.succeeds(await ask(given, org, { name: 'status_bar/update', body }))
      const [newest] = await given.acts.member.readMessages(org)
      expect.holds({ newest }, { newest: expect.like(/已截止/) })
    },
  }),
  defineCase({
    name: 'messages/daily-cap',
    path: result,
    fact: 'over the messages of a person and day: errcode 0, not delivered, 143105 in forbidden_list',
    section: '§0.8, §4.1',
    needs: ['admin', 'switches'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      await given.acts.switches.limitMessages({ perPersonAndDay: 2 })
      try {
        const send = (content: string) =>
          sendTo(given, org, { userid_list: org.adminUserid, msg: text(content) })
        expect.succeeds(await send('第一条'))
        expect.succeeds(await send('第二条'))
        expect.holds(await resultOf(given, org, await send('第三条')), {
          'forbidden_list.0.code': expect.oneOf(143105, 143205, '143105', '143205'),
          forbidden_user_id_list: [org.adminUserid],
        })
      } finally {
        await given.acts.switches.limitMessages(null)
      }
    },
  }),
  defineCase({
    name: 'messages/minute-cap',
    path: result,
    fact: 'over the receivers of a minute: errcode 0, the rest is not delivered, 143103 in forbidden_list',
    section: '§0.8, §4.1',
    needs: ['admin', 'switches'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      await given.acts.switches.limitMessages({ recipientsPerMinute: 1 })
      try {
        const body = { userid_list: org.inside.userids.join(','), msg: text('一分钟') }
        const found = await resultOf(given, org, await sendTo(given, org, body))
        const codes = [143103, 143104, 143203, 143204]
        expect.holds(found, {
          'forbidden_list.0.code': expect.oneOf(...codes, ...codes.map(String)),
          'forbidden_list.1': expect.absent,
          'unread_user_id_list.0': expect.text,
          'unread_user_id_list.1': expect.absent,
        })
      } finally {
        await given.acts.switches.limitMessages(null)
      }
    },
  }),
  defineCase({
    name: 'messages/monthly-quota',
    path: 'BEHAVIOUR monthly quota',
    fact: 'an org that has used up its calls of the month is refused with 90020',
    section: '§8.1, §8.3',
    needs: ['admin', 'switches'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      await given.acts.switches.limitMessages({ callsPerMonth: 1 })
      try {
        const send = (content: string) =>
          sendTo(given, org, { userid_list: org.adminUserid, msg: text(content) })
        expect.succeeds(await send('这个月第一次'))
        const answer = await send('这个月第二次')
        expect.holds(answer, { status: 200 })
        if (!JSON.stringify(answer.body).includes('90020')) expect.fail('should be 90020', answer)
      } finally {
        await given.acts.switches.limitMessages(null)
      }
    },
  }),
]
