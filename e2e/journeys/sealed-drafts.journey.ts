import type { BrowserContext, FrameLocator, Page } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import { listMySubmissions } from '@kangbao/shared/contracts/submissions.ts'
import { codeSentBy } from '../drivers/sandbox.ts'
import type { WorkplacePerson } from '../drivers/workplace-person.ts'
import { browserStores } from '../support/browser-stores.ts'
import { Company } from '../support/company.ts'
import { answerDay, takeNote } from '../support/filling.ts'
import { expect, newPhone, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { miniApp, openFromWorkbench } from '../support/mini-app.ts'

const daily = '郑州市企业员工健康上报'
const words = '昨夜咳嗽，住在文化路十七号'
const idNumber = '11010519491231002X'
const remarks = `${words} ${idNumber}`
/** What was typed; what lets the app open without a network lies beside it, and is looked through for texts as well. */
const keptNames = /kangbao:personal:v2:[^":]+:(?:draft|filing):[^"]+/g

const remarksOn = (app: Page | FrameLocator) => app.getByRole('textbox', { name: /备注/ })

/** Looks into every store for what was typed and who typed it. */
async function readable(context: BrowserContext, texts: readonly string[]) {
  const stores = await browserStores(context)
  return {
    inClear: texts.filter((text) => stores.includes(text)),
    names: (stores.match(keptNames) ?? []).map((name) => name.replace(/.*:(draft|filing):.*/, '$1')),
  }
}

/** Signs in to the workplace on this very device, whoever was there before. */
async function takeOver(page: Page, person: WorkplacePerson): Promise<FrameLocator> {
  await page.goto('/')
  await page.evaluate((token) => localStorage.setItem('kangbao:session:v1', token), person.token)
  return openFromWorkbench(page, '智能填表')
}

async function openForm(app: FrameLocator): Promise<void> {
  const link = app.getByRole('link', { name: new RegExp(daily) })
  await expect(link.or(app.getByLabel(/今日体温/))).toBeVisible()
  if (await link.isVisible()) await link.click()
}

test('S-78: a draft lies sealed on the phone, opens after a reload, waits sealed for the network, and goes when another member signs in', async ({
  screens,
  urls,
}) => {
  screens.expectConsole(/ERR_INTERNET_DISCONNECTED/)
  const company = await Company.found(urls, '荥阳仪器', '彭蕾')
  await company.publish('zhengzhou/daily')
  const phone = await screens.open('phone')
  const context = phone.context()
  const canaries = [words, idNumber, '王建国', company.phones['王建国'] ?? '']

  const app = await takeOver(phone, await company.person('王建国'))
  await openForm(app)
  await takeNote(app, /健康备注/)
  await remarksOn(app).fill(remarks)
  await expect.poll(async () => (await readable(context, [])).names).toEqual(['draft'])
  const asDraft = await readable(context, canaries)
  expect(asDraft.inClear).toEqual([])

  await phone.reload()
  await openForm(miniApp(phone))
  await expect(remarksOn(app)).toHaveValue(remarks)

  await answerDay(app, '36.4')
  await context.setOffline(true)
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('heading', { name: '已保存，等待发送' })).toBeVisible()
  const asFiling = await readable(context, canaries)
  expect([asFiling.inClear, asFiling.names.toSorted()]).toEqual([[], ['draft', 'filing']])
  await context.setOffline(false)
  await expect(app.getByRole('heading', { name: '提交成功' })).toBeVisible()
  const member = await company.memberIn('forms', '王建国')
  expect((await member.call(listMySubmissions, { query: {} })).items).toHaveLength(1)
  expect((await readable(context, [])).names).toEqual([])

  await app.getByRole('button', { name: '修改' }).click()
  await remarksOn(app).fill(`${remarks}，又想起一处`)
  await expect.poll(async () => (await readable(context, [])).names).toEqual(['draft'])
  const other = await takeOver(phone, await company.person('张丽'))
  await expect(other.getByRole('link', { name: new RegExp(daily) })).toBeVisible()
  const afterwards = await readable(context, canaries.slice(0, 2))
  expect(afterwards).toEqual({ inClear: [], names: [] })

  const inClear = asDraft.inClear.length + asFiling.inClear.length + afterwards.inClear.length
  const n = 2 * canaries.length + 2
  figure({
    id: 'S-78',
    n,
    value: inClear,
    unit: 'texts in clear in the browser',
    target: '=0',
    ok: inClear === 0,
  })
})

