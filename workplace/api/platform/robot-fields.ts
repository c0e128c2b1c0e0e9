import type { MessageContent } from '../../contracts/messages.ts'
import { refusals } from './errors.ts'
import { readObject, requireText } from './fields.ts'
import { textOf, type Fields } from './gateway.ts'

type Reader = (param: Fields) => MessageContent

const buttons = (param: Fields, count: number) =>
  Array.from({ length: count }, (_one, n) => ({
    title: requireText(param, `actionTitle${n + 1}`),
    action_url: requireText(param, `actionURL${n + 1}`),
  }))

const card =
  (count: number, isWide: boolean): Reader =>
  (param) => ({
    msgtype: 'action_card',
    action_card: {
      title: requireText(param, 'title'),
      markdown: requireText(param, 'text'),
      btn_orientation: isWide ? '1' : '0',
      btn_json_list: buttons(param, count),
    },
  })

/** Messages of robots have names and fields of their own; here they become what work notifications are. */
const readers: Readonly<Record<string, Reader>> = {
  sampleText: (param) => ({ msgtype: 'text', text: { content: requireText(param, 'content') } }),
  sampleMarkdown: (param) => ({
    msgtype: 'markdown',
    markdown: { title: requireText(param, 'title'), text: requireText(param, 'text') },
  }),
  sampleLink: (param) => ({
    msgtype: 'link',
    link: {
      title: requireText(param, 'title'),
      text: textOf(param['text']),
      picUrl: textOf(param['picUrl']),
      messageUrl: requireText(param, 'messageUrl'),
    },
  }),
  sampleActionCard: (param) => ({
    msgtype: 'action_card',
    action_card: {
      title: requireText(param, 'title'),
      markdown: requireText(param, 'text'),
      single_title: requireText(param, 'singleTitle'),
      single_url: requireText(param, 'singleURL'),
    },
  }),
  sampleActionCard2: card(2, false),
  sampleActionCard3: card(3, false),
  sampleActionCard4: card(4, false),
  sampleActionCard5: card(5, false),
  sampleActionCard6: card(2, true),
}

export function readRobotMessage(body: Fields): MessageContent {
  const key = requireText(body, 'msgKey')
  const reader = Object.hasOwn(readers, key) ? readers[key] : undefined
  if (!reader) throw refusals.badValue('msgKey', '不支持的消息模板')
  const param = readObject(requireText(body, 'msgParam'))
  if (!param) throw refusals.badValue('msgParam', '不是JSON')
  return reader(param)
}
