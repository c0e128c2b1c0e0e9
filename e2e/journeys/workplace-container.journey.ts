import type { Frame, Page } from '@playwright/test'
import { signHostConfig } from '@kangbao/shared/contracts/host.ts'
import { shareToConversation } from '@kangbao/workplace/contracts/container.ts'
import { listConversations } from '@kangbao/workplace/contracts/messages.ts'
import { getOrg } from '@kangbao/workplace/contracts/orgs.ts'
import * as workbench from '@kangbao/workplace/contracts/workbench.ts'
import { jsapiScript } from '../support/jsapi.ts'
import { expect, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { appAtWorkbench, miniApp, openFromWorkbench } from '../support/mini-app.ts'
import { onServer, settledOrg } from '../support/orgs.ts'

/** An ISV's page as any is: our shim before everything, then the published package. */
const isvPage = (workplace: string) => `<!doctype html><title>isv</title>
<script src="${workplace}/shim.js"></script><script>${jsapiScript()}</script>
<h1>第一页</h1><a href="#two">第二页</a>`

async function openIsv(page: Page, urls: { workplace: string; server: string }): Promise<Frame> {
  await page
    .context()
    .route(`${urls.server}/m/health-report/**`, (route) =>
      route.request().resourceType() === 'document'
        ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: isvPage(urls.workplace) })
        : route.continue(),
    )
  // A page that no network has brought may not ask the local one.
  await page
    .context()
    .route(`${urls.workplace}/shim.js`, async (route) => route.fulfill({ response: await route.fetch() }))
  await page.goto('/workbench')
  await appAtWorkbench(page, '企业健康数据上报').click()
  await expect(miniApp(page).getByRole('heading', { name: '第一页' })).toBeVisible()
  const frame = page.frames().find((each) => each.url().startsWith(`${urls.server}/m/health-report`))
  if (!frame) throw new Error('no frame')
  return frame
}

/** Calls the package as an ISV does: `dd.biz.util.chosen({…})`; what it resolves with, or its error. */
const dd = (frame: Frame, name: string, params: object = {}): Promise<unknown> =>
  frame.evaluate(
    async ([path, given]) => {
      // The package's own object, and its tree of functions.
      let at: unknown = Reflect.get(window, 'dd')
      for (const part of path.split('.')) at = Reflect.get(Object(at), part)
      const call = at as (params: object) => Promise<unknown>
      return call(given).catch((error: unknown) => ({ failed: error }))
    },
    [name, params] as const,
  )