test('S-78: who signs out of the workplace leaves no draft behind', async ({ screens, urls }) => {
  const company = await Company.found(urls, '中原印务', '魏然')
  await company.publish('zhengzhou/daily')
  const phone = await screens.open('phone')
  const app = await takeOver(phone, await company.person('孙敏'))
  await openForm(app)
  await takeNote(app, /健康备注/)
  await remarksOn(app).fill(remarks)
  await expect.poll(async () => (await readable(phone.context(), [])).names).toEqual(['draft'])

  // A page of the app's own site beside the workplace sees the same store.
  const aside = await phone.context().newPage()
  await aside.goto(`${urls.server}/m/forms/`)
  const kept = () =>
    aside.evaluate(() =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith('kangbao:personal:'))
        .sort(),
    )
  await expect.poll(kept).toEqual([expect.stringMatching(/:draft:/), expect.stringMatching(/:key$/)])

  await phone.getByRole('button', { name: '返回', exact: true }).click()
  await phone.getByRole('button', { name: '返回', exact: true }).click()
  await phone.getByRole('link', { name: '我的', exact: true }).click()
  await phone.getByRole('button', { name: '退出登录' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(phone.getByRole('heading', { name: '登录或注册' })).toBeVisible()
  expect(await kept()).toEqual([])
})

test('S-78: in a browser outside the workplace a reload keeps the draft, and signing out leaves nothing', async ({
  screens,
  urls,
}) => {
  const company = await Company.found(urls, '登封水泥', '夏阳')
  const { link } = await company.publish('zhengzhou/daily', { whoMayFill: 'anyone' })
  const number = newPhone()
  const page = await screens.open('phone')
  const context = page.context()
  const canaries = [words, idNumber, '访客乔木', number, `${number.slice(0, 3)}****${number.slice(-4)}`]

  await page.goto(link)
  await page.getByLabel('姓名').fill('访客乔木')
  await page.getByLabel('手机号').fill(number)
  const code = await codeSentBy(urls, number, () => page.getByRole('button', { name: '获取验证码' }).click())
  await page.getByLabel('短信验证码').fill(code)
  await page.getByRole('button', { name: '开始填写' }).click()
  await page.getByRole('checkbox', { name: /健康备注/ }).check()
  await page.getByRole('button', { name: '我已阅读，开始填写' }).click()
  await remarksOn(page).fill(remarks)
  await expect.poll(async () => (await readable(context, [])).names).toEqual(['draft'])
  const kept = await readable(context, canaries)
  expect(kept.inClear).toEqual([])

  await page.reload()
  await expect(remarksOn(page)).toHaveValue(remarks)

  await page.goto(link.replace(/fill\/[^?]+/, 'me'))
  await page.getByRole('button', { name: '退出登录' }).scrollIntoViewIfNeeded()
  await look(page, 'me-sign-out')
  await page.getByRole('button', { name: '退出登录' }).click()
  await expect(page.getByRole('button', { name: '获取验证码' })).toBeVisible()
  const afterwards = await readable(context, canaries)
  expect(afterwards).toEqual({ inClear: [], names: [] })
  const inClear = kept.inClear.length + afterwards.inClear.length
  const n = 2 * canaries.length
  figure({
    id: 'S-78',
    n,
    value: inClear,
    unit: 'texts in clear in the browser',
    target: '=0',
    ok: inClear === 0,
  })
})
