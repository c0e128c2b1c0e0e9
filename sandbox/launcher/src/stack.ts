import { chmodSync, mkdirSync, statfsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildChanged } from './build.ts'
import { defineChild, type Child } from './child.ts'
import { environments } from './environments.ts'
import {
  lanAddress,
  portOffsets,
  portsFrom,
  processNames,
  repoRoot,
  type Ports,
  type ProcessName,
} from './layout.ts'
import { loadMasterKeys } from './master-keys.ts'
import { PlainError } from './plain-error.ts'
import { freePortBase, isFree, PortBusyError } from './ports.ts'
import { startPostgres, usePostgres, type Postgres } from './postgres.ts'
import { endOrphans, removeRunFile, writeRunFile } from './run-file.ts'
import { loadSecrets, type Secrets } from './secrets.ts'
import { writeSuites } from './suites.ts'

export interface StackOptions {
  readonly dataDir: string
  /** Left out: any free row of ports. */
  readonly portBase?: number
  /** Added to the environment of one process, or of all. */
  readonly env?: Readonly<Partial<Record<ProcessName | 'all', Readonly<Record<string, string>>>>>
  /** Lets `clock` move time in all three processes. */
  readonly hasClockControl?: boolean
  /** False: reachable from this machine only. */
  readonly isOnLan?: boolean
  /** False: what is in dist/ is used as it is. */
  readonly isBuilding?: boolean
  /** False: the database may lose the last moments in a crash; for tests that do not crash it. */
  readonly isDurable?: boolean
  /** Administrator's address of a server outside; without it the embedded one is started. */
  readonly databaseUrl?: string
  /** Folder whose packages are run; left out: this repository. */
  readonly root?: string
  /** Starts a process again that ended on its own, with growing pauses. */
  readonly isRestarting?: boolean
  readonly onEvent?: (event: StackEvent) => void
}

export type StackEvent =
  | { readonly kind: 'building'; readonly name: string }
  | { readonly kind: 'starting'; readonly name: ProcessName | 'database' }
  | { readonly kind: 'crashed'; readonly name: ProcessName; readonly how: string; readonly log: string }
  | { readonly kind: 'restarted'; readonly name: ProcessName }

export interface Urls {
  readonly workplace: string
  readonly server: string
  readonly adminConsole: string
  readonly government: string
  readonly sms: string
  readonly mail: string
  readonly smtp: string
  /** Without its password. */
  readonly database: string
  /** Workplace as other devices on the network reach it. */
  readonly phone?: string
}

export interface Stack {
  readonly urls: Urls
  readonly ports: Ports
  readonly secrets: Secrets
  readonly dataDir: string
  /** Owner addresses, password included; for tests that compare rows. */
  readonly databaseUrls: Readonly<Record<'kangbao' | 'workplace' | 'sandbox', string>>
  /** What each process was started with. */
  readonly environmentOf: (name: ProcessName) => Readonly<Record<string, string>>
  readonly pidOf: (name: ProcessName) => number | undefined
  readonly logTail: (name: ProcessName) => string
  stop(): Promise<void>
  /** Ends a process and leaves it ended until `restart`. */
  kill(name: ProcessName, signal: NodeJS.Signals): Promise<void>
  restart(name: ProcessName, env?: Readonly<Record<string, string>>): Promise<void>
  readonly clock: { set(now: string | null): Promise<void>; advance(ms: number): Promise<void> }
}

const leastSpaceBytes = 200_000_000

