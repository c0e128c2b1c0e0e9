import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, statSync } from 'node:fs'

/** The account PostgreSQL runs under: it refuses to run as root. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const idOf = (name: string, flag: '-u' | '-g'): number | undefined => {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString())
  } catch {
    return undefined
  }
}

const findAccount = (name: string): Account | undefined => {
  const uid = idOf(name, '-u')
  const gid = idOf(name, '-g')
  return uid === undefined || gid === undefined || uid === 0 ? undefined : { name, uid, gid }
}

/** `postgres`, else `nobody`, when we are root; otherwise undefined: we run it as ourselves. No account is made. */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const account = findAccount('postgres') ?? findAccount('nobody')
  if (account) return account
  throw new Error(
    'PostgreSQL cannot run as root, and this machine has neither a "postgres" nor a "nobody" account. ' +
      'Run the command as an ordinary user.',
  )
}

/** The account a cluster was made under, so that root can go on with one that an ordinary user began. */
export function accountOwning(cluster: string): Account | undefined {
  if (!existsSync(cluster)) return unprivilegedAccount()
  const { uid, gid } = statSync(cluster)
  const self = process.getuid?.()
  if (self === undefined || uid === self) return self === 0 ? unprivilegedAccount() : undefined
  if (self === 0) return { name: `uid ${uid}`, uid, gid }
  throw new Error(
    `The data in ${cluster} belongs to another account (uid ${uid}). Start as that account, or as root.`,
  )
}

/** Asks the operating system itself, so that every folder above, ACLs and mounts count. */
export function canReach(path: string, account: Account | undefined, flag: '-x' | '-r' = '-x'): boolean {
  if (!account) return true
  const probe = spawnSync('/bin/sh', ['-c', `test ${flag} "$1"`, 'sh', path], {
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
    stdio: 'ignore',
  })
  return probe.status === 0
}

export function giveTo(account: Account | undefined, path: string): void {
  if (account) chownSync(path, account.uid, account.gid)
}

/** Spread into spawn options. */
export const runAs = (account: Account | undefined): { uid?: number; gid?: number } =>
  account ? { uid: account.uid, gid: account.gid } : {}
