import { figure } from '@kangbao/launcher/figure.ts'
import { foreignSite } from '../support/foreign-site.ts'
import { expect, test } from '../support/journey.ts'
import { openFromWorkbench } from '../support/mini-app.ts'
import { settledOrg } from '../support/orgs.ts'

/** Chromium's own page in place of one that may not be framed, or that nothing answers. */
const refused = /^chrome-error:/

test('S-71: mini-apps are framed by the workplace, everything else by nobody, and no foreign page gets any', async ({
  screens,
  newPerson,
  urls,
}) => {
  const { admin } = await settledOrg(newPerson, '外框')
  screens.expectConsole(
    /frame-ancestors|X-Frame-Options|chrome-error|ERR_BLOCKED_BY_RESPONSE|Refused to display/i,
  )
  screens.expectConsole(/favicon\.ico|404/)
  const targets = [
    `${urls.server}/m/forms/`,
    `${urls.server}/m/forms`,
    `${urls.server}/m/employment-report/`,
    `${urls.server}/m/health-report/manage`,
    `${urls.server}/console/`,
    `${urls.server}/docs/`,
    `${urls.server}/api/templates`,
    `${urls.server}/nowhere`,
    `${urls.workplace}/workbench`,
    `${urls.workplace}/client-api/me`,
  ]
  const pages = Object.fromEntries(
    targets.map((target, i) => [
      `/${i}`,
      `<!doctype html><title>foreign</title><iframe src="${target}"></iframe>`,
    ]),
  )
  const site = await foreignSite(pages)
  screens.expectOrigin(site.origin)
  const page = await screens.open('pc', admin)
  const framed: string[] = []
  for (const [i, target] of targets.entries()) {
    await page.goto(`${site.origin}/${i}`)
    const frame = page.frames()[1]
    await expect.poll(() => frame?.url()).not.toBe('')
    await expect.poll(() => frame?.url()).not.toBe('about:blank')
    if (!refused.test(frame?.url() ?? '')) framed.push(target)
  }
  figure({
    id: 'S-71',
    n: targets.length,
    value: framed.length,
    unit: 'framed by a foreign page',
    target: '=0',
    ok: framed.length === 0,
  })
  expect(framed).toEqual([])
  await site.close()

  // The one place where it does render.
  const app = await openFromWorkbench(page, '智能填表')
  await expect(app.getByRole('heading').first()).toBeVisible()
})

test('S-75: 1 000 messages from the wrong window have no effect on the workplace or on the mini-app', async ({
  screens,
  newPerson,
}) => {
  const { admin } = await settledOrg(newPerson, '来信')
  const page = await screens.open('pc', admin)
  const app = await openFromWorkbench(page, '智能填表')
  await expect(app.getByRole('heading').first()).toBeVisible()
  const before = { url: page.url(), kept: await page.evaluate(() => JSON.stringify(localStorage)) }
  const asked: string[] = []
  page.on('request', (request) => {
    if (/auth-code/.test(request.url()) || /evil/.test(request.postData() ?? '')) asked.push(request.url())
  })
  await page.evaluate(
    (names) =>
      new Promise((resolve) => {
        const odd = [
          null,
          1,
          'dd-call',
          [],
          { t: 'dd-call' },
          { t: 'dd-call', id: {}, name: 1 },
          { t: 'dd-hello' },
        ]
        const params = {
          corpId: 'x',
          url: 'https://evil.test',
          name: 'a',
          value: 'b',
          title: 'evil',
          message: 'evil',
        }
        const frame = document.querySelector('iframe')?.contentWindow
        for (let i = 0; i < 1_000; i += 1) {
          const name = names[i % names.length]
          // Not from the frame: the window is the wrong one for the workplace, the origin as well.
          window.postMessage(
            i % 4 === 0 ? odd[i % odd.length] : { t: 'dd-call', id: i, name, params, href: location.href },
            '*',
          )
          // What only the workplace's own code may say is not asked for by the app: it has no call with this number.
          frame?.postMessage({ t: 'dd-ret', id: -i, res: { errorCode: '0', result: { code: 'evil' } } }, '*')
        }
        addEventListener('message', ({ data }) => data === 'last' && resolve(null))
        window.postMessage('last', '*')
      }),
    [
      'runtime.permission.requestAuthCode',
      'biz.navigation.close',
      'biz.navigation.setTitle',
      'biz.util.openLink',
      'device.notification.alert',
      'util.domainStorage.setItem',
      '__proto__',
      'constructor',
    ],
  )
  const kept = await page.evaluate(() => JSON.stringify(localStorage))
  const dialogs = await page.getByRole('dialog').filter({ hasText: 'evil' }).count()
  const effects = [
    ...asked,
    ...(kept === before.kept ? [] : ['storage']),
    ...(dialogs > 0 ? ['dialogue'] : []),
  ]
  figure({
    id: 'S-75',
    n: 1_000,
    value: effects.length,
    unit: 'effects',
    target: '=0',
    ok: effects.length === 0,
  })
  expect(effects).toEqual([])
  expect(page.url()).toBe(before.url)
  await expect(page.getByRole('heading', { level: 1, name: '智能填表' })).toBeVisible()
  await expect(app.getByRole('heading').first()).toBeVisible()
})
