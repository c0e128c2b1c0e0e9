import type { Page } from '@playwright/test'
import sharp from 'sharp'
import type { MessageContent } from '@kangbao/workplace/contracts/messages.ts'
import { barriersOn } from '../support/accessibility.ts'
import { expect, test } from '../support/journey.ts'
import { tripsOn } from '../support/layout-check.ts'
import { look } from '../support/look.ts'
import { newGroup, newTeam } from '../support/teams.ts'

const photo = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#3f7fbf' } })
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '34/1 44/1 0/1' } })
    .jpeg()
    .toBuffer()
const sheet = {
  name: '复工人员名单.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('姓名,部门\n李一,一车间\n'),
}

/** Puts files into the page as a drag from the desktop, or a paste, does. */
const give = (page: Page, how: 'drop' | 'paste', name: string, text: string) =>
  page.evaluate(
    ([kind, fileName, content]) => {
      const data = new DataTransfer()
      data.items.add(new File([content], fileName, { type: 'text/plain' }))
      const target = document.querySelector('[role="log"]')
      if (kind === 'paste') {
        target?.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
        )
        return
      }
      for (const type of ['dragenter', 'dragover', 'drop'])
        target?.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    },
    [how, name, text] as const,
  )

test('Z-08: a picture and a file go from phone to PC, are seen, opened and downloaded', async ({
  screens,
  newPerson,
  urls,
}) => {
  const team = await newTeam(newPerson, '图文传媒', ['李一鸣', '马晓兰'])
  const [li, ma] = team.people
  if (!li || !ma) throw new Error('no people')
  const { id } = await newGroup(team, '验收群')
  const phone = await screens.open('phone', li.person)
  const pc = await screens.open('pc', ma.person)
  await pc.goto('/messages')
  await phone.goto(`/messages/${team.orgId}/${id}`)
  await expect(phone.getByRole('button', { name: '发送图片' })).toBeVisible()
  await phone
    .locator('input[type="file"][accept="image/*"]')
    .setInputFiles({ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: await photo(3000, 2000) })
  const picture = phone.getByRole('button', { name: '查看图片' })
  await expect(picture).toBeVisible()
  await phone.locator('input[type="file"]:not([accept])').setInputFiles(sheet)
  await expect(phone.getByRole('link', { name: '下载 复工人员名单.csv' })).toBeVisible()
  await expect(phone.getByText('发送中…')).toHaveCount(0)

  const row = pc.getByRole('link', { name: /验收群/ })
  await expect(row).toContainText('李一鸣：[文件] 复工人员名单.csv')
  await row.click()
  const download = pc.waitForEvent('download')
  await pc.getByRole('link', { name: '下载 复工人员名单.csv' }).click()
  expect((await download).suggestedFilename()).toBe('复工人员名单.csv')
  await look(pc, 'chat-files-pc')

  // Small in the chat, whole in the viewer; the place it was taken at has stayed on the phone.
  const shown = picture.getByRole('img')
  await expect(shown).toHaveJSProperty('naturalWidth', 480)
  await look(phone, 'chat-files')
  await picture.click()
  const whole = phone.locator('.van-image-preview img').first()
  await expect(whole).toHaveJSProperty('naturalWidth', 2560)
  const src = (await whole.getAttribute('src')) ?? ''
  const reply = await phone.request.get(new URL(src, urls.workplace).toString())
  const facts = await sharp(Buffer.from(await reply.body())).metadata()
  expect([facts.width, facts.exif]).toEqual([2560, undefined])
  await look(phone, 'picture-viewer')
  await phone.keyboard.press('Escape')
  await expect(whole).toBeHidden()
  await expect(picture).toBeFocused()
})

test('Z-08: on a PC files are dropped and pasted, and shown before they go', async ({
  screens,
  newPerson,
}) => {
  const team = await newTeam(newPerson, '拖放设计', ['李一鸣', '马晓兰'])
  const [li] = team.people
  if (!li) throw new Error('no people')
  const { id } = await newGroup(team, '图纸群')
  const pc = await screens.open('pc', li.person)
  await pc.goto(`/messages/${team.orgId}/${id}`)
  await expect(pc.getByRole('textbox', { name: '发消息' })).toBeVisible()
  await give(pc, 'drop', '总平面图.txt', '图')
  const dialog = pc.getByRole('dialog', { name: '发送给 图纸群' })
  await expect(dialog).toContainText('总平面图.txt')
  expect(await barriersOn(pc)).toEqual([])
  await look(pc, 'send-files')
  await dialog.getByRole('button', { name: '取消' }).click()
  await expect(pc.getByRole('link', { name: /总平面图/ })).toHaveCount(0)
  await give(pc, 'paste', '说明.txt', '文字')
  await dialog.getByRole('button', { name: '发送' }).click()
  await expect(pc.getByRole('link', { name: '下载 说明.txt' })).toBeVisible()
})