/** Starts the database and the three processes, in order, and waits until each is ready. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const emit = options.onEvent ?? ((): void => undefined)
  const dataDir = resolve(options.dataDir)
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o711 })
  chmodSync(dataDir, 0o711) // the database's account passes through; secrets inside are 0600
  checkSpace(dataDir)
  await endOrphans(dataDir)
  if (options.isBuilding ?? true) await buildChanged({ onBuild: (name) => emit({ kind: 'building', name }) })

  const ports = portsFrom(options.portBase ?? (await freePortBase(Object.values(portOffsets))))
  const secrets = loadSecrets(dataDir)
  loadMasterKeys(dataDir)
  const isOnLan = options.isOnLan ?? false
  await checkPorts(ports, isOnLan)

  emit({ kind: 'starting', name: 'database' })
  const postgres = await openPostgres(options, dataDir, ports.database)
  const started: Child[] = []
  try {
    const stack = await assemble({ options, dataDir, ports, secrets, postgres, isOnLan, started, emit })
    writeRunFile(dataDir, stack, postgres.pid)
    return stack
  } catch (error) {
    for (const child of started.reverse()) await child.stop()
    await postgres.stop()
    throw error
  }
}

function checkSpace(dataDir: string): void {
  const { bavail, bsize } = statfsSync(dataDir)
  if (bavail * bsize > leastSpaceBytes) return
  throw new PlainError(
    `磁盘空间不足，无法启动：请在 ${dataDir} 所在磁盘至少留出 200 MB。\n` +
      `The disk is full: leave at least 200 MB free where ${dataDir} is and start again.`,
  )
}

async function checkPorts(ports: Ports, isOnLan: boolean): Promise<void> {
  const open = isOnLan ? '0.0.0.0' : '127.0.0.1'
  const wanted = [
    { name: 'workplace', host: open },
    { name: 'server', host: open },
    { name: 'sandbox', host: '127.0.0.1' },
    { name: 'smtp', host: '127.0.0.1' },
  ] as const
  for (const { name, host } of wanted) {
    if (!(await isFree(ports[name], host))) throw new PortBusyError(ports[name], name)
  }
}

function openPostgres(options: StackOptions, dataDir: string, port: number): Promise<Postgres> {
  if (options.databaseUrl) return Promise.resolve(usePostgres(options.databaseUrl))
  return startPostgres({ dataDir: join(dataDir, 'postgres'), port, isDurable: options.isDurable ?? true })
}

interface Parts {
  readonly options: StackOptions
  readonly dataDir: string
  readonly ports: Ports
  readonly secrets: Secrets
  readonly postgres: Postgres
  readonly isOnLan: boolean
  readonly started: Child[]
  readonly emit: (event: StackEvent) => void
}

async function assemble(parts: Parts): Promise<Stack> {
  const { options, dataDir, ports, secrets, postgres, started, emit } = parts
  const databaseUrls = {
    kangbao: await postgres.createDatabase('kangbao'),
    workplace: await postgres.createDatabase('workplace'),
    sandbox: await postgres.createDatabase('sandbox'),
  }
  const appUrl = await postgres.createApp('kangbao')
  const local = (port: number): string => `http://localhost:${port}`
  const suitesFile = writeSuites(dataDir, secrets, local(ports.server))
  const lan = parts.isOnLan ? lanAddress() : undefined
  const envs = environments({ ...options, ports, secrets, databaseUrls, appUrl, suitesFile, dataDir, lan })

  const children = new Map<ProcessName, Child>()
  const onCrash = (child: Child, how: string): void => {
    emit({ kind: 'crashed', name: child.name, how, log: child.logTail() })
    if (options.isRestarting) void restartWithPauses(child)
  }
  let isStopping = false
  const restartWithPauses = async (child: Child): Promise<void> => {
    for (let pauseMs = 1_000; !isStopping; pauseMs = Math.min(pauseMs * 2, 60_000)) {
      await new Promise((done) => setTimeout(done, pauseMs))
      if (isStopping || child.pid !== undefined) return
      try {
        await child.start()
        emit({ kind: 'restarted', name: child.name })
        return
      } catch (error) {
        emit({ kind: 'crashed', name: child.name, how: 'did not start', log: String(error) })
      }
    }
  }
  for (const name of processNames) {
    emit({ kind: 'starting', name })
    const logFile = join(dataDir, 'logs', `${name}.log`)
    const child = defineChild({
      name,
      url: `http://127.0.0.1:${ports[name]}`,
      folder: join(options.root ?? repoRoot, name),
      env: envs[name],
      logFile,
      onCrash,
    })
    children.set(name, child)
    started.push(child)
    await child.start()
  }

  const childOf = (name: ProcessName): Child => {
    const child = children.get(name)
    if (!child) throw new Error(`no process ${name}`)
    return child
  }
  const moveClocks = async (body: object): Promise<void> => {
    // The server last: what it does at its new time is to meet parties that have it too.
    for (const child of children.values()) await moveClock(child, body)
  }
  return {
    urls: {
      workplace: local(ports.workplace),
      server: local(ports.server),
      adminConsole: `${local(ports.server)}/console/`,
      government: `${local(ports.sandbox)}/government`,
      sms: `${local(ports.sandbox)}/sms`,
      mail: `${local(ports.sandbox)}/mail`,
      smtp: `smtp://localhost:${ports.smtp}`,
      database: withoutPassword(databaseUrls.kangbao),
      ...(lan ? { phone: `http://${lan}:${ports.workplace}` } : {}),
    },
    ports,
    secrets,
    dataDir,
    databaseUrls,
    environmentOf: (name) => envs[name],
    pidOf: (name) => childOf(name).pid,
    logTail: (name) => childOf(name).logTail(),
    async stop() {
      isStopping = true
      for (const child of [...children.values()].reverse()) await child.stop()
      await postgres.stop()
      removeRunFile(dataDir)
    },
    kill: (name, signal) => childOf(name).kill(signal),
    async restart(name, env) {
      await childOf(name).stop()
      await childOf(name).start(env)
    },
    clock: { set: (now) => moveClocks({ now }), advance: (advanceMs) => moveClocks({ advanceMs }) },
  }
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.password = ''
  return url.toString()
}

async function moveClock(child: Child, body: object): Promise<void> {
  if (child.pid === undefined) return
  const answer = await fetch(`${child.url}/__clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok)
    throw new Error(`${child.name} did not move its clock: ${answer.status} ${await answer.text()}`)
}
