import { expect, it } from 'vitest'
import { linkTarget, plainUrl } from './link-target.ts'

const page = 'https://isv.example.com/m/?corpId=$CORPID$&f=1'
const inner = encodeURIComponent(page)

it('Z-08: a plain address stays as it is', () => {
  expect(linkTarget(page)).toEqual({ kind: 'page', url: page })
  expect(linkTarget('not a link')).toEqual({ kind: 'page', url: 'not a link' })
})

it('Z-08: page/link carries the address, with or without pc_slide', () => {
  for (const slide of ['', '&pc_slide=true', '&pc_slide=false'])
    expect(linkTarget(`dingtalk://dingtalkclient/page/link?url=${inner}${slide}`)).toEqual({
      kind: 'page',
      url: page,
    })
})

it('Z-08: action/openapp names org, app and page', () => {
  const link =
    'dingtalk://dingtalkclient/action/openapp?corpid=ding1&container_type=work_platform' +
    `&app_id=0_1000001&redirect_type=jump&redirect_url=${inner}`
  expect(linkTarget(link)).toEqual({ kind: 'app', corpId: 'ding1', agentId: 1_000_001, url: page })
})

it.each(['', '0_', 'x_7', '0_abc', '0_99999999999999999999'])('an app_id like %j names none', (id) => {
  expect(linkTarget(`dingtalk://dingtalkclient/action/openapp?corpid=c&app_id=${id}`)).toEqual({
    kind: 'app',
    corpId: 'c',
    agentId: null,
    url: undefined,
  })
})

it('what nobody knows is left alone', () => {
  const other = 'dingtalk://dingtalkclient/action/im_open?x=1'
  expect(plainUrl(other)).toBe(other)
})
