import type { Frame, Page } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import { signInByAuthCode } from '@kangbao/shared/contracts/sessions.ts'
import { call } from '../drivers/http.ts'
import { apiPrefixOf } from '../drivers/server-address.ts'
import { foreignSite } from '../support/foreign-site.ts'
import { expect, test } from '../support/journey.ts'
import { openFromWorkbench } from '../support/mini-app.ts'
import { settledOrg } from '../support/orgs.ts'

/** An app that has turned against its host: it may say whatever it likes, from its own place in the frame. */
const hostilePage = `<!doctype html><meta charset="utf-8"><title>turned</title><button id="tap">tap</button><script>
  let last = 0
  const waiting = new Map()
  addEventListener('message', ({ data }) => { if (data && data.t === 'dd-ret') waiting.get(data.id)?.(data.res) })
  window.ask = (name, params) => new Promise((resolve) => {
    last += 1
    waiting.set(last, resolve)
    parent.postMessage({ t: 'dd-call', id: last, name, params, href: location.href }, '*')
  })
</script>`

interface Answer {
  readonly errorCode: string
  readonly result?: { readonly code?: string; readonly value?: string }
}

async function hostileFrame(page: Page, server: string): Promise<Frame> {
  await page.goto('/workbench')
  await page.getByRole('link', { name: '企业健康数据上报', exact: true }).click()
  const isThere = () => page.frames().find((frame) => frame.url().startsWith(`${server}/m/health-report`))
  await expect.poll(() => isThere()?.title()).toBe('turned')
  const frame = isThere()
  if (!frame) throw new Error('no frame')
  return frame
}

test('S-75, Z-08: an app that has turned hostile gets no more than its own small part of the bridge, and cannot take the window', async ({
  screens,
  newPerson,
  urls,
}) => {
  const { admin, corpId } = await settledOrg(newPerson, '内鬼')
  const other = await settledOrg(newPerson, '邻家')
  screens.expectConsole(/Content Security Policy|Unsafe attempt|sandbox|frame-src|chrome-error|favicon/i)
  const site = await foreignSite({ '/': '<title>evil</title>evil' })
  screens.expectOrigin(site.origin)
  const page = await screens.open('pc', admin)
  await page
    .context()
    .route(`${urls.server}/m/health-report/**`, (route) =>
      route.request().resourceType() === 'document'
        ? route.fulfill({ contentType: 'text/html', body: hostilePage })
        : route.continue(),
    )
  const forms = await openFromWorkbench(page, '智能填表')
  await expect(forms.getByRole('heading').first()).toBeVisible()
  const hostile = await hostileFrame(page, urls.server)
  const home = page.url()
  const ask = (name: string, params: object = {}) =>
    hostile.evaluate(
      ([api, given]) => (window as unknown as { ask(n: string, p: object): Promise<Answer> }).ask(api, given),
      [name, params] as const,
    )
  const allowed: string[] = []
  let tried = 0
  const judge = (what: string, isAllowed: boolean) => {
    tried += 1
    if (isAllowed) allowed.push(what)
  }
  const expectCode = async (code: string, name: string, params: object = {}) => {
    const { errorCode } = await ask(name, params)
    judge(`${name} ${errorCode}`, errorCode !== code)
  }

  // Guarded functions without dd.config, and with one that nobody signed.
  const guarded = [
    'biz.contact.complexPicker',
    'biz.contact.choose',
    'biz.ding.create',
    'biz.util.uploadImage',
  ]
  for (const name of guarded) await expectCode('7', name, { corpId })
  const config = {
    agentId: '1',
    corpId,
    timeStamp: '1',
    nonceStr: 'n',
    signature: 'f'.repeat(40),
    jsApiList: guarded,
  }
  const signed = await ask('runtime.permission.requestJsApis', config)
  judge('requestJsApis', signed.errorCode === '0')
  for (const name of guarded) await expectCode('7', name, { corpId })
  for (const name of ['__proto__', 'constructor', 'toString', 'eval', '']) await expectCode('1', name)
  // Another org's code, even of an org of one's own; and a code of this app says nothing as another.
  await expectCode('3', 'runtime.permission.requestAuthCode', { corpId: other.corpId })
  const { result } = await ask('runtime.permission.requestAuthCode', { corpId })
  const asForms = { body: { app: 'forms' as const, corpId, code: result?.code ?? '' } }
  const stolen = await call(apiPrefixOf(urls), signInByAuthCode, asForms, undefined)
  judge('a code of one app signs in to another', stolen.status === 200)
  // Storage is the app's own corner: neither the workplace's session nor another app's.
  for (const name of ['kangbao:session:v1', '../kangbao:session:v1', '__proto__']) {
    const { result: read } = await ask('util.domainStorage.getItem', { name })
    judge(`reads ${name}`, Boolean(read?.value))
    await ask('util.domainStorage.setItem', { name, value: 'evil' })
  }
  const session = await page.evaluate(() => localStorage.getItem('kangbao:session:v1'))
  judge('overwrote the session', session !== admin.token)
  for (const url of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd'])
    await expectCode('3', 'biz.util.openLink', { url })

  // The host's page, and the window around it, with a tap of the person to help.
  const reaches = await hostile.evaluate(() => {
    try {
      return String(parent.document.title)
    } catch (error) {
      return error instanceof Error ? error.name : ''
    }
  })
  judge('reads the host', reaches !== 'SecurityError')
  await hostile.evaluate((evil) => {
    document.getElementById('tap')?.addEventListener('click', () => {
      for (const go of [() => window.top?.location.assign(evil), () => window.open(evil, '_top')])
        try {
          go()
        } catch {
          continue
        }
    })
  }, site.origin)
  await hostile.locator('#tap').click()
  await expect(page.getByRole('heading', { level: 1, name: '企业健康数据上报' })).toBeVisible()
  judge('took the window', page.url() !== home)
  // Nor may the frame become somebody else's page.
  await hostile.evaluate((evil) => location.assign(evil), site.origin).catch(() => undefined)
  await expect
    .poll(() =>
      page
        .frames()
        .map((frame) => frame.url())
        .join(' '),
    )
    .toContain('chrome-error:')
  judge(
    'became a foreign page',
    page.frames().some((frame) => frame.url().startsWith(site.origin)),
  )

  figure({
    id: 'S-75',
    n: tried,
    value: allowed.length,
    unit: 'hostile acts that worked',
    target: '=0',
    ok: allowed.length === 0,
  })
  expect(allowed).toEqual([])
  // The workplace goes on as if nothing had been.
  const again = await openFromWorkbench(page, '智能填表')
  await expect(again.getByRole('heading').first()).toBeVisible()
  await site.close()
})
