import type { FrameLocator, Locator } from '@playwright/test'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { getMyData } from '@kangbao/shared/contracts/own-data.ts'
import { barriersOn } from '../support/accessibility.ts'
import { Company } from '../support/company.ts'
import { choose, takeNote } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

const dayMs = 86_400_000
const cardOf = (app: FrameLocator, n: number): Locator =>
  app.getByRole('group', { name: `行程 ${n}`, exact: true })

async function fillTrack(app: FrameLocator, n: number, at: string, district: string): Promise<void> {
  const card = cardOf(app, n)
  await card.getByLabel(/出发时间/).fill(at)
  await card.getByLabel(/到达地点/).click()
  const sheet = app.getByRole('dialog', { name: '选择省 / 市 / 区县' })
  await sheet.getByRole('searchbox', { name: '搜索区县、街道名称' }).fill(district)
  await sheet.getByRole('button', { name: new RegExp(district) }).click()
  await card.getByLabel('详细地址').fill('示例路 1 号')
  await card
    .getByRole('group', { name: /接触确诊或疑似人员/ })
    .getByLabel('否', { exact: true })
    .check()
}
const travelBy = (card: Locator, transport: string) =>
  card
    .getByRole('group', { name: /交通方式/ })
    .getByLabel(transport, { exact: true })
    .check()

test('Z-34, Z-35: the tracks of a day are added, copied and removed, told what is wrong in which of them, and corrected by an admin', async ({
  screens,
  own,
  urls,
}) => {
  test.setTimeout(360_000)
  await own.putClocks('10:00')
  const company = await Company.found(urls, '新密耐材', '白雪')
  const form = await company.publish('zhengzhou/day-tracks')
  const today = civilDayOf(own.now(), 'Asia/Shanghai')

  const phone = await atTimeOf(own, await screens.open('phone', await company.person('王建国')))
  const app = await openFromWorkbench(phone, '智能填表')
  await app.getByRole('link', { name: /每日行程登记/ }).click()
  await takeNote(app, /自愿填写同行人/)
  await choose(app, /今日是否外出/, '是')
  await expect(app.getByRole('button', { name: /已填 2\/4/ })).toBeVisible()
  await look(phone, 'tracks-none')

  await app.getByRole('button', { name: '添加行程 1' }).click()
  await fillTrack(app, 1, `${today}T07:40`, '金水区')
  await travelBy(cardOf(app, 1), '自驾车')
  await cardOf(app, 1)
    .getByLabel(/同行人姓名/)
    .fill('李四')
  await cardOf(app, 1)
    .getByLabel(/同行人手机号/)
    .fill('13800002222')
  await app.getByRole('button', { name: '添加行程 2' }).click()
  await fillTrack(app, 2, `${today}T08:30`, '中原区')
  await travelBy(cardOf(app, 2), '公交或地铁')
  await app.getByRole('button', { name: /^复制\s*行程 2$/ }).click()
  await expect(cardOf(app, 3).getByLabel(/出发时间/)).toHaveValue(`${today}T08:30`)
  await cardOf(app, 1).scrollIntoViewIfNeeded()
  await look(phone, 'tracks-three')
  await app.getByRole('button', { name: /^删除\s*行程 3$/ }).click()
  await expect(cardOf(app, 3)).toHaveCount(0)
  await app.getByRole('button', { name: '撤销' }).click()
  await expect(cardOf(app, 3)).toBeVisible()
  await app.getByRole('button', { name: /^删除\s*行程 3$/ }).click()
  await expect(app.getByText('已删除行程 3')).toBeVisible()
  await look(phone, 'tracks-removed')

  await app.getByLabel(/我已阅读并承诺|本人承诺/).check()
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(cardOf(app, 2).getByRole('alert')).toHaveText('此项必填')
  await expect(cardOf(app, 2).getByLabel(/线路、车次/)).toBeFocused()
  await look(phone, 'tracks-wrong')
  expect(await barriersOn(phone)).toEqual([])
  await phone.setViewportSize({ width: 320, height: 640 })
  await look(phone, 'tracks-wrong-320')
  await cardOf(app, 2)
    .getByLabel(/线路、车次/)
    .fill('地铁 1 号线')
  await app.getByRole('group', { name: '午餐', exact: true }).getByLabel('单位食堂', { exact: true }).check()
  await look(phone, 'tracks-table-320')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  await look(phone, 'tracks-receipt-320')

  // The day after: what is in may be corrected now, on the desktop.
  const adminPhone = await bindAdminPhone(own, company)
  await own.advance(dayMs)
  const pc = await signInToConsole(own, screens, adminPhone)
  await pc.goto(new URL(`#/forms/${form.id}?period=${today}`, pc.url()).href)
  await pc.getByRole('button', { name: /^已填\s*1/ }).click()
  await pc.getByRole('row').filter({ hasText: '王建国' }).click()
  const panel = pc.getByRole('dialog').filter({ hasText: '王建国' })
  const table = panel.getByRole('table').filter({ hasText: '行程 1' })
  await expect(table.getByRole('row', { name: /行程 1/ })).toContainText('138****2222')
  await expect(table.getByRole('row', { name: /行程 2/ })).toContainText('地铁 1 号线')
  await look(pc, 'tracks-console')
  await panel.getByRole('button', { name: '更正' }).click()
  const correcting = pc.getByRole('dialog', { name: '更正 王建国 的填报' })
  const second = correcting.getByRole('row', { name: /行程 2/ })
  await second.getByLabel(/线路、车次/).fill('')
  await correcting.getByLabel('更正原因').fill('本人来电更正车次')
  await correcting.getByRole('button', { name: '更正', exact: true }).click()
  await expect(correcting.getByText(/第 2 行：此项必填/)).toBeVisible()
  await look(pc, 'tracks-console-wrong')
  expect(await barriersOn(pc)).toEqual([])
  await second.getByLabel(/线路、车次/).fill('地铁 2 号线')
  await correcting.getByRole('button', { name: '更正', exact: true }).click()
  await expect(correcting).toBeHidden()
  await expect(table.getByRole('row', { name: /行程 2/ })).toContainText('地铁 2 号线')
  await look(pc, 'tracks-console-corrected')

  // The mask that was sent back means the number behind it: the person still has it.
  const member = await company.memberIn('forms', '王建国')
  const { answers } = await member.call(getMyData, {})
  const newest = answers.find(({ revision }) => revision === 2)
  expect(newest?.answers).toMatchObject({
    'places-count': 2,
    tracks: { rows: [{ 'companion-phone': '13800002222' }, { 'transport-number': '地铁 2 号线' }] },
  })
})
