import { expect, it } from 'vitest'
import { i18n } from '@/i18n/index.ts'
import { previewText } from './preview.ts'

const line = (locale: 'zh-CN' | 'en', lastKind: string, lastText = '', lastSender = '') => {
  i18n.global.locale.value = locale
  return previewText({ lastKind, lastText, lastSender }, (key, named) => i18n.global.t(key, named ?? {}))
}

it.each([
  ['text', '收到', '李一', '李一：收到', '李一: 收到'],
  ['text', '收到', '', '收到', '收到'],
  ['image', '', '李一', '李一：[图片]', '李一: [Picture]'],
  ['file', '名单.xlsx', '', '[文件] 名单.xlsx', '[File] 名单.xlsx'],
  ['notice', 'left', '', '有成员退出群聊', 'Somebody left the group'],
  ['recalled', '', '', '[消息已撤回]', '[Recalled]'],
  ['text', '', '', '', ''],
])('Z-08: the last line of a chat: %s “%s” of “%s”', (kind, text, sender, zh, en) => {
  expect([line('zh-CN', kind, text, sender), line('en', kind, text, sender)]).toEqual([zh, en])
})
