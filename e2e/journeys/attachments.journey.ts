import type { FrameLocator, Locator, Page } from '@playwright/test'
import { addDays, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { getFilling, listMySubmissions } from '@kangbao/shared/contracts/submissions.ts'
import { fileNamesIn, sign } from '../support/attached.ts'
import { barriersOn } from '../support/accessibility.ts'
import { Company } from '../support/company.ts'
import { bindAdminPhone, signInToConsole } from '../support/console.ts'
import { takeNote } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

const pledge = '员工返岗承诺书'
const report = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')
const inDays = (days: number) => addDays(civilDayOf(Date.now(), 'Asia/Shanghai'), days)

async function openPledge(page: Page): Promise<FrameLocator> {
  const app = await openFromWorkbench(page, '智能填表')
  await app.getByRole('link', { name: new RegExp(pledge) }).click()
  await takeNote(app, /健康证明/)
  return app
}

/** Chooses files as the album would hand them over. */
async function choose(app: FrameLocator, field: string, files: Parameters<Locator['setInputFiles']>[0]) {
  await app.getByTestId(`field-${field}`).setInputFiles(files)
}

test('X-06, Z-34, Z-35: a photo, a PDF and a signature are filed; an edit drops the photo; the admin sees what is left on the PC', async ({
  screens,
  own,
  urls,
}) => {
  await own.putClocks('10:00')
  const company = await Company.found(urls, '新密建材', '孟洁')
  const form = await company.publish('zhengzhou/return-pledge')
  const phone = await atTimeOf(own, await screens.open('phone', await company.person('王建国')))
  const photo = await phone.screenshot({ type: 'jpeg' })
  const app = await openPledge(phone)

  await app.getByLabel(/计划返岗日期/).fill(inDays(3))
  await choose(app, 'health-code', { name: 'IMG_1.HEIC', mimeType: 'image/heic', buffer: heic() })
  await expect(app.getByRole('alert')).toContainText('HEIC')
  await choose(app, 'health-code', { name: '坏.jpg', mimeType: 'image/jpeg', buffer: photo.subarray(0, 40) })
  await expect(app.getByRole('alert')).toContainText('打不开')
  await choose(app, 'health-code', [
    { name: '健康码.jpg', mimeType: 'image/jpeg', buffer: photo },
    { name: '核酸.jpg', mimeType: 'image/jpeg', buffer: photo },
  ])
  const photos = app.getByRole('group', { name: /健康码或核酸/ })
  await expect(photos.getByRole('listitem').filter({ hasText: 'KB' })).toHaveCount(2)
  await choose(app, 'test-report', { name: '检测报告.pdf', mimeType: 'application/pdf', buffer: report })
  const papers = app.getByRole('group', { name: /检测报告/ })
  await expect(papers.getByRole('listitem').filter({ hasText: 'KB' })).toContainText('检测报告.pdf')
  await look(phone, 'attach-chosen')

  await photos.getByRole('button', { name: '查看 健康码.jpg' }).click()
  await expect(app.getByRole('dialog', { name: '健康码.jpg' }).getByRole('img')).toBeVisible()
  await look(phone, 'attach-large')
  await app.getByRole('button', { name: '关闭' }).click()

  await app.getByLabel('我已阅读并承诺').check()
  await app.getByRole('button', { name: '点此签名' }).click()
  await app.getByRole('button', { name: '完成' }).click()
  await expect(app.getByText('请签写完整的姓名')).toBeVisible()
  await sign(phone, app)
  await look(phone, 'attach-sign')
  await app.getByRole('img', { name: /^签名板/ }).press('Delete')
  await expect(app.getByRole('img', { name: /空白/ })).toBeVisible()
  await sign(phone, app)
  await app.getByRole('button', { name: '完成' }).click()
  await expect(app.getByRole('group', { name: /本人签名/ }).getByRole('listitem')).toContainText('KB')
  expect(await barriersOn(phone)).toEqual([])
  await look(phone, 'attach-ready')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  await look(phone, 'attach-receipt')

  const member = await company.memberIn('forms', '王建国')
  const filed = async () => {
    const { mine } = await member.call(getFilling, { params: { formId: form.id } })
    return fileNamesIn(mine?.answers ?? {})
  }
  expect(await filed()).toEqual(['健康码.jpg', '核酸.jpg', '检测报告.pdf', '签名.png'])

  await app.getByRole('button', { name: '修改' }).click()
  await photos.getByRole('button', { name: '移除 核酸.jpg' }).click()
  await app.getByRole('button', { name: '重新提交' }).click()
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  expect(await filed()).toEqual(['健康码.jpg', '检测报告.pdf', '签名.png'])

  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc
    .getByRole('link', { name: new RegExp(pledge) })
    .first()
    .click()
  await pc.getByRole('button', { name: /^已填\s*1/ }).click()
  await pc.getByRole('row').filter({ hasText: '王建国' }).click()
  const picture = pc.getByRole('button', { name: '查看大图 健康码.jpg' })
  await expect(picture.locator('img')).toHaveJSProperty('complete', true)
  await expect(pc.getByText('核酸.jpg')).toHaveCount(0)
  await expect(pc.getByRole('button', { name: '下载 检测报告.pdf' })).toBeVisible()
  await look(pc, 'attach-console')
  await picture.click()
  await expect(pc.locator('.el-image-viewer__img')).toBeVisible()
  await look(pc, 'attach-console-large')
})

test('R-07, S-78: a photo chosen without a network waits sealed on the phone and arrives exactly once', async ({
  screens,
  own,
  urls,
}) => {
  screens.expectConsole(/ERR_INTERNET_DISCONNECTED/)
  await own.putClocks('10:00')
  const company = await Company.found(urls, '巩义电缆', '康宁')
  const form = await company.publish('zhengzhou/return-pledge')
  const phone = await atTimeOf(own, await screens.open('phone', await company.person('张丽')))
  const photo = await phone.screenshot({ type: 'jpeg' })
  const app = await openPledge(phone)
  await app.getByLabel(/计划返岗日期/).fill(inDays(3))
  await app.getByLabel('我已阅读并承诺').check()
  await phone.context().setOffline(true)
  await choose(app, 'health-code', { name: '健康码.jpg', mimeType: 'image/jpeg', buffer: photo })
  await expect(app.getByText('已存在本机，提交时自动上传')).toBeVisible()
  await app.getByRole('button', { name: '点此签名' }).click()
  await sign(phone, app)
  await app.getByRole('button', { name: '完成' }).click()
  await expect(app.getByText('已存在本机，提交时自动上传')).toHaveCount(2)
  await look(phone, 'attach-offline')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('heading', { name: '已保存，等待发送' })).toBeVisible()
  await phone.context().setOffline(false)
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  const member = await company.memberIn('forms', '张丽')
  const { items } = await member.call(listMySubmissions, { query: {} })
  expect(items.map(({ revision }) => revision)).toEqual([1])
  const { mine } = await member.call(getFilling, { params: { formId: form.id } })
  expect(fileNamesIn(mine?.answers ?? {})).toEqual(['健康码.jpg', '签名.png'])
})

/** The first box of a HEIC photo, which is all a reader needs to know it. */
function heic(): Buffer {
  const box = Buffer.alloc(64)
  box.writeUInt32BE(24)
  box.write('ftypheic', 4, 'latin1')
  return box
}
