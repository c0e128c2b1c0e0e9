import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { portsFrom, portOffsets, processNames } from './layout.ts'
import { loadMasterKeys } from './master-keys.ts'
import { freePortBase, PortBusyError } from './ports.ts'
import { isAlive } from './postgres-cluster.ts'
import { withClient } from './postgres.ts'
import { unusedSetupLink } from './setup-link.ts'
import { startStack, type Stack, type StackEvent, type StackOptions } from './stack.ts'

/** Stands in for our processes: answers /readyz, keeps a clock, crashes or fails to start when told. */
const program = `
import { createServer } from 'node:http'
if (process.env.FAILS) { console.error('the disk has left the building'); process.exit(3) }
let moved = null
createServer((request, response) => {
  if (request.url === '/crash') process.exit(9)
  if (request.url === '/env') return response.end(JSON.stringify(process.env))
  if (request.url === '/__clock' && request.method === 'POST') {
    let text = ''
    request.on('data', (part) => (text += part)).on('end', () => { moved = text; response.end('{}') })
    return
  }
  if (request.url === '/moved') return response.end(moved ?? '')
  response.end('{}')
}).listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => { console.log('bye'); process.exit(0) })
`

const folder = mkdtempSync(join(tmpdir(), 'kangbao-stack-'))
const root = join(folder, 'root')
beforeAll(() => {
  for (const name of processNames) {
    mkdirSync(join(root, name, 'dist'), { recursive: true })
    writeFileSync(join(root, name, 'package.json'), '{"type":"module"}')
    writeFileSync(join(root, name, 'dist', 'main.js'), program)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const stacks: Stack[] = []
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop()
})

let count = 0
async function start(options: Partial<StackOptions> = {}): Promise<Stack> {
  const stack = await startStack({
    dataDir: join(folder, `data${count++}`),
    root,
    isBuilding: false,
    isDurable: false,
    // The database is not what these tests are about; one server serves them all.
    databaseUrl: process.env['KANGBAO_TEST_DATABASE_URL'] ?? '',
    ...options,
  })
  stacks.push(stack)
  return stack
}

const get = async (url: string): Promise<string> => (await fetch(url)).text()

describe('stack', () => {
  it('starts everything, tells where it is without telling passwords, and stops without a trace', async () => {
    const stack = await start()
    const runFile = join(stack.dataDir, 'run.json')
    const run = JSON.parse(readFileSync(runFile, 'utf8'))
    expect(Object.keys(run)).toEqual(
      expect.arrayContaining([
        'workplace',
        'server',
        'adminConsole',
        'government',
        'sms',
        'mail',
        'smtp',
        'database',
        'pids',
      ]),
    )
    expect(run.server).toBe(`http://localhost:${stack.ports.server}`)
    expect(new URL(run.database).password).toBe('')
    expect(statSync(join(stack.dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
    const pids = processNames.map((name) => stack.pidOf(name) ?? 0)
    await stack.stop()
    expect(pids.filter(isAlive)).toEqual([])
    expect(existsSync(runFile)).toBe(false)
    expect(readFileSync(join(stack.dataDir, 'logs', 'server.log'), 'utf8')).toContain('bye')
  })

  it('gives the same secrets at the second start, and other ones to another folder', async () => {
    const dataDir = join(folder, 'kept')
    const first = await start({ dataDir })
    await first.stop()
    const ring = loadMasterKeys(dataDir)
    const second = await start({ dataDir })
    expect(second.secrets).toEqual(first.secrets)
    expect(loadMasterKeys(dataDir)).toEqual(ring)
    const other = await start()
    expect(other.secrets.jwtSecret).not.toBe(first.secrets.jwtSecret)
    expect(loadMasterKeys(other.dataDir)).not.toEqual(ring)
  })

  it('hands the apps to both sides alike: 43-character keys, numbers as text, own callback each', async () => {
    const stack = await start()
    const suites = JSON.parse(readFileSync(join(stack.dataDir, 'suites.json'), 'utf8'))
    expect(suites.map((suite: { app: string; pushStyle: string }) => [suite.app, suite.pushStyle])).toEqual([
      ['forms', 'synchttp'],
      ['employment-report', 'legacy'],
      ['health-report', 'synchttp'],
    ])
    for (const suite of suites) {
      expect(suite.callbackAesKey).toMatch(/^[A-Za-z0-9]{43}$/)
      expect(Buffer.from(`${suite.callbackAesKey}=`, 'base64')).toHaveLength(32)
      expect(suite.callbackUrl).toBe(`${stack.urls.server}/callback/dingtalk/${suite.app}`)
      expect(suite.homeUrl).toBe(`${stack.urls.server}/m/${suite.app}/?corpId=$CORPID$`)
    }
    const environment = JSON.parse(await get(`${stack.urls.server}/env`))
    expect(environment.SUITES_JSON).toBe(join(stack.dataDir, 'suites.json'))
    expect(environment.KANGBAO_TEST_DATABASE_URL).toBeUndefined()
  })

  it('tells the operator’s set-up link until somebody has used it', async () => {
    const stack = await start()
    await withClient(stack.databaseUrls.kangbao, async (client) => {
      // As the server's migrations make it; the stand-in has none.
      await client.query('create table if not exists setup_tokens (token_hash bytea primary key)')
      expect(await unusedSetupLink(stack)).toBe(
        `${stack.urls.adminConsole}#/setup/${stack.secrets.setupToken}`,
      )
      await client.query(`insert into setup_tokens values (sha256(convert_to($1, 'utf8')))`, [
        stack.secrets.setupToken,
      ])
      expect(await unusedSetupLink(stack)).toBeNull()
    })
  })

  it('kills a process, leaves it down, and starts it again', async () => {
    const stack = await start()
    const before = stack.pidOf('server')
    await stack.kill('server', 'SIGKILL')
    await expect(get(`${stack.urls.server}/readyz`)).rejects.toThrow()
    await stack.restart('server')
    expect(stack.pidOf('server')).not.toBe(before)
    expect(await get(`${stack.urls.server}/readyz`)).toBe('{}')
  })

  it('starts a process again that ended on its own, and shows its last lines', async () => {
    const events: StackEvent[] = []
    const stack = await start({ isRestarting: true, onEvent: (event) => events.push(event) })
    await get(`${stack.urls.server}/crash`).catch(() => undefined)
    await expect
      .poll(() => events.some((event) => event.kind === 'restarted'), { timeout: 10_000 })
      .toBe(true)
    expect(events).toContainEqual(expect.objectContaining({ kind: 'crashed', name: 'server', how: 'exit 9' }))
    expect(await get(`${stack.urls.server}/readyz`)).toBe('{}')
  })

  it('says why a process did not start, and leaves nothing running', async () => {
    const portBase = await freePortBase(Object.values(portOffsets))
    await expect(start({ portBase, env: { server: { FAILS: '1' } } })).rejects.toThrow(
      /the disk has left the building/,
    )
    await expect(fetch(`http://127.0.0.1:${portsFrom(portBase).workplace}/readyz`)).rejects.toThrow()
  })

  it('names the port that is taken', async () => {
    const portBase = await freePortBase(Object.values(portOffsets))
    const squatter = createServer().listen(portsFrom(portBase).server, '127.0.0.1')
    await expect(start({ portBase })).rejects.toThrow(PortBusyError)
    squatter.close()
  })

  it('ends what a killed launcher left behind, and takes its ports', async () => {
    const dataDir = join(folder, 'orphans')
    const portBase = await freePortBase(Object.values(portOffsets))
    const first = await start({ dataDir, portBase })
    const left = processNames.map((name) => first.pidOf(name) ?? 0)
    // As after a kill -9: the file is there and names a launcher that no longer lives.
    const runFile = join(dataDir, 'run.json')
    const run = JSON.parse(readFileSync(runFile, 'utf8'))
    writeFileSync(runFile, JSON.stringify({ ...run, pids: { ...run.pids, launcher: 2 ** 22 + 1 } }))
    const second = await start({ dataDir, portBase })
    expect(left.filter(isAlive)).toEqual([])
    expect(await get(`${second.urls.server}/readyz`)).toBe('{}')
  })

  it('refuses a data folder that is in use', async () => {
    const dataDir = join(folder, 'in-use')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'run.json'), JSON.stringify({ pids: { launcher: process.ppid } }))
    await expect(start({ dataDir })).rejects.toThrow(/is running already/)
  })

  it('moves the clock of all three', async () => {
    const stack = await start({ hasClockControl: true })
    await stack.clock.advance(3_600_000)
    for (const port of [stack.ports.server, stack.ports.workplace, stack.ports.sandbox]) {
      expect(await get(`http://127.0.0.1:${port}/moved`)).toBe('{"advanceMs":3600000}')
    }
  })
})
