import { readFile } from 'node:fs/promises'
import { addDays, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { getForm, listForms } from '@kangbao/shared/contracts/forms.ts'
import { imageSize } from '@kangbao/shared/pictures/image-size.ts'
import { posterSize } from '@kangbao/shared/posters/poster.ts'
import { Company } from '../support/company.ts'
import { takeNote } from '../support/filling.ts'
import { expect, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { miniApp, openFormsToManage } from '../support/mini-app.ts'
import { scanPicture } from '../support/scanning.ts'

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const jpegStart = Buffer.from([0xff, 0xd8, 0xff])

test('Z-30, Z-31, Z-32: the daily form is chosen by category, previewed, set to every day, published and shared', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '嵩山机械', '何静')
  const phone = await screens.open('phone', company.admin)
  const app = await openFormsToManage(phone)
  await expect(app.getByText('还没有发布表单')).toBeVisible()
  await look(phone, 'manage-empty')
  await app.getByRole('link', { name: '发布新表单' }).click()

  const shelf = (name: string) => app.getByRole('region').filter({ has: app.getByRole('heading', { name }) })
  await expect(shelf('开工季/开学季').getByRole('link', { name: /郑州市企业员工开工登记表/ })).toBeVisible()
  await look(phone, 'templates')
  await shelf('健康上报')
    .getByRole('link', { name: /郑州市企业员工健康上报/ })
    .click()
  await expect(app.getByText('名称和字段不可修改')).toBeVisible()
  await expect(app.getByRole('group', { name: /今日症状/ })).toBeVisible()
  await expect(app.getByRole('button', { name: '提交' })).toHaveCount(0)
  await look(phone, 'template-daily')
  await app.getByRole('link', { name: '下一步：发布设置' }).click()

  await expect(app.getByRole('radio', { name: '仅组织内填写' })).toBeChecked()
  await expect(app.getByRole('radio', { name: '全部成员' })).toBeChecked()
  await look(phone, 'publish-1-who')
  await app.getByRole('button', { name: '下一步' }).click()

  const days = app.getByRole('group', { name: '每周发送日' })
  await app.getByRole('button', { name: '周一至周五' }).click()
  const workingDays = app.getByRole('switch', { name: /仅工作日发送/ })
  await workingDays.check()
  await expect(days.getByRole('button', { name: '六' })).toBeDisabled()
  await expect(app.getByRole('listitem')).toHaveCount(10)
  await workingDays.scrollIntoViewIfNeeded()
  await look(phone, 'publish-2-working-days')
  await workingDays.uncheck()
  await days.getByRole('button', { name: '六' }).click()
  await days.getByRole('button', { name: '日' }).click()
  await expect(days.getByRole('button', { pressed: true })).toHaveCount(7)
  // Whatever the hour of this run, midnight is earlier than now.
  await app.getByLabel('发送时间').fill('00:00')
  await expect(app.getByText('发送时间早于当前时间，将从下一个发送日开始')).toBeVisible()
  const sends = app.getByRole('region', { name: '接下来 10 次发送' }).getByRole('listitem')
  await expect(sends).toHaveCount(10)
  const tomorrow = addDays(civilDayOf(Date.now(), 'Asia/Shanghai'), 1)
  const [, month, day] = tomorrow.split('-').map(Number)
  await expect(sends.first()).toContainText(`${month}月${day}日`)
  await expect(sends.first()).toContainText('00:00')
  await look(phone, 'publish-2-when')
  // how long answers are kept, from what the notice says to what the organisation wants.
  const kept = app.getByRole('radiogroup', { name: '填报保存多久' })
  await expect(kept.getByRole('radio', { name: '按告知书（180 天）' })).toBeChecked()
  await kept.getByRole('radio', { name: '其他天数' }).click()
  await app.getByRole('spinbutton').fill('6')
  await expect(app.getByRole('alert')).toHaveText('保存天数应在 7 到 1096 之间')
  await expect(app.getByRole('button', { name: '下一步' })).toBeDisabled()
  await kept.getByRole('radio', { name: '90 天' }).click()
  await app.getByRole('button', { name: '下一步' }).scrollIntoViewIfNeeded()
  await look(phone, 'publish-2-kept')
  await app.getByRole('button', { name: '下一步' }).click()

  await app.getByRole('switch', { name: /发 DING 通知/ }).check()
  await app.getByRole('radiogroup', { name: '仍未填写时汇总给部门主管' }).getByText('4 小时后').click()
  await look(phone, 'publish-3-notify')
  await app.getByRole('button', { name: '下一步' }).click()
  await expect(app.getByText('每天 00:00')).toBeVisible()
  await expect(app.getByText('90 天', { exact: true })).toBeVisible()
  await look(phone, 'publish-4-check')
  await app.getByRole('button', { name: '发布', exact: true }).click()
  await expect(app.getByRole('heading', { name: '已发布' })).toBeVisible()
  await expect(app.getByRole('img', { name: '表单二维码' })).toBeVisible()
  await look(phone, 'published')

  const member = await company.adminIn('forms')
  const { items } = await member.call(listForms, { query: {} })
  expect(items).toHaveLength(1)
  const form = await member.call(getForm, { params: { formId: items[0]?.id ?? '' } })
  expect(form.settings).toMatchObject({
    whoMayFill: 'org',
    audience: { kind: 'all' },
    sendsDing: true,
    repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '00:00' },
  })
  expect(form.nextSendAt).toBe(new Date(`${tomorrow}T00:00:00+08:00`).toISOString())

  await app.getByRole('button', { name: '复制链接' }).click()
  await expect(app.getByText('链接已复制')).toBeVisible()
  expect(await phone.evaluate(() => navigator.clipboard.readText())).toBe(form.link)
  await app.getByRole('button', { name: '分享到聊天' }).click()
  await expect(phone.getByRole('heading', { name: '分享' })).toBeVisible()
  await look(phone, 'published-share')
  await phone.getByRole('button', { name: '复制链接' }).click()

  const download = phone.waitForEvent('download')
  await app.getByRole('link', { name: '保存二维码' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('郑州市企业员工健康上报.png')
  const picture = await readFile(await file.path())
  expect(picture.subarray(0, 8)).toEqual(pngSignature)

  const printed = phone.waitForEvent('download')
  await app.getByRole('button', { name: '保存海报' }).click()
  const poster = await printed
  expect(poster.suggestedFilename()).toBe('郑州市企业员工健康上报.pdf')
  const pdf = await readFile(await poster.path())
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  const jpeg = pdf.subarray(pdf.indexOf(jpegStart), pdf.lastIndexOf('\nendstream'))
  expect(imageSize(jpeg)).toEqual(posterSize)

  // A colleague reads the saved picture with the workplace's own scanner and stands before the form.
  const colleague = await screens.open('phone', await company.person('王建国'))
  await colleague.goto('/scan')
  await scanPicture(colleague, picture)
  const filling = miniApp(colleague)
  await expect(filling.getByRole('heading', { name: '郑州市企业员工健康上报' })).toBeVisible()
  await takeNote(filling)
  await expect(filling.getByRole('button', { name: '提交' })).toBeVisible()
  // So does whoever photographs the poster.
  await colleague.goto('/scan')
  await scanPicture(colleague, jpeg)
  await expect(miniApp(colleague).getByRole('heading', { name: '郑州市企业员工健康上报' })).toBeVisible()
})

test('Z-30, Z-31: the work-start registration goes to one department, once, and is not published twice', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '金水食品', '许杰')
  const phone = await screens.open('phone', company.admin)
  const app = await openFormsToManage(phone)
  await app.getByRole('link', { name: '发布新表单' }).click()
  await app.getByRole('link', { name: /郑州市企业员工开工登记表/ }).click()
  await look(phone, 'template-work-start')
  await app.getByRole('link', { name: '下一步：发布设置' }).click()
  await app.getByRole('radio', { name: '指定部门或成员' }).click()
  await expect(app.getByRole('alert')).toHaveText('请选择发送范围')
  await app.getByRole('button', { name: '请选择' }).first().click()
  await phone.getByRole('checkbox', { name: '生产部' }).click()
  await look(phone, 'audience-picker')
  await phone.getByRole('button', { name: /^确定/ }).click()
  await expect(app.getByText('1 个部门，0 名成员')).toBeVisible()
  await app.getByRole('button', { name: '下一步' }).click()
  await expect(app.getByText('此表单只需填写一次')).toBeVisible()
  await app.getByRole('button', { name: '下一步' }).click()
  await app.getByRole('button', { name: '下一步' }).click()
  await app.getByRole('button', { name: '发布', exact: true }).click()
  await expect(app.getByRole('heading', { name: '已发布' })).toBeVisible()

  await app.getByRole('link', { name: '查看填报情况' }).click()
  await expect(app.getByRole('link', { name: '应填 3' })).toBeVisible()
  await app.getByRole('link', { name: '应填 3' }).click()
  await expect(app.getByRole('listitem').filter({ hasText: '王建国' })).toBeVisible()
  await expect(app.getByRole('listitem').filter({ hasText: '李晓梅' })).toHaveCount(0)

  await phone.goto('/workbench')
  const again = await openFormsToManage(phone)
  await again.getByRole('link', { name: '发布新表单' }).click()
  await expect(again.getByRole('link', { name: /开工登记表.*已发布/ })).toBeVisible()
  await again.getByRole('link', { name: /开工登记表/ }).click()
  await expect(again.getByRole('link', { name: '查看已发布的表单' })).toBeVisible()
  await expect(again.getByRole('link', { name: '下一步：发布设置' })).toHaveCount(0)
})
