import { codeSentBy } from '../drivers/sandbox.ts'
import { bindAdminPhone, proveInConsole, signInToConsole } from '../support/console.ts'
import { barriersOn } from '../support/accessibility.ts'
import { Company } from '../support/company.ts'
import { file, workStart } from '../support/filling.ts'
import { expect } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFormsToManage, openFromWorkbench } from '../support/mini-app.ts'
import { atTimeOf, test } from '../support/own-journey.ts'

const revealed = '查看完整证件号或手机号'

test('X-02, S-37: an ID number is masked until an admin says why and proves himself; the log and the person know of it', async ({
  screens,
  own,
  urls,
}) => {
  screens.expectConsole(/status of 403/) // the second proof is asked for by a refusal
  await own.putClocks('10:00')
  const company = await Company.found(urls, '上街铝材', '段晓峰')
  const form = await company.publish('zhengzhou/work-start')
  const answers = workStart('王建国', company.phones['王建国'] ?? '', '生产部-一车间')
  const idNumber = String(answers['id-number'])
  const mask = `${idNumber.slice(0, 2)}${'*'.repeat(14)}${idNumber.slice(-2)}`
  await file(company, form, '王建国', answers)

  const pc = await signInToConsole(own, screens, await bindAdminPhone(own, company))
  await pc
    .getByRole('link', { name: /郑州市企业员工开工登记表/ })
    .first()
    .click()
  await pc.getByRole('button', { name: /^已填\s*1/ }).click()
  const sent = pc.waitForResponse(/\/submissions\/once\//)
  await pc.getByRole('row').filter({ hasText: '王建国' }).click()
  await expect(pc.getByText(mask)).toBeVisible()
  // Not only hidden by the screen: it never came.
  expect(await (await sent).text()).not.toContain(idNumber)
  await look(pc, 'reveal-masked')

  await pc.getByRole('button', { name: '查看完整身份证号' }).click()
  const ask = pc.getByRole('dialog', { name: '查看完整身份证号' })
  await ask.getByRole('button', { name: '查看完整' }).click()
  await expect(ask.getByText('请选择一个原因')).toBeVisible()
  await expect(pc.getByText(idNumber)).toHaveCount(0)
  await ask.getByText('核对身份').click()
  await look(pc, 'reveal-reason')
  expect(await barriersOn(pc)).toEqual([])
  await ask.getByRole('button', { name: '查看完整' }).click()
  await proveInConsole(pc, company)
  await expect(pc.getByText(idNumber)).toBeVisible()
  await expect(ask).toBeHidden()
  await look(pc, 'reveal-shown')
  await pc.keyboard.press('Escape')

  await pc.getByRole('link', { name: '审计日志' }).click()
  const log = pc.getByRole('table', { name: '审计日志' })
  const entry = log.getByRole('row').filter({ hasText: revealed })
  await expect(entry).toContainText('段晓峰')
  await expect(entry).toContainText('王建国')
  await entry.click()
  const drawer = pc.getByRole('dialog', { name: revealed })
  await expect(drawer).toContainText('核对身份')
  await expect(drawer).toContainText('身份证号')
  await expect(drawer).not.toContainText(idNumber)
  await look(pc, 'reveal-in-log')

  const phone = await atTimeOf(own, await screens.open('phone', await company.person('王建国')))
  const app = await openFromWorkbench(phone, '智能填表')
  await app.getByRole('link', { name: '我的', exact: true }).click()
  const looked = app.getByRole('listitem').filter({ hasText: revealed })
  await expect(looked).toContainText('段晓峰')
  await looked.scrollIntoViewIfNeeded()
  await look(phone, 'reveal-who-looked')
})

test('S-37: on the phone, too, a number opens for a reason and a code to the bound phone', async ({
  screens,
  own,
  urls,
}) => {
  screens.expectConsole(/status of 403/) // the second proof is asked for by a refusal
  await own.putClocks('11:00')
  const company = await Company.found(urls, '登封陶艺', '乔伟')
  const form = await company.publish('zhengzhou/work-start')
  const number = company.phones['张丽'] ?? ''
  await file(company, form, '张丽', workStart('张丽', number, '生产部-一车间'))
  const adminPhone = await bindAdminPhone(own, company)
  await own.advance(2 * 60_000) // the next code may be asked for

  const phone = await atTimeOf(own, await screens.open('phone', company.admin))
  const app = await openFormsToManage(phone)
  await app.getByRole('link', { name: /开工登记/ }).click()
  // The tile of the form's own page; in the list of forms, too, each says how many it has collected.
  await app.getByRole('link', { name: /^已收集\s*1$/ }).click()
  await app.getByRole('link', { name: /张丽/ }).click()
  await expect(app.getByText(`${number.slice(0, 3)}****${number.slice(-4)}`)).toBeVisible()
  await app.getByRole('button', { name: '查看完整手机号' }).click()
  const ask = app.getByRole('dialog', { name: '查看完整手机号' })
  await ask.getByRole('button', { name: '查看完整' }).click()
  await expect(ask.getByRole('alert')).toHaveText('请选择一个原因')
  await ask.getByRole('radio', { name: '紧急联系本人' }).check()
  await look(phone, 'reveal-phone-reason')
  await ask.getByRole('button', { name: '查看完整' }).click()
  const proof = app.getByRole('dialog', { name: '再次验证身份' })
  await expect(proof).toContainText(adminPhone.slice(-4))
  const code = await codeSentBy(urls, adminPhone, () =>
    proof.getByRole('button', { name: '获取验证码' }).click(),
  )
  await proof.getByLabel('验证码').fill(code)
  await look(phone, 'reveal-phone-proof')
  await proof.getByRole('button', { name: '确认' }).click()
  await expect(app.getByText(number)).toBeVisible()
  await expect(app.getByRole('dialog')).toHaveCount(0)
})
