import { existsSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { renderUnicodeCompact } from 'uqr'
import { defaultPortBase, repoRoot } from './layout.ts'
import { PlainError } from './plain-error.ts'
import { PortBusyError } from './ports.ts'
import { operatorLink, unusedSetupLink } from './setup-link.ts'
import { startStack, type Stack, type StackEvent, type StackOptions } from './stack.ts'

const usage = `npm start -- [--demo] [--port-base N] [--data DIR] [--no-build]

  --demo         以示例城市的数据启动    start with the demo city’s data (made once per data folder)
  --port-base N  端口起点，默认 7000     first port of the row; 7000 gives 7100, 7200, 7300, 7325, 7432
  --data DIR     数据目录，默认 .data    data folder
  --no-build     不重新构建              use what was built before`

const longestBase = 65_000

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        demo: { type: 'boolean', default: false },
        'port-base': { type: 'string', default: String(defaultPortBase) },
        data: { type: 'string', default: join(repoRoot, '.data') },
        'no-build': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const portBase = Number(values['port-base'])
    if (!Number.isInteger(portBase) || portBase < 1_000 || portBase > longestBase) {
      throw new PlainError(`--port-base: 1000 – ${longestBase}`)
    }
    return { ...values, portBase }
  } catch (error) {
    if (error instanceof PlainError) throw error
    throw new PlainError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

/** `npm start`: runs until it is told to stop, and then stops everything. */
export async function run(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  if (wanted.help) {
    console.log(usage)
    return 0
  }
  const stopped = stopSignal()
  const dataDir = resolve(process.env['INIT_CWD'] ?? '.', wanted.data)
  const databaseUrl = process.env['DATABASE_URL']
  const options: StackOptions = {
    dataDir,
    portBase: wanted.portBase,
    isBuilding: !wanted['no-build'],
    isOnLan: true,
    isRestarting: true,
    onEvent: report,
    ...(databaseUrl ? { databaseUrl } : {}),
  }
  const starting = startForPeople(options, wanted.demo)
  const first = await Promise.race([starting.catch((error: unknown) => explained(error)), stopped])
  if (first === 'stop') return stopWhileStarting(starting)
  console.log(readyText(first, await unusedSetupLink(first), await operatorLink(first)))
  await stopped
  return stopAll(first)
}

async function startForPeople(options: StackOptions, isDemo: boolean): Promise<Stack> {
  const made = join(options.dataDir, 'demo.json')
  if (!isDemo || existsSync(made)) return startStack(options)
  // Clocks may move only while the demo's days are being lived through.
  const stack = await startStack({ ...options, hasClockControl: true, isOnLan: false, isRestarting: false })
  try {
    await makeDemo(stack)
  } finally {
    await stack.stop()
  }
  writeFileSync(made, `${JSON.stringify({ madeAt: new Date().toISOString() })}\n`)
  return startStack({ ...options, isBuilding: false })
}

/** Lives through the demo's two weeks against the running stack, by the doors people use. */
async function makeDemo(stack: Stack): Promise<void> {
  say('正在生成示例城市，约需两三分钟…', 'Making the demo city; this takes a few minutes …')
  const code = await new Promise<number>((done) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(repoRoot, 'e2e', 'demo', 'run.ts')], {
      cwd: repoRoot,
      env: { ...process.env, RUN_JSON: join(stack.dataDir, 'run.json') },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.once('error', () => done(1))
    child.once('exit', (exitCode) => done(exitCode ?? 1))
  })
  if (code !== 0) throw new PlainError(`示例数据生成失败。\nMaking the demo failed (exit ${code}).`)
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one does not wait. */
function stopSignal(): Promise<'stop'> {
  return new Promise((done) => {
    let count = 0
    const onSignal = (): void => {
      count++
      if (count > 1) process.exit(130)
      done('stop')
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  })
}

async function stopWhileStarting(starting: Promise<Stack>): Promise<number> {
  say('正在停止…', 'Stopping …')
  const stack = await starting.catch(() => undefined)
  await stack?.stop()
  return 0
}

async function stopAll(stack: Stack): Promise<number> {
  say('正在停止，数据已保存…', 'Stopping; your data is kept …')
  await stack.stop()
  say('已停止。', 'Stopped.')
  return 0
}

function explained(error: unknown): never {
  if (error instanceof PortBusyError) {
    throw new PlainError(
      `端口 ${error.port}（${error.purpose}）已被占用。请关闭占用它的程序，或换一组端口：npm start -- --port-base 8000\n` +
        `${error.message} Close it, or take another row of ports: npm start -- --port-base 8000`,
      { cause: error },
    )
  }
  throw error
}

const say = (chinese: string, english: string): void => console.log(`${chinese}  ${english}`)

function report(event: StackEvent): void {
  if (event.kind === 'building') say(`正在构建 ${event.name}`, 'building')
  if (event.kind === 'starting') say(`正在启动 ${event.name}`, 'starting')
  if (event.kind === 'restarted') say(`${event.name} 已恢复`, 'is back')
  if (event.kind === 'crashed') {
    say(
      `${event.name} 意外退出（${event.how}），即将自动重启。最近日志：`,
      'ended unexpectedly and will be started again. Its last lines:',
    )
    console.log(event.log.replace(/^/gm, '  │ '))
  }
}

function readyText(
  { urls, dataDir }: Stack,
  setupLink: string | null,
  workplaceOperatorLink: string | null,
): string {
  const phone = urls.phone
    ? `  手机访问  On a phone    ${urls.phone}   （同一网络 same network）\n${indented(renderUnicodeCompact(urls.phone, { border: 1 }))}\n`
    : ''
  const operator = setupLink
    ? `
  运营方首次登录管理后台（一次性链接）  The operator signs in to the console once by this link:
    ${setupLink}
`
    : ''
  const platform = workplaceOperatorLink
    ? `
  平台运营后台（认证审核、应用套件；一次性链接，1 小时内有效）
  The workplace’s operator: certifications, suites; good once, for an hour:
    ${workplaceOperatorLink}
`
    : ''
  return `
康报已就绪  Kangbao is ready

  工作台    Workplace     ${urls.workplace}
${phone}  管理后台  Admin console ${urls.adminConsole}
  短信验证码 SMS codes     ${urls.sms}
  政务接收端 Government    ${urls.government}
  邮件      Mail          ${urls.mail}
${operator}${platform}
  第一步：打开工作台，用任意手机号注册，验证码显示在短信页面。
  First: open the workplace and sign up with any phone number; the code appears on the SMS page.

  数据 data: ${dataDir}   日志 logs: ${join(dataDir, 'logs')}
  按 Ctrl-C 停止  Ctrl-C stops everything
`
}

const indented = (text: string): string => text.replace(/^/gm, '    ')
