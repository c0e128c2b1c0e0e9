// Runs on bare Node before anything is installed: only node: modules here, and no TypeScript.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

const oldestNode = [20, 19]
const spaceToInstallBytes = 2_000_000_000
const spaceToRunBytes = 300_000_000
const marker = join(root, 'node_modules', '.kangbao-installed')

/** A fault with a remedy: printed as it is, without a stack. */
class PlainError extends Error {
  name = 'PlainError'
}

/** Checks the machine, installs what is missing, then runs a TypeScript file of the launcher. */
export async function bootstrap(entry) {
  try {
    checkNode()
    const isInstalled = existsSync(marker) && readFileSync(marker, 'utf8') === installHash() && canLoadTsx()
    checkSpace(isInstalled ? spaceToRunBytes : spaceToInstallBytes)
    if (!isInstalled) await install()
    const { register } = await import(pathToFileURL(tsxApi()).href)
    register()
    const { run } = await import(pathToFileURL(join(root, 'sandbox/launcher/src', entry)).href)
    process.exitCode = await run(process.argv.slice(2))
  } catch (error) {
    console.error(`\n${explain(error)}\n`)
    process.exitCode = 1
  }
}

function explain(error) {
  if (error?.name === 'PlainError') return error.message
  if (error?.code === 'ENOSPC')
    return '磁盘已满，请清理后重试。\nThe disk is full. Free some space and start again.'
  if (error?.code === 'ERR_MODULE_NOT_FOUND') {
    rmSync(marker, { force: true })
    return `安装不完整，请重新运行本命令。\nThe installation is not complete. Run the command again; it will install anew.\n${error.message}`
  }
  return error?.stack ?? String(error)
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  throw new PlainError(
    `需要 Node.js ${oldestNode.join('.')} 或更高版本，当前为 ${process.versions.node}。请从 https://nodejs.org 安装。\n` +
      `Node.js ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}. Get it from https://nodejs.org.`,
  )
}

function checkSpace(neededBytes) {
  const { bavail, bsize } = statfsSync(root)
  const freeBytes = bavail * bsize
  if (freeBytes >= neededBytes) return
  const mb = (bytes) => `${Math.ceil(bytes / 1_000_000)} MB`
  throw new PlainError(
    `磁盘空间不足：${root} 所在磁盘剩余 ${mb(freeBytes)}，至少需要 ${mb(neededBytes)}。\n` +
      `Not enough disk space: ${mb(freeBytes)} left where ${root} is, ${mb(neededBytes)} needed. Free some and start again.`,
  )
}

/** Native parts differ by platform and by Node's major version, so they belong to what was installed. */
function installHash() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}-${process.versions.modules}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

const tsxApi = () => join(root, 'node_modules', 'tsx', 'dist', 'esm', 'api', 'index.mjs')
const canLoadTsx = () => existsSync(tsxApi())

async function install() {
  const manager = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
  console.log('正在安装依赖，首次约需几分钟…  Installing dependencies; the first time takes a few minutes …')
  const args = ['-y', manager, 'install', '--frozen-lockfile', '--prod=false', '--reporter=append-only']
  const { code, output } = await runQuietly('npx', args)
  if (code !== 0) {
    throw new PlainError(
      `安装失败。请检查网络与磁盘；若多次失败，删除 node_modules 后重试。\n` +
        `Installing failed. Check the network and the disk; if it fails again, delete node_modules and retry.\n` +
        `  npx ${args.join(' ')}\n${output.trim().split('\n').slice(-15).join('\n')}`,
    )
  }
  if (!canLoadTsx())
    throw new PlainError(
      '安装后仍缺少 tsx，请删除 node_modules 后重试。\ntsx is still missing: delete node_modules and retry.',
    )
  mkdirSync(dirname(marker), { recursive: true })
  writeFileSync(marker, installHash())
}

function runQuietly(command, args) {
  return new Promise((done) => {
    // CI keeps pnpm from asking questions that nobody is there to answer.
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, CI: 'true', NODE_ENV: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (chunk) => (output = (output + chunk).slice(-20_000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => done({ code: -1, output: error.message }))
    child.once('close', (code) => done({ code, output }))
  })
}
