import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { getMe } from '@kangbao/shared/contracts/sessions.ts'
import { holdsAnswer, type Field } from '@kangbao/shared/forms/definition.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { freePort, root } from '../bench.ts'

const dist = join(root, 'miniapps/forms/dist')
const base = '/m/forms/'
const today = '2026-11-23'
const formId = '019ab000-0000-7000-8000-000000000001'
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

const me = {
  role: 'member',
  org: { id: 'o1', corpId: 'c1', name: '测试机械', timeZone: 'Asia/Shanghai' },
  member: { id: 'm1', userId: 'u1', name: '王晓梅', departments: [], phone: null, isGuest: false },
}
const filling = {
  formId,
  definition: daily,
  formVersion: 1,
  period: today,
  today,
  orgName: '测试机械',
  window: { state: 'open', opensAt: null, closesAt: `${today}T15:59:00.000Z` },
  profile: { name: '王晓梅', department: '质检部', phone: null },
  mine: null,
  last: null,
  consent: { isDue: false, closedFields: [], version: 1 },
}

/** What the floor is made of: the same questions, written out, and a script that only sends them. */
function plainPage(): string {
  const inputs = daily.fields.filter(holdsAnswer).map((field) => `<p><label>${input(field)}</label></p>`)
  return `<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width"><title>${daily.title['zh-CN']}</title>
<h1>${daily.title['zh-CN']}</h1><form>${inputs.join('\n')}<button>提交</button></form><script src="/plain.js"></script></html>`
}
function input({ id, label, ...field }: Field): string {
  if ('options' in field)
    return `${label['zh-CN']}<select name="${id}">${field.options.map((option) => `<option value="${option.value}">${option.label['zh-CN']}`).join('')}</select>`
  return `${label['zh-CN']}<input name="${id}">`
}
const plainScript = `const form = document.querySelector('form')
Promise.all(['${getMe.path}', '/forms/${formId}/filling'].map((path) => fetch('/api' + path).then((r) => r.json()))).then(([me, filling]) => {
  form.prepend(me.org.name + ' ' + filling.period)
  form.id = 'ready'
})
form.onsubmit = (event) => { event.preventDefault(); fetch('/api/forms', { method: 'PUT', body: JSON.stringify(Object.fromEntries(new FormData(form))) }) }`

export interface FillSite {
  readonly plain: string
  readonly fill: string
  /** What a tab remembers of a session, so that the page opens signed in. */
  readonly kept: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The built filling page and the same questions as plain HTML, from one server that answers at once. */
export async function startFillSite(): Promise<FillSite> {
  const answers = new Map<string, () => [type: string, body: Buffer | string]>([
    ['/plain.html', () => ['.html', plainPage()]],
    ['/plain.js', () => ['.js', plainScript]],
    [`/api${getMe.path}`, () => ['.json', JSON.stringify(me)]],
    [`/api/forms/${formId}/filling`, () => ['.json', JSON.stringify(filling)]],
  ])
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const prepared = answers.get(path)
    if (prepared) return send(response, ...prepared())
    if (path.startsWith('/api/')) return response.writeHead(404).end()
    const file = join(dist, path.slice(base.length))
    const isAsset = path.startsWith(`${base}assets/`) && existsSync(file)
    send(response, isAsset ? extname(file) : '.html', readFileSync(isAsset ? file : join(dist, 'index.html')))
  })
  const port = await freePort()
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const url = `http://127.0.0.1:${port}`
  const session = { id: 's1', token: 't', refreshToken: 'r', expiresAt: '2999-01-01T00:00:00.000Z' }
  return {
    plain: `${url}/plain.html`,
    fill: `${url}${base}fill/${formId}?corpId=c1`,
    kept: { 'kangbao:session:v3:forms:c1': JSON.stringify(session) },
    stop: () => new Promise((done) => (server.closeAllConnections(), server.close(() => done()))),
  }
}

function send(response: ServerResponse, type: string, body: Buffer | string): void {
  const headers = { 'content-type': types[type] ?? 'application/json', 'content-encoding': 'gzip' }
  response.writeHead(200, headers).end(gzipSync(body, { level: 9 }))
}