test('Z-08: what could not be sent says why, is sent again once, or is given up', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/ERR_|Failed to load/)
  const team = await newTeam(newPerson, '断网通信', ['李一鸣', '马晓兰'])
  const [li] = team.people
  if (!li) throw new Error('no people')
  const { id } = await newGroup(team, '抢修群')
  const phone = await screens.open('phone', li.person)
  await phone.goto(`/messages/${team.orgId}/${id}`)
  const box = phone.getByRole('textbox', { name: '发消息' })
  await box.fill('电话打不通，马上过去')
  const messages = `**/conversations/${id}/messages`
  // The message arrives, its answer does not: the sender does not know.
  let posts = 0
  await phone.route(messages, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    posts += 1
    if (posts === 1) await route.fetch()
    return posts === 1 ? route.abort() : route.fallback()
  })
  await phone.getByRole('button', { name: '发送', exact: true }).dblclick()
  await expect(phone.getByRole('alert')).toContainText('未发送')
  await expect(box).toHaveValue('')
  await look(phone, 'message-failed')
  expect([...(await barriersOn(phone)), ...(await tripsOn(phone))]).toEqual([])
  await phone.getByRole('alert').getByRole('button', { name: '重试' }).click()
  await expect(phone.getByRole('alert')).toHaveCount(0)
  await phone.reload()
  await expect(phone.getByRole('log').getByText('电话打不通，马上过去')).toHaveCount(1)

  await phone.route('**/media', (route) => route.abort())
  await phone.locator('input[type="file"]:not([accept])').setInputFiles(sheet)
  await expect(phone.getByRole('alert')).toContainText('未发送')
  await phone.getByRole('alert').getByRole('button', { name: '删除' }).click()
  await expect(phone.getByText('复工人员名单.csv')).toHaveCount(0)
})

const kinds: readonly MessageContent[] = [
  { msgtype: 'text', text: { content: '请打开 https://www.gov.cn/ 查看，再回复“已读”。' } },
  {
    msgtype: 'file',
    file: { media_id: '@x', file_name: '郑州市企业复工防疫指南（第二版）.pdf', size: 1_234_567 },
  },
  { msgtype: 'file', file: { media_id: '@y' } },
  { msgtype: 'voice', voice: { media_id: '@z', duration: '12' } },
  {
    msgtype: 'link',
    link: { messageUrl: 'https://a.test/', title: '复工须知', text: '请在每天九点前完成填报', picUrl: '' },
  },
  {
    msgtype: 'markdown',
    markdown: {
      title: '日报',
      text: '# 今日填报\n1. **应填** 120 人\n2. *已填* 118 人\n> 请提醒 [未填的人](https://a.test/x)',
    },
  },
  {
    msgtype: 'action_card',
    action_card: {
      title: '复工审核',
      markdown: '### 第三季度复工申请\n等待你的审核',
      btn_orientation: '1',
      btn_json_list: [
        { title: '同意', action_url: 'https://a.test/yes' },
        { title: '查看', action_url: 'https://a.test/see' },
      ],
    },
  },
  {
    msgtype: 'oa',
    oa: {
      message_url: 'https://a.test/oa',
      head: { bgcolor: 'FF1668DC', text: '健康打卡' },
      status_bar: { status_value: '未填写', status_bg: '0xFFF65E5E' },
      body: {
        title: '今日健康打卡',
        form: [
          { key: '截止：', value: '09:00' },
          { key: '范围：', value: '全体员工' },
        ],
        rich: { num: '118', unit: '人' },
        content: '请如实填写体温与行程',
        file_count: '2',
        author: '智能填表',
      },
    },
  },
]

for (const [device, kind] of [
  ['phone', 'group'],
  ['pc', 'work'],
] as const)
  test(`Z-08: every kind of message is drawn, without barriers, in ${kind} on ${device}`, async ({
    screens,
    newPerson,
  }) => {
    const team = await newTeam(newPerson, '消息样式', ['李一鸣', '马晓兰'])
    const [li] = team.people
    if (!li) throw new Error('no people')
    const { id } = await newGroup(team, '样式群')
    const page = await screens.open(
      device,
      li.person,
      device === 'phone'
        ? { viewport: { width: 320, height: 1900 } }
        : { viewport: { width: 1280, height: 1700 } },
    )
    // What apps send, as it would come.
    await page.route(`**/conversations/${id}/messages?*`, (route) =>
      route.fulfill({
        json: {
          next: null,
          items: kinds
            .map((content, at) => ({
              id: `0190a000-0000-7000-8000-00000000000${String(at)}`,
              conversationId: id,
              senderUserid: kind === 'group' ? 'u1' : null,
              senderName: kind === 'group' ? '马晓兰' : '智能填表',
              isMine: kind === 'group' && at % 3 === 0,
              content,
              isRecalled: false,
              sentAt: '2026-03-02T01:00:00.000Z',
            }))
            .reverse(),
        },
      }),
    )
    await page.route(`**/conversations/${id}/read`, (route) => route.fulfill({ json: { unread: 0 } }))
    await page.goto(`/messages/${team.orgId}/${id}`)
    await expect(page.getByRole('link', { name: 'https://www.gov.cn/' })).toBeVisible()
    await expect(page.getByText('118人')).toBeVisible()
    await expect(page.getByText('1.2 MB')).toBeVisible()
    await expect(page.getByText('2 个附件')).toBeVisible()
    await look(page, `kinds-${device}`)
    expect([...(await barriersOn(page)), ...(await tripsOn(page))]).toEqual([])
  })
