import * as orgContracts from '@kangbao/workplace/contracts/orgs.ts'
import { createOrg, sayName, signInByPhone } from '../support/accounts.ts'
import { expect, newOrgName, newPhone, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { pasteCode } from '../support/scanning.ts'

test('Z-01: a newcomer signs up by SMS code, registers an org and gets its QR and link', async ({
  screens,
  urls,
}) => {
  const org = newOrgName('新华纺织')
  const phone = await screens.open('phone')
  await phone.goto('/')
  await signInByPhone(phone, urls, newPhone())
  await sayName(phone, '周建国')
  await phone.getByRole('link', { name: /创建团队/ }).click()

  await phone.getByRole('button', { name: '完成注册' }).click()
  await expect(phone.getByRole('alert')).toHaveText('请输入企业（团队）全称')
  await createOrg(phone, org)

  await expect(phone.getByText(org, { exact: true })).toBeVisible()
  await expect(phone.getByRole('img', { name: `加入${org}的二维码` })).toBeVisible()
  await phone.getByRole('button', { name: '复制链接' }).click()
  const link = await phone.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(new RegExp(`^${urls.workplace}/join/[\\w-]+$`))
  const picture = phone.waitForEvent('download')
  await phone.getByRole('button', { name: '保存二维码' }).click()
  expect((await picture).suggestedFilename()).toBe(`${org}.png`)

  await phone.getByRole('link', { name: '进入工作台' }).click()
  await expect(phone.getByRole('button', { name: `当前团队 ${org}，点击切换` })).toBeVisible()
})

test('Z-01: a wrong code and unticked terms are told at once, and nothing is lost', async ({
  screens,
  urls,
}) => {
  screens.expectConsole(/422/)
  const number = newPhone()
  const phone = await screens.open('phone')
  await phone.goto('/')
  await phone.getByLabel('手机号').fill('12900001111')
  await phone.getByRole('button', { name: '获取验证码' }).click()
  await expect(phone.getByText('请输入正确的手机号')).toBeVisible()
  await phone.getByLabel('手机号').fill(number)
  await phone.getByRole('button', { name: '获取验证码' }).click()
  await expect(phone.getByRole('button', { name: /秒后重发/ })).toBeVisible()
  await phone.getByLabel('验证码').fill('000000')
  await phone.getByRole('button', { name: '登录 / 注册' }).click()
  await expect(phone.getByRole('alert')).toHaveText('请先阅读并勾选服务条款')
  await phone.getByRole('checkbox', { name: '我已阅读并同意' }).click()
  await phone.getByRole('button', { name: '登录 / 注册' }).click()
  await expect(phone.getByRole('alert')).toContainText('验证码不正确或已过期')
  await expect(phone.getByLabel('手机号')).toHaveValue(number)
  await expect(phone).toHaveURL(`${urls.workplace}/sign-in?to=/messages`)
})

test('Z-02: somebody opens the invitation link, asks to join, and is in after approval', async ({
  screens,
  urls,
  newPerson,
}) => {
  const admin = await newPerson('郑红梅')
  const org = newOrgName('东方机械')
  const { orgId } = await admin.createOrg(org)
  await admin.becomeCertified(orgId)
  await admin.call(orgContracts.changeOrgSettings, { params: { orgId }, body: { joinNeedsApproval: true } })
  const { link } = await admin.call(orgContracts.getInvite, { params: { orgId } })

  const guest = await screens.open('phone')
  await guest.goto(link)
  await expect(guest.getByRole('heading', { name: org })).toBeVisible()
  await guest.getByRole('button', { name: '登录后加入' }).click()
  await signInByPhone(guest, urls, newPhone())
  await guest.getByLabel('姓名').fill('宋晓明')
  await guest.getByLabel('申请说明（选填）').fill('二车间')
  await guest.getByRole('button', { name: '申请加入' }).click()
  await expect(guest.getByText('申请已提交，等待管理员审批')).toBeVisible()

  const phone = await screens.open('phone', admin)
  await phone.goto('/contacts')
  await phone.getByRole('link', { name: /加入申请/ }).click()
  await expect(phone.getByText('二车间')).toBeVisible()
  await phone.getByRole('button', { name: '同意' }).click()
  await expect(phone.getByText('已同意')).toBeVisible()

  await guest.goto('/workbench')
  await expect(guest.getByRole('button', { name: `当前团队 ${org}，点击切换` })).toBeVisible()
})

test('Z-02, Z-08: an invitation is pasted into the scan page, the orgs are switched, two people write', async ({
  screens,
  newPerson,
}) => {
  const [one, two] = [await newPerson('李一鸣'), await newPerson('马晓兰')]
  const [first, second] = [newOrgName('甲方建设'), newOrgName('乙方物流')]
  await one.createOrg(first)
  const { orgId } = await two.createOrg(second)
  const { link } = await two.call(orgContracts.getInvite, { params: { orgId } })

  const phone = await screens.open('phone', one)
  await phone.goto('/messages')
  await phone.getByRole('button', { name: '更多操作' }).click()
  await phone.getByRole('button', { name: '扫一扫' }).click()
  await pasteCode(phone, link)
  await phone.getByRole('button', { name: '加入团队' }).click()
  await expect(phone.getByRole('button', { name: `当前团队 ${second}，点击切换` })).toBeVisible()

  await phone.getByRole('button', { name: /^当前团队/ }).click()
  await phone
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(first) })
    .click()
  await expect(phone.getByRole('button', { name: `当前团队 ${first}，点击切换` })).toBeVisible()
  await phone.getByRole('button', { name: /^当前团队/ }).click()
  await phone
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(second) })
    .click()

  await phone.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '通讯录' }).click()
  await phone.getByRole('link', { name: /马晓兰/ }).click()
  await phone.getByRole('button', { name: '发消息' }).click()
  await phone.getByRole('textbox', { name: '发消息' }).fill('明天八点开工，请带好口罩')
  await phone.getByRole('button', { name: '发送', exact: true }).click()
  await expect(phone.getByRole('log')).toContainText('明天八点开工')

  const pc = await screens.open('pc', two)
  await pc.goto('/messages')
  await pc.getByRole('link', { name: /李一鸣/ }).click()
  await expect(pc.getByRole('log')).toContainText('明天八点开工，请带好口罩')
  await pc.getByRole('textbox', { name: '发消息' }).fill('收到')
  await pc.keyboard.press('Enter')
  // Pushed: nobody reloads.
  await expect(phone.getByRole('log')).toContainText('收到')
})