test('Z-08: the unmodified dingtalk-jsapi finds every API of an app answered, each with a dialogue one can use', async ({
  screens,
  newPerson,
  urls,
}) => {
  const made = await settledOrg(newPerson, '接口大全')
  const page = await screens.open('phone', made.admin)
  const frame = await openIsv(page, urls)
  expect(await frame.evaluate(() => Reflect.get(Reflect.get(window, 'dd'), 'env').platform)).toBe('ios')

  // Sign-in needs no dd.config.
  const code = { code: expect.any(String) }
  expect(await dd(frame, 'runtime.permission.requestAuthCode', { corpId: made.corpId })).toEqual(code)
  expect(
    await dd(frame, 'runtime.permission.requestOperateAuthCode', { corpId: made.corpId, agentId: '1' }),
  ).toEqual(code)
  expect(await dd(frame, 'runtime.permission.requestAuthCode', { corpId: 'dingother' })).toMatchObject({
    failed: { errorCode: '3' },
  })

  // The consent kit of DingTalk opens a mini-program of its own; here the host asks.
  const consent = dd(frame, 'biz.util.callComponent', {
    componentType: 'miniProgram',
    params: {
      miniAppId: '5000000000174977',
      page: `pages/auth/index?type=0&clientId=x&corpId=${made.corpId}&rpcScope=Contact.User.Read&fieldScope=Contact.User.mobile`,
      target: 'float',
      panelHeight: 'percent50',
    },
  })
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveText([
    '读取你的姓名和头像',
    '读取打码后的手机号',
  ])
  await look(page, 'jsapi-consent')
  await page.getByRole('dialog').getByRole('button', { name: '同意' }).click()
  expect(await consent).toMatchObject({
    detail: { extraData: { status: 'ok', result: { authCode: expect.any(String) } } },
  })

  // Dialogues, one after the other though the app asks at once.
  const both = Promise.all([
    dd(frame, 'device.notification.alert', { title: '甲', message: '第一条', buttonName: '好的' }),
    dd(frame, 'device.notification.confirm', { title: '乙', message: '第二条', buttonLabels: ['不', '要'] }),
  ])
  // By its name: the sheet of the consent may still be on its way out.
  const alert = page.getByRole('dialog', { name: '甲' })
  await expect(alert).toContainText('第一条')
  await look(page, 'jsapi-alert')
  await alert.getByRole('button', { name: '好的' }).click()
  await expect(page.getByRole('dialog').filter({ hasText: '第二条' })).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: '要', exact: true }).click()
  expect((await both)[1]).toEqual({ buttonIndex: 1 })

  const sheet = dd(frame, 'device.notification.actionSheet', {
    title: '选择方式',
    cancelButton: '算了',
    otherButtons: ['拍照', '相册'],
  })
  await expect(page.getByRole('dialog').getByRole('button', { name: '拍照' })).toBeFocused()
  await look(page, 'jsapi-sheet')
  await page.getByRole('dialog').getByRole('button', { name: '相册' }).click()
  expect(await sheet).toMatchObject({ buttonIndex: 1 })
  const dismissed = dd(frame, 'device.notification.actionSheet', { otherButtons: ['一'] })
  await expect(page.getByRole('dialog').getByRole('button', { name: '一' })).toBeVisible()
  await page.keyboard.press('Escape')
  expect(await dismissed).toMatchObject({ buttonIndex: -1 })

  await dd(frame, 'device.notification.showPreloader', { text: '加载中' })
  await expect(page.getByText('加载中', { exact: true }).first()).toBeVisible()
  await dd(frame, 'device.notification.hidePreloader')
  await dd(frame, 'device.notification.toast', { text: '已保存', icon: 'success', duration: 1 })
  // Seen, and said.
  await expect(page.locator('.van-toast').filter({ hasText: '已保存' })).toBeVisible()
  await expect(page.getByTestId('toast-voice')).toHaveText('已保存')

  const chosen = dd(frame, 'biz.util.chosen', {
    source: [
      { key: '早班', value: 'a' },
      { key: '晚班', value: 'b' },
    ],
    selectedKey: '晚班',
  })
  await page.getByRole('button', { name: '确认' }).click()
  expect(await chosen).toEqual({ key: '晚班', value: 'b' })
  const moment = dd(frame, 'biz.util.datetimepicker', {
    format: 'yyyy-MM-dd HH:mm',
    value: '2026-11-29 08:30',
  })
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click()
  expect(await moment).toEqual({ value: '2026-11-29 08:30' })

  await dd(frame, 'util.domainStorage.setItem', { name: 'draft', value: '{"a":1}' })
  expect(await dd(frame, 'util.domainStorage.getItem', { name: 'draft' })).toEqual({ value: '{"a":1}' })
  await dd(frame, 'util.domainStorage.removeItem', { name: 'draft' })
  expect(await dd(frame, 'util.domainStorage.getItem', { name: 'draft' })).toEqual({ value: '' })

  // The bar: title, corner button, menu, and a step back that the app handles itself.
  await dd(frame, 'biz.navigation.setTitle', { title: '我的单据' })
  await expect(page.getByRole('heading', { level: 1, name: '我的单据' })).toBeVisible()
  await frame.evaluate(() => {
    const navigation = Reflect.get(Reflect.get(Reflect.get(window, 'dd'), 'biz'), 'navigation')
    const note = (what: string) => (data: unknown) => {
      document.title = `${what} ${JSON.stringify(data)}`
    }
    navigation.setRight({ show: true, control: true, text: '完成', onSuccess: note('right') })
    navigation.setMenu({ items: [{ id: 'x1', text: '导出' }], onSuccess: note('menu') })
    navigation.setLeft({ control: true, text: '取消', onSuccess: note('left') })
  })
  await page.getByRole('button', { name: '完成' }).click()
  await expect.poll(() => frame.title()).toMatch(/^right/)
  await page.getByRole('button', { name: '更多' }).click()
  await look(page, 'jsapi-menu')
  await page.getByRole('dialog').getByRole('button', { name: '导出' }).click()
  await expect.poll(() => frame.title()).toBe('menu {"id":"x1"}')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.getByRole('button', { name: '取消', exact: true }).click()
  await expect.poll(() => frame.title()).toMatch(/^left/)

  const scanned = dd(frame, 'biz.util.scan', { type: 'all' })
  await page.getByLabel('粘贴二维码内容或链接').fill('A-1001')
  await page.getByRole('button', { name: '确定' }).click()
  expect(await scanned).toEqual({ text: 'A-1001' })
  await dd(frame, 'biz.util.previewImage', { urls: [`${urls.workplace}/favicon.svg`], current: '' })
  await expect(page.locator('.van-image-preview')).toBeVisible()
  await page.keyboard.press('Escape')
})

