import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { addDays, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { idNumberCheckDigit } from '@kangbao/shared/identity/id-number.ts'
import { barriersOn } from '../support/accessibility.ts'
import { sign } from '../support/attached.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { Company, workshop } from '../support/company.ts'
import { answerDay, answerWorkStart } from '../support/filling.ts'
import { expect, newPhone } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

const title = '先确认是你本人'

/** The one picture in a PDF of a single sheet. */
function sheetOf(pdf: Buffer): Buffer {
  const from = pdf.indexOf(Buffer.from([0xff, 0xd8, 0xff]))
  const until = pdf.indexOf('\nendstream', from)
  return pdf.subarray(from, until)
}

async function fitsAt(page: Page, width: number, name: string): Promise<void> {
  await page.setViewportSize({ width, height: 720 })
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0)
  await look(page, `${name}-${width}`)
}

/** The pledge is signed at the tablet, with a photo: this one has no camera for the page. */
async function signPledge(tablet: Page, photo: Buffer): Promise<void> {
  await tablet.getByRole('button', { name: /员工返岗承诺书/ }).click()
  await tablet.getByRole('checkbox', { name: /健康证明/ }).check()
  await tablet.getByRole('button', { name: '已阅读，开始填写' }).click()
  await tablet.getByLabel(/计划返岗日期/).fill(addDays(civilDayOf(Date.now(), 'Asia/Shanghai'), 3))
  await expect(tablet.getByText('检测报告')).toHaveCount(0)
  await tablet.getByRole('button', { name: '拍照' }).click()
  const camera = tablet.getByRole('dialog', { name: '拍照' })
  await expect(camera.getByText('请用系统相机拍一张')).toBeVisible()
  await look(tablet, 'kiosk-camera')
  await camera
    .getByTestId('kiosk-photo')
    .setInputFiles({ name: '健康码.jpg', mimeType: 'image/jpeg', buffer: photo })
  const photos = tablet.getByRole('group', { name: /健康码或核酸/ })
  await expect(photos.getByRole('listitem')).toContainText('KB')
  await tablet.getByRole('checkbox', { name: /承诺/ }).check()
  await tablet.getByRole('button', { name: '点此签名' }).click()
  await sign(tablet, tablet)
  await look(tablet, 'kiosk-sign')
  await tablet.getByRole('button', { name: '完成' }).click()
  await expect(tablet.getByRole('group', { name: /本人签名/ }).getByRole('listitem')).toContainText('KB')
  await look(tablet, 'kiosk-pledge')
  expect(await barriersOn(tablet)).toEqual([])
  await tablet.getByRole('button', { name: '提交' }).click()
  await expect(tablet.getByRole('heading', { name: '王建国，已收到' })).toBeVisible()
}

/** Somebody under 14: nothing is stored before the guardian beside him has consented on the tablet (S-44). */
async function registerChild(tablet: Page): Promise<void> {
  await tablet.getByRole('button', { name: /开工登记表/ }).click()
  await tablet.getByRole('button', { name: '已阅读，开始填写' }).click()
  const first17 = '41010520160101123'
  await tablet.getByLabel(/身份证号/).fill(`${first17}${idNumberCheckDigit(first17)}`)
  await answerWorkStart(tablet, newPhone())
  await tablet.getByRole('button', { name: '提交', exact: true }).click()
  const sheet = tablet.getByRole('dialog', { name: '监护人同意' })
  await sheet.getByLabel('监护人姓名').fill('张母')
  await sheet.getByLabel('监护人手机号').fill(newPhone())
  await sheet.getByRole('checkbox', { name: /我是监护人/ }).check()
  await look(tablet, 'kiosk-guardian')
  await sheet.getByRole('button', { name: '同意并提交' }).click()
  await expect(tablet.getByRole('heading', { name: '张丽，已收到' })).toBeVisible()
}