test('Z-02: who waits sees so after signing in again, takes the request back, asks again, and is told of the answer', async ({
  screens,
  newPerson,
}) => {
  screens.expectConsole(/400|404|409|410/)
  const [admin, person] = [await newPerson('郑红梅'), await newPerson('宋晓明')]
  const org = newOrgName('北方铸造')
  const { orgId } = await admin.createOrg(org)
  await admin.becomeCertified(orgId)
  await admin.call(orgContracts.changeOrgSettings, { params: { orgId }, body: { joinNeedsApproval: true } })
  const { code, link } = await admin.call(orgContracts.getInvite, { params: { orgId } })
  await person.call(orgContracts.joinOrg, { params: { code }, body: { note: '三车间' } })

  const phone = await screens.open('phone', person)
  await phone.goto('/workbench')
  await expect(phone.getByRole('heading', { name: '等待审批的申请' })).toBeVisible()
  await look(phone, 'join-waiting')
  await phone.goto(link)
  await expect(phone.getByText('申请已提交，等待管理员审批')).toBeVisible()
  const pc = await screens.open('pc', admin)
  await pc.goto(`/contacts/${orgId}/requests`)
  await expect(pc.getByText('三车间')).toBeVisible()
  await phone.getByRole('button', { name: `撤回申请 ${org}` }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  // The admin's page is not told to reload, and does not offer to decide what is gone.
  await expect(pc.getByText('已撤回')).toBeVisible()
  await expect(pc.getByRole('button', { name: '同意' })).toBeHidden()

  await person.call(orgContracts.joinOrg, { params: { code }, body: {} })
  await phone.goto('/contacts')
  await pc.getByRole('button', { name: '拒绝' }).click()
  await expect(phone.getByText(`“${org}”未同意你的加入申请`)).toBeVisible()
  await phone.getByRole('button', { name: '我知道了' }).click()
  await person.call(orgContracts.joinOrg, { params: { code }, body: {} })
  await pc.getByRole('button', { name: '同意' }).click()
  await expect(phone.getByText(`“${org}”已同意你的加入申请`)).toBeVisible()
  await look(phone, 'join-approved')
  await phone.getByRole('button', { name: '进入工作台' }).click()
  await expect(phone.getByRole('button', { name: `当前团队 ${org}，点击切换` })).toBeVisible()
  await phone.goto(link)
  await expect(phone.getByText('你已经在这个团队中')).toBeVisible()

  // Cut on its way, never given out, and given out by somebody else.
  for (const path of ['/join/ab', `/join/${code.slice(0, -3)}`]) {
    await phone.goto(path)
    await expect(phone.getByRole('heading', { name: '邀请已失效' })).toBeVisible()
  }
})

test('Z-08: the scan page says what is wrong with the camera and with a code, and warns before it leaves', async ({
  screens,
  newPerson,
  urls,
}) => {
  screens.expectConsole(/400|404|409|410/)
  const person = await newPerson('白晓东')
  await person.createOrg(newOrgName('中原印务'))
  const phone = await screens.open('phone', person)
  await phone.addInitScript(() => {
    let attempt = 0
    navigator.mediaDevices.getUserMedia = () => {
      attempt += 1
      return Promise.reject(new DOMException('no', attempt === 1 ? 'NotAllowedError' : 'NotReadableError'))
    }
  })
  await phone.goto('/scan')
  await expect(phone.getByRole('status').filter({ hasText: '没有相机权限' })).toBeVisible()
  await look(phone, 'scan-denied')
  await phone.getByRole('button', { name: '重试' }).click()
  await expect(phone.getByRole('status').filter({ hasText: '相机正被其他程序使用' })).toBeVisible()

  await pasteCode(phone, '物料编号 A-1001\n第二行')
  await expect(phone.getByRole('heading', { name: '识别到的文字' })).toBeVisible()
  await phone.getByRole('button', { name: '复制内容' }).click()
  expect(await phone.evaluate(() => navigator.clipboard.readText())).toContain('A-1001')
  await pasteCode(phone, 'https://evil.example/join/abcdef')
  await expect(phone.getByRole('dialog')).toContainText('evil.example')
  await look(phone, 'scan-leave')
  await phone.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  await pasteCode(phone, 'javascript:alert(1)')
  await expect(phone.getByText('javascript:alert(1)')).toBeVisible()
  await pasteCode(phone, `${urls.workplace}/scan-sign-in/${'x'.repeat(24)}`)
  await expect(phone.getByRole('alert')).toContainText('二维码已失效')
  await phone.getByRole('button', { name: '重新扫码' }).click()
  await pasteCode(phone, `${urls.workplace}/join/%E5%8A`)
  await expect(phone.getByRole('heading', { name: '邀请已失效' })).toBeVisible()
})
