import { choosePaper, fillCertification, setAdminPassword } from '../support/accounts.ts'
import { expect, newOrgName } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { enterAsOperator } from '../support/operator.ts'
import { test } from '../support/own-journey.ts'

test.use({ ownEnv: { workplace: { WORKPLACE_AUTO_CERTIFY: '' } } })

test('Z-05, Z-06: papers go in, come back with reasons, go in again, and two operators decide once', async ({
  screens,
  newPerson,
  urls,
}) => {
  screens.expectConsole(/409/)
  const admin = await newPerson('顾总')
  const org = newOrgName('凭证')
  await admin.createOrg(org)
  const pc = await screens.open('pc', admin)
  await pc.goto('/admin/certification')
  await setAdminPassword(pc)
  await expect(pc.getByText('尚未认证：团队最多 500 人')).toBeVisible()

  const send = pc.getByRole('button', { name: '提交认证申请' })
  await send.click()
  await expect(pc.getByText('请输入 18 位身份证号')).toBeVisible()
  await expect(pc.getByText('请上传图片')).toHaveCount(2)
  await look(pc, 'certify-problems')
  await fillCertification(pc)
  await pc.getByLabel('申请人身份证号').fill('410105198001011238')
  await expect(pc.getByText('身份证号校验不通过')).toBeVisible()
  await pc.getByLabel('申请人身份证号').fill('410105198001011239')
  await look(pc, 'certify-filled')
  await send.click()
  await expect(pc.getByText('正在等待平台运营方审核')).toBeVisible()
  await look(pc, 'certify-waiting')

  await pc.getByRole('button', { name: '撤回申请' }).click()
  await pc.getByRole('button', { name: '确认' }).click()
  await expect(pc.getByText('申请已撤回')).toBeVisible()
  await expect(pc.getByLabel('统一社会信用代码')).toHaveValue('91410100MA4567895P')
  await send.click()
  await expect(pc.getByText('正在等待平台运营方审核')).toBeVisible()

  const desk = await screens.open('pc')
  await enterAsOperator(desk, urls, '严审核')
  await look(desk, 'operator-certifications')
  await desk.getByRole('link', { name: new RegExp(org) }).click()
  await expect(desk.getByRole('img', { name: '盖章的认证公函' })).toBeVisible()
  await desk.getByRole('button', { name: '放大盖章的认证公函' }).click()
  await expect(desk.getByText('150%')).toBeVisible()
  await expect(desk.getByText('410105198001011239')).toBeHidden()
  await desk.getByRole('button', { name: '查看完整号码' }).click()
  const dialogue = desk.getByRole('dialog')
  await dialogue.getByLabel('查看原因').fill('与实名系统核对')
  await dialogue.getByRole('button', { name: '查看完整号码' }).click()
  await expect(desk.getByText('410105198001011239')).toBeVisible()
  await look(desk, 'operator-review')

  await desk.getByRole('button', { name: '退回修改' }).click()
  await dialogue.getByRole('checkbox', { name: '盖章的认证公函' }).click()
  await dialogue.getByRole('button', { name: '退回修改' }).click()
  await expect(dialogue.getByRole('alert')).toContainText('填写每一项的原因')
  await dialogue.getByLabel('盖章的认证公函：退回原因').fill('公章模糊，请重新拍摄')
  await look(desk, 'operator-return')
  await dialogue.getByRole('button', { name: '退回修改' }).click()
  await expect(desk.getByText('已退回').first()).toBeVisible()

  // The admin, whose page is open, is told without asking.
  await expect(pc.getByText('公章模糊，请重新拍摄').first()).toBeVisible()
  await look(pc, 'certify-returned')
  await choosePaper(pc, '盖章的认证公函', 9)
  await send.click()
  await expect(pc.getByText('正在等待平台运营方审核')).toBeVisible()

  const phone = await screens.open('phone')
  await enterAsOperator(phone, urls, '何审核')
  for (const page of [desk, phone]) {
    await page.goto('/operator/certifications')
    await page.getByRole('link', { name: new RegExp(org) }).click()
  }
  await look(phone, 'operator-review-phone')
  await desk.getByRole('button', { name: '通过认证' }).click()
  await desk.getByRole('dialog').getByRole('button', { name: '通过认证' }).click()
  await expect(desk.getByText('已通过').first()).toBeVisible()
  await phone.getByRole('button', { name: '通过认证' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '通过认证' }).click()
  await expect(phone.getByText('严审核')).toBeVisible()
  await expect(phone.getByRole('button', { name: '退回修改' })).toBeHidden()

  await expect(pc.getByText('已通过高级认证')).toBeVisible()
  await look(pc, 'certify-approved')
  await desk.getByRole('link', { name: '操作记录' }).click()
  await expect(desk.getByRole('listitem').filter({ hasText: '查看身份证号' })).toContainText('与实名系统核对')
})