test('Z-08, Z-32: guarded APIs open with the server’s signature: pickers keep to what the app says, pictures go up', async ({
  screens,
  newPerson,
  urls,
}) => {
  const made = await settledOrg(newPerson, '选人')
  const page = await screens.open('phone', made.admin)
  const frame = await openIsv(page, urls)
  const choose = { corpId: made.corpId, multiple: true, users: [], max: 10 }
  expect(await dd(frame, 'biz.contact.choose', choose)).toMatchObject({ failed: { errorCode: '7' } })

  const member = await onServer(made, 2)
  const url = await frame.evaluate(() => location.href.split('#')[0] ?? '')
  const config = await member.call(signHostConfig, { body: { app: 'health-report', url } })
  const jsApiList = ['complexPicker', 'departmentsPicker', 'choose']
    .map((name) => `biz.contact.${name}`)
    .concat('biz.util.uploadImage', 'biz.util.uploadImageFromCamera')
  await frame.evaluate(
    ([given, list]) =>
      new Promise((resolve, reject) => {
        const api = Reflect.get(window, 'dd')
        api.error(reject)
        api.config({ ...given, type: 0, jsApiList: list })
        api.ready(resolve)
      }),
    [config, jsApiList] as const,
  )

  const { userid } = await made.admin.call(getOrg, { params: { orgId: made.orgId } })
  const picked = dd(frame, 'biz.contact.complexPicker', {
    title: '选择填报人',
    corpId: made.corpId,
    multiple: true,
    maxUsers: 5,
    limitTips: '最多 5 项',
    requiredUsers: [userid],
    disabledDepartments: [1],
    startWithDepartmentId: 0,
    responseUserOnly: false,
  })
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('heading', { name: '选择填报人' })).toBeVisible()
  await expect(dialog.getByRole('checkbox', { name: '何建国' })).toBeChecked()
  await expect(dialog.getByRole('checkbox', { name: '何建国' })).toBeDisabled()
  await expect(dialog.getByRole('checkbox', { name: new RegExp(made.org) })).toBeDisabled()
  await look(page, 'jsapi-picker')
  await dialog.getByRole('checkbox', { name: '朱雪晴' }).click()
  await dialog.getByRole('button', { name: /确定/ }).click()
  expect(await picked).toMatchObject({ selectedCount: 2, departments: [] })
  const dismissed = dd(frame, 'biz.contact.departmentsPicker', { corpId: made.corpId, multiple: false })
  await dialog.getByRole('button', { name: '关闭' }).click()
  expect(await dismissed).toMatchObject({ failed: { errorCode: '-1' } })

  const chooser = page.waitForEvent('filechooser')
  const uploaded = dd(frame, 'biz.util.uploadImageFromCamera', {})
  await (
    await chooser
  ).setFiles({
    name: 'photo.png',
    mimeType: 'image/png',
    buffer: await page.screenshot(),
  })
  expect(await uploaded).toEqual([expect.stringMatching(/^http.*\/media\//)])
  await dd(frame, 'biz.telephone.call', { users: [userid], corpId: made.corpId })
  await expect(page).toHaveURL(new RegExp(`/members/${userid}$`))
})

test('Z-08: several apps stay open and are switched; one stopped while open, one that hangs and one that is dead say so', async ({
  screens,
  newPerson,
  urls,
}) => {
  screens.expectConsole(/401|409|403|404|ERR_FAILED|ERR_INTERNET_DISCONNECTED|net::/)
  const made = await settledOrg(newPerson, '多开')
  const phone = await screens.open('phone', made.admin)
  const forms = await openFromWorkbench(phone, '智能填表')
  await forms.getByRole('link', { name: '管理' }).click()
  await expect(phone.getByRole('heading', { level: 1, name: '管理表单' })).toBeVisible()
  await phone.getByRole('button', { name: '返回' }).click()
  await phone.getByRole('button', { name: '返回' }).click()
  await expect(phone).toHaveURL(/\/workbench$/)
  await appAtWorkbench(phone, '企业用工登记上报').click()
  await expect(phone.getByRole('heading', { level: 1, name: '企业用工登记上报' })).toBeVisible()
  await phone.getByRole('button', { name: /打开了 2 个应用/ }).click()
  await look(phone, 'app-switcher')
  await phone.getByRole('dialog').getByRole('button', { name: '智能填表', exact: true }).click()
  await expect(phone.getByRole('heading', { level: 1, name: '智能填表' })).toBeVisible()

  const pc = await screens.open('pc', made.admin)
  await pc.goto('/workbench')
  // By the keyboard: in, to the bar first, and back to where one came from.
  await appAtWorkbench(pc, '智能填表').focus()
  await pc.keyboard.press('Enter')
  await expect(pc.getByRole('heading', { level: 1, name: '智能填表' })).toBeVisible()
  await pc.keyboard.press('Tab')
  await expect(pc.getByRole('button', { name: '返回' })).toBeFocused()
  await pc.keyboard.press('Escape')
  await expect(appAtWorkbench(pc, '智能填表')).toBeFocused()
  await pc.keyboard.press('Enter')
  await pc.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '工作台' }).click()
  await appAtWorkbench(pc, '企业健康数据上报').click()
  const tabs = pc.getByRole('navigation', { name: '打开的应用' })
  await expect(tabs.getByRole('button', { name: '企业健康数据上报', exact: true })).toHaveAttribute(
    'aria-current',
    'page',
  )
  await look(pc, 'app-tabs')

  // Stopped by an admin while somebody has it before him.
  const params = { orgId: made.orgId, agentId: made.agents['health-report'] }
  await made.admin.call(workbench.stopApp, { params })
  await expect(pc.getByRole('alert').filter({ hasText: '应用已停用' })).toBeVisible()
  await look(pc, 'app-stopped')
  await made.admin.call(workbench.restoreApp, { params })
  await pc.getByRole('button', { name: '重试' }).click()
  await expect(pc.locator('iframe:visible')).toHaveAttribute('title', '企业健康数据上报')
  await tabs.getByRole('button', { name: '关闭企业健康数据上报' }).click()
  await expect(pc.getByRole('heading', { level: 1, name: '智能填表' })).toBeVisible()

  await pc.context().setOffline(true)
  await expect(pc.getByText('网络已断开')).toBeVisible()
  await pc.context().setOffline(false)
  await expect(pc.getByText('网络已断开')).toBeHidden()

  const slow = await screens.open('phone', made.admin)
  await slow.clock.install()
  await slow.goto('/workbench')
  let network: 'hanging' | 'dead' | 'fine' = 'hanging'
  await slow.route(`${urls.server}/m/forms/**`, (route) => {
    if (network === 'hanging') return undefined
    return network === 'dead' ? route.abort() : route.continue()
  })
  await appAtWorkbench(slow, '智能填表').click()
  await expect(slow.getByRole('status', { name: '加载中…' })).toBeVisible()
  await slow.clock.runFor(13_000)
  await expect(slow.getByRole('alert')).toContainText('应用打开较慢')
  await look(slow, 'app-slow')
  network = 'dead'
  await slow.getByRole('button', { name: '重试' }).click()
  // The browser draws a page of its own, as if one had come; the app stays silent.
  await expect(async () => {
    await slow.clock.runFor(7_000)
    await expect(slow.getByRole('alert')).toContainText('应用没有响应', { timeout: 500 })
  }).toPass()
  network = 'fine'
  await slow.getByRole('button', { name: '重试' }).click()
  await expect(miniApp(slow).getByText(made.org).first()).toBeVisible()
})

