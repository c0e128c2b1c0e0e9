import type { Frame, Page } from '@playwright/test'
import { listMySubmissions } from '@kangbao/shared/contracts/submissions.ts'
import { Company } from '../support/company.ts'
import { answerDay, takeNote } from '../support/filling.ts'
import { expect, test } from '../support/journey.ts'
import { look } from '../support/look.ts'
import { openFromWorkbench } from '../support/mini-app.ts'

const daily = '郑州市企业员工健康上报'

function formsFrame(page: Page): Frame {
  const frame = page.frames().find((each) => each.url().includes('/m/forms/'))
  if (!frame) throw new Error('the forms app is not open')
  return frame
}

/** What of the app is on the phone: its page, the key, and the bytes of the form as it is kept, sealed anew each time. */
function kept(page: Page): Promise<{ hasPage: boolean; hasKey: boolean; form: string | null }> {
  return formsFrame(page).evaluate(async () => {
    const caches = await globalThis.caches.keys()
    const pages = await Promise.all(
      caches.map(async (name) => (await globalThis.caches.open(name)).match('/m/forms/kept-page')),
    )
    const hasKey = Object.keys(localStorage).some((key) => key.endsWith(':key'))
    const answerTo = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => request.addEventListener('success', () => resolve(request.result)))
    const database = await answerTo(indexedDB.open('kangbao'))
    const bytes = database.transaction('bytes').objectStore('bytes')
    const name = (await answerTo(bytes.getAllKeys())).find((key) => String(key).includes(':reply:filling:'))
    const form = name === undefined ? null : String(await answerTo<unknown>(bytes.get(name)))
    database.close()
    return { hasPage: pages.some(Boolean), hasKey, form }
  })
}

/**
 * The app has what it needs to open by itself: its files, the key, and the form that was looked at.
 * @param before The form as it was kept; what the server said since is kept when the bytes are others.
 */
async function keptForLater(page: Page, before: string | null = null): Promise<string | null> {
  await expect
    .poll(async () => {
      const { hasPage, hasKey, form } = await kept(page)
      return [hasPage, hasKey, form !== null && form !== before]
    })
    .toEqual([true, true, true])
  return (await kept(page)).form
}

async function openAnew(page: Page): Promise<void> {
  const frame = formsFrame(page)
  await frame.goto(frame.url())
}

test('Z-34, X-10: after one visit the form opens without a network, with its draft; what is filed waits on the phone and is sent once when the network is back', async ({
  screens,
  urls,
}) => {
  screens.expectConsole(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/)
  const company = await Company.found(urls, '新密建材', '韩雪')
  await company.publish('zhengzhou/daily')
  const phone = await screens.open('phone', await company.person('张丽'))
  const app = await openFromWorkbench(phone, '智能填表')
  await app.getByRole('link', { name: new RegExp(daily) }).click()
  const unread = await keptForLater(phone)
  await takeNote(app)
  await app.getByLabel(/今日体温/).fill('364')
  await keptForLater(phone, unread)

  await phone.context().setOffline(true)
  await openAnew(phone)
  await expect(app.getByRole('status').filter({ hasText: '现在连不上网络' })).toBeVisible()
  await expect(app.getByLabel(/今日体温/)).toHaveValue('36.4')
  await look(phone, 'offline-fill')
  await answerDay(app, '36.4')
  await app.getByRole('button', { name: '提交', exact: true }).click()
  await expect(app.getByRole('heading', { name: '已保存，等待发送' })).toBeVisible()

  await openAnew(phone)
  await expect(app.getByRole('heading', { name: '已保存，等待发送' })).toBeVisible()
  const member = await company.memberIn('forms', '张丽')
  expect((await member.call(listMySubmissions, { query: {} })).items).toEqual([])

  await app.getByRole('link', { name: '返回列表' }).click()
  await expect(app.getByRole('link', { name: new RegExp(daily) })).toContainText('等待网络')
  await look(phone, 'offline-list')
  await app.getByRole('link', { name: '待发送 1' }).click()
  const kept = app.getByRole('article', { name: daily })
  await expect(kept.getByText('已提交，恢复网络后自动发送。')).toBeVisible()
  await kept.getByRole('button', { name: '立即发送' }).click()
  await expect(app.getByRole('status').filter({ hasText: '还连不上网络' })).toBeVisible()
  await phone.setViewportSize({ width: 320, height: 640 })
  await look(phone, 'queue-waiting')
  await kept.getByRole('button', { name: '删除' }).click()
  await expect(app.getByRole('dialog', { name: '删除这份内容？' })).toBeVisible()
  await look(phone, 'queue-discard')
  await app.getByRole('button', { name: '取消' }).click()

  await phone.context().setOffline(false)
  await expect(kept.getByText('回执编号')).toBeVisible()
  await expect(app.getByRole('status').filter({ hasText: '现在连不上网络' })).toBeHidden()
  await look(phone, 'queue-received')
  const { items } = await member.call(listMySubmissions, { query: {} })
  expect(items).toMatchObject([{ revision: 1 }])
  await expect(kept.getByText(items[0]?.number ?? '')).toBeVisible()
})