test('Z-34, Z-35, S-44: an admin opens a kiosk and prints a card; people without a phone file there by number and by card, with a photo and a signature, and a child with the guardian beside him; the board says so, and closing it ends it', async ({
  screens,
  own,
  urls,
}) => {
  // A wrong name and a closed kiosk are refused, which a browser writes to its console.
  screens.expectConsole(/status of (422|403)/)
  await own.putClocks('10:00')
  const company = await Company.found(urls, '登封水泥', '罗敏', workshop, [], { 王建国: 'A-007' })
  await company.publish('zhengzhou/daily')
  await company.publish('zhengzhou/return-pledge')
  await company.publish('zhengzhou/work-start')
  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc.getByRole('link', { name: '现场终端' }).click()
  await pc.getByRole('button', { name: '启用终端' }).first().click()
  const opening = pc.getByRole('dialog', { name: '启用终端' })
  await opening.getByLabel('名称').fill('一号门')
  await opening.getByLabel('位置').fill('东厂区门卫室')
  await look(pc, 'kiosk-open')
  await opening.getByRole('button', { name: '启用终端' }).click()
  const shown = pc.getByRole('dialog', { name: '打开“一号门”' })
  const link = await shown.getByLabel('终端链接', { exact: true }).inputValue()
  await look(pc, 'kiosk-link')
  await shown.getByRole('button', { name: '已在平板打开' }).click()
  await expect(pc.getByRole('row', { name: /一号门/ })).toContainText('启用中')

  await pc.getByRole('combobox', { name: '或选择人员' }).fill('张丽')
  await pc.getByRole('option', { name: /张丽/ }).click()
  await pc.keyboard.press('Escape')
  await look(pc, 'kiosk-cards')
  const saving = pc.waitForEvent('download')
  await pc.getByRole('button', { name: '生成打印文件' }).click()
  const card = sheetOf(await readFile(await (await saving).path()))

  const tablet = await atTimeOf(
    own,
    await screens.open('phone', undefined, { viewport: { width: 820, height: 1180 } }),
  )
  await tablet.goto(link)
  await expect(tablet.getByRole('heading', { name: title })).toBeVisible()
  expect(tablet.url()).not.toContain('#')
  expect(await barriersOn(tablet)).toEqual([])
  await look(tablet, 'kiosk-start')
  await tablet.getByRole('textbox', { name: '工号' }).fill('A-007')
  await tablet.getByRole('textbox', { name: '姓名' }).fill('王建')
  await tablet.getByRole('button', { name: '下一步' }).click()
  await expect(tablet.getByRole('alert')).toContainText('没有找到')
  await tablet.getByRole('textbox', { name: '姓名' }).fill('王建国')
  await tablet.getByRole('button', { name: '下一步' }).click()
  await expect(tablet.getByRole('heading', { name: '王建国，你好' })).toBeVisible()
  await look(tablet, 'kiosk-forms')
  expect(await barriersOn(tablet)).toEqual([])
  await tablet.getByRole('button', { name: /郑州市企业员工健康上报/ }).click()
  await expect(tablet.getByRole('heading', { name: '个人信息处理告知书' })).toBeVisible()
  await look(tablet, 'kiosk-notice')
  expect(await barriersOn(tablet)).toEqual([])
  await tablet.getByRole('button', { name: '已阅读，开始填写' }).click()
  await answerDay(tablet, '36.6')
  await look(tablet, 'kiosk-fill')
  expect(await barriersOn(tablet)).toEqual([])
  await tablet.getByRole('button', { name: '提交' }).click()
  await expect(tablet.getByRole('heading', { name: '王建国，已收到' })).toBeVisible()
  await look(tablet, 'kiosk-receipt')
  expect(await barriersOn(tablet)).toEqual([])
  await tablet.getByRole('button', { name: '还有 2 份待填写' }).click()
  await signPledge(tablet, card)
  // Nobody touches it: the page is the next person’s, and nothing of this one is left.
  await tablet.clock.fastForward(15_000)
  await expect(tablet.getByRole('heading', { name: title })).toBeVisible()
  await expect(tablet.getByRole('textbox', { name: '工号' })).toHaveValue('')
  expect(await tablet.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(
    /王建国|A-007/,
  )

  await tablet.getByRole('button', { name: '打开摄像头读卡' }).click()
  await tablet
    .getByTestId('card-picture')
    .setInputFiles({ name: 'card.jpg', mimeType: 'image/jpeg', buffer: card })
  await tablet.getByRole('button', { name: /郑州市企业员工健康上报/ }).click()
  await tablet.getByRole('button', { name: '已阅读，开始填写' }).click()
  await expect(tablet.getByText('张丽').first()).toBeVisible()
  await fitsAt(tablet, 390, 'kiosk-fill')
  await fitsAt(tablet, 320, 'kiosk-fill')
  await answerDay(tablet, '36.4')
  await tablet.getByRole('button', { name: '提交' }).click()
  await expect(tablet.getByRole('heading', { name: '张丽，已收到' })).toBeVisible()
  await fitsAt(tablet, 320, 'kiosk-receipt')
  await tablet.getByRole('button', { name: '还有 2 份待填写' }).click()
  await expect(tablet.getByRole('heading', { name: '张丽，你好' })).toBeVisible()
  await registerChild(tablet)
  await tablet.clock.fastForward(15_000)
  await expect(tablet.getByRole('heading', { name: title })).toBeVisible()
  await fitsAt(tablet, 320, 'kiosk-start')
  await tablet.getByRole('button', { name: 'English' }).click()
  await expect(tablet.getByRole('heading', { name: 'First, who are you?' })).toBeVisible()
  await fitsAt(tablet, 320, 'kiosk-start-en')
  await fitsAt(tablet, 390, 'kiosk-start-en')

  await pc.getByRole('link', { name: '智能填表' }).first().click()
  await pc
    .getByRole('link', { name: /郑州市企业员工健康上报/ })
    .first()
    .click()
  await pc.getByRole('button', { name: /^已填\s*2/ }).click()
  for (const name of ['王建国', '张丽'])
    await expect(pc.getByRole('row', { name: new RegExp(name) })).toContainText('现场')

  await pc.getByRole('link', { name: '现场终端' }).click()
  await pc
    .getByRole('row', { name: /一号门/ })
    .getByRole('button', { name: '停用' })
    .click()
  await pc.getByRole('dialog', { name: '停用' }).getByRole('button', { name: '停用' }).click()
  await expect(pc.getByRole('row', { name: /一号门/ })).toContainText('已停用')
  await tablet.clock.fastForward(61_000)
  // Nobody was there meanwhile: it speaks the language of the place again.
  await expect(tablet.getByText('此终端已停用')).toBeVisible()
})