test('Z-08: links in a chat open where they belong: an app’s page and openapp in the app, our own in the client, others outside', async ({
  screens,
  newPerson,
  urls,
}) => {
  screens.expectOrigin('https://example.com')
  const made = await settledOrg(newPerson, '链接')
  const { items } = await made.admin.call(listConversations, { query: { orgId: made.orgId } })
  const chat = items.find(({ kind }) => kind === 'org')?.id ?? ''
  const home = `${urls.server}/m/forms/?corpId=${made.corpId}`
  const agentId = made.agents.forms
  const openApp =
    `dingtalk://dingtalkclient/action/openapp?corpid=${made.corpId}&container_type=work_platform` +
    `&app_id=0_${agentId}&redirect_type=jump&redirect_url=${encodeURIComponent(home)}`
  const pageLink = `dingtalk://dingtalkclient/page/link?url=${encodeURIComponent(home)}&pc_slide=true`
  const links = { 应用页面: home, 打开应用: openApp, 侧边打开: pageLink, 外部网站: 'https://example.com/x' }
  for (const [title, url] of Object.entries(links))
    await made.admin.call(shareToConversation, {
      params: { orgId: made.orgId, agentId },
      body: { conversationIds: [chat], url, title },
    })

  const pc = await screens.open('pc', made.member)
  await pc.context().route('https://example.com/**', (route) => route.fulfill({ body: 'outside' }))
  for (const title of ['应用页面', '打开应用', '侧边打开']) {
    await pc.goto(`/messages/${made.orgId}/${chat}`)
    await pc
      .getByRole('log')
      .getByRole('button', { name: new RegExp(title) })
      .click()
    await expect(pc).toHaveURL(new RegExp(`/app/${made.orgId}/${agentId}`))
    await expect(pc.getByRole('heading', { level: 1, name: '智能填表' })).toBeVisible()
  }
  await pc.goto(`/messages/${made.orgId}/${chat}`)
  const popup = pc.waitForEvent('popup')
  await pc
    .getByRole('log')
    .getByRole('button', { name: /外部网站/ })
    .click()
  expect((await popup).url()).toBe('https://example.com/x')
})
