import type { TestServer } from '../server.ts'
import { watchAudit, type AuditResult, type AuditWatch } from './audit-watch.ts'
import { callersOf, isGranted, type IsolationCaller } from './callers.ts'
import { requestOf, send, toolsOf, type Reply } from './calls.ts'
import {
  inDepartments,
  missingObjects,
  newTenant,
  positions,
  type ObjectName,
  type Objects,
  type Tenant,
} from './objects.ts'
import { keyOf, type Entry } from './registry.ts'
import { changed, orgTables, rowsOf, stateOf, untilWritten } from './state.ts'

export interface MatrixResult {
  /** Calls judged, by what they try: another's object, a function above the role, any. */
  readonly cells: { all: number; foreign: number; forbidden: number }
  readonly wrong: string[]
  /** Routes no caller of the matrix ever got an answer from: their request is not valid. */
  readonly neverAnswered: string[]
  readonly audit: AuditResult
}

interface Ground {
  readonly server: TestServer
  readonly foreign: Tenant
  readonly result: MatrixResult
  /** What an org holds, asked again only when something was written since. */
  readonly stateOf: (tenant: Tenant) => Promise<string>
  readonly rowsOf: (tenant: Tenant) => Promise<readonly string[]>
  readonly audit: AuditWatch
}

/** One route with the org whose objects are asked for. */
interface Route extends Ground {
  readonly entry: Entry
  readonly ours: Tenant
}

/**
 * Calls every route as everybody on their own objects, on those of another department, of another org, and on some that
 * never were, and judges each reply by the permission table (S-02, S-03, S-08).
 */
export async function runMatrix(
  server: TestServer,
  entries: readonly Entry[],
  runId: string,
): Promise<MatrixResult> {
  const audit = await watchAudit(server)
  const cells = { all: 0, foreign: 0, forbidden: 0 }
  const result: MatrixResult = { cells, wrong: [], neverAnswered: [], audit: audit.result }
  const foreign = await newTenant(server, 'zz', runId)
  const shared = await newTenant(server, 'aa', runId)
  const tables = await orgTables(server)
  const ground: Ground = {
    server,
    foreign,
    result,
    audit,
    stateOf: untilWritten(server, ({ world }: Tenant) => stateOf(server, world.orgId, tables)),
    rowsOf: untilWritten(server, ({ world }: Tenant) => rowsOf(server, world.orgId, tables)),
  }
  const together = new Map<string, Tenant>()
  for (const entry of entries) {
    const group = entry.rules.together
    const known = isRead(entry) ? shared : group === undefined ? undefined : together.get(group)
    const ours = known ?? (await newTenant(server, 'aa', runId))
    if (group !== undefined) together.set(group, ours)
    await entry.rules.prepare?.(ours)
    await judgeRoute({ ...ground, entry, ours })
  }
  return result
}

/** A search of people is the list beside it, asked by a body: it is judged like one, and watched like any POST. */
function isRead({ contract: { method, path, audit } }: Entry): boolean {
  return method === 'GET' || (method === 'POST' && path.endsWith('/search') && audit.kind === 'reads')
}

async function judgeRoute(route: Route): Promise<void> {
  const { server, entry, ours, foreign, result } = route
  const isPublic = entry.contract.permission === 'public'
  const callers = isPublic ? [visitor(foreign)] : callersOf(server, ours, foreign)
  let isAnswered = false
  // Trespassers first: what the rightful do may use an object up.
  for (const pass of ['trespass', 'own'] as const) {
    for (const caller of callers) {
      if (pass === 'trespass' && isOutsideAll(caller, entry)) continue
      await unharmed(route, caller, async () => {
        if (pass === 'own') isAnswered = (await onOwn(route, caller)) || isAnswered
        else if (!isPublic) await onOthers(route, caller)
      })
    }
  }
  if (!isAnswered && Object.keys(entry.rules.refuses ?? {}).length === 0)
    result.neverAnswered.push(keyOf(entry.contract))
}

/**
 * A viewer of the government is in no org: where his permission ends he is refused before any object is looked at, whichever
 * he names, and asking once shows it.
 */
function isOutsideAll(caller: IsolationCaller, { contract }: Entry): boolean {
  return caller.role === 'viewer' && !isGranted(caller, contract.permission, false)
}

/** Somebody at the door: what lies behind it is told to him if he is let in, yet nothing of another org. */
function visitor({ canaries }: Tenant): IsolationCaller {
  const mustNotSee = [...canaries.org, ...canaries.here, ...canaries.there]
  return { name: 'signed-out', role: null, token: null, mustNotSee }
}

/** Whatever a caller does, the other org stays as it was; and so does this one when he may do nothing here. */
async function unharmed(route: Route, caller: IsolationCaller, work: () => Promise<void>): Promise<void> {
  const { foreign, ours, entry } = route
  const isOutsider = caller.name === 'main admin of another org'
  const isPowerless = !isGranted(caller, entry.contract.permission, entry.rules.letsViewersIn === true)
  const watched = isOutsider
    ? [ours]
    : isPowerless
      ? [foreign, ours]
      : entry.rules.isOverAllOrgs
        ? []
        : [foreign]
  // Reading is watched route by route: a GET that changes anything is wrong for whoever called it.
  const isWatched = entry.contract.method !== 'GET' || caller.name === 'operator'
  const before = await Promise.all(watched.map(route.stateOf))
  await work()
  if (isWatched)
    for (const [i, tenant] of watched.entries()) {
      const difference = changed(before[i] ?? '', await route.stateOf(tenant))
      if (difference)
        wrong(route, caller, `changed ${difference} of ${tenant === ours ? 'this' : 'another'} org`)
    }
}

/** Every id the request names, one at a time from elsewhere: the reply is that for an id that never was. */
async function onOthers(route: Route, caller: IsolationCaller): Promise<void> {
  const { entry, ours, foreign, server } = route
  const { named } = await requestOf(entry, ours.here, toolsOf(server))
  const own = caller.name === 'main admin of another org' ? foreign.here : ownObjects(ours, caller)
  const other = caller.name === 'main admin of another org' ? ours.here : foreign.here
  for (const name of named.filter((each) => each !== 'runId')) {
    await sameAsMissing(route, caller, { own, other, names: [name] })
  }
  if (named.length > 1) await sameAsMissing(route, caller, { own, other, names: named })
  const placed = named.filter((name) => inDepartments.includes(name))
  if (caller.role === 'sub-admin' && placed.length > 0) {
    const elsewhere = own === ours.there ? ours.here : ours.there
    await sameAsMissing(route, caller, { own, other: elsewhere, names: placed })
  }
}

async function sameAsMissing(
  route: Route,
  caller: IsolationCaller,
  { own, other, names }: { own: Objects; other: Objects; names: readonly ObjectName[] },
): Promise<void> {
  const { entry, result } = route
  const none = missingObjects(own)
  const real = await call(route, caller, replaced(own, other, names))
  const invented = await call(route, caller, replaced(own, none, names))
  result.cells.foreign += 1
  const what = `${names.join('+')} from elsewhere`
  if (
    names.some((name) => !positions.includes(name)) &&
    withoutIds(real, other) !== withoutIds(invented, none)
  )
    wrong(route, caller, `${what}: ${short(real)}, but ${short(invented)} when it never was`)
  const isFound = real.status < 400
  if (isFound && !isRead(entry) && entry.contract.permission !== 'session')
    wrong(route, caller, `${what}: accepted with ${real.status}`)
}

/** On objects in his reach a caller gets what the permission table says. Returns whether he got an answer. */
async function onOwn(route: Route, caller: IsolationCaller): Promise<boolean> {
  const { entry, ours, foreign, result } = route
  const isOutsider = caller.name === 'main admin of another org'
  const rows = await rowsWatched(route, caller)
  const reply = await call(route, caller, isOutsider ? foreign.here : ownObjects(ours, caller))
  const strayed = rows && (await rows())
  if (strayed) wrong(route, caller, `changed what is about people of other departments: ${strayed}`)
  const refusal = entry.rules.refuses?.[caller.name]
  if (!isGranted(caller, entry.contract.permission, entry.rules.letsViewersIn === true)) {
    result.cells.forbidden += 1
    const expected = caller.role === null ? '401 session.missing' : '403 permission.missing'
    if (`${reply.status} ${reply.code}` !== expected)
      wrong(route, caller, `own: ${short(reply)} instead of ${expected}`)
    return false
  }
  if (refusal !== undefined) {
    if (reply.code !== refusal) wrong(route, caller, `own: ${short(reply)} instead of ${refusal}`)
    return false
  }
  if ([401, 403, 404].includes(reply.status) || reply.status >= 500)
    wrong(route, caller, `own: ${short(reply)}`)
  return reply.status < 300
}

/** A sub-admin's change is about people of his departments only. Returns how to ask afterwards. */
async function rowsWatched({ rowsOf: rows, ours, entry }: Route, { name }: IsolationCaller) {
  const elsewhere = {
    'sub-admin of the department': ours.there,
    'sub-admin of another department': ours.here,
  }
  if (entry.contract.method === 'GET' || !Object.hasOwn(elsewhere, name)) return null
  const { memberId, missingMemberId } = elsewhere[name as keyof typeof elsewhere] // has it, as seen above
  const before = new Set(await rows(ours))
  return async () => {
    const after = await rows(ours)
    return after.find((row) => !before.has(row) && (row.includes(memberId) || row.includes(missingMemberId)))
  }
}

function ownObjects(ours: Tenant, { name }: IsolationCaller): Objects {
  return name === 'sub-admin of another department' ? ours.there : ours.here
}

/** One call; whatever comes back, nobody else's texts may stand in it. */
async function call(route: Route, caller: IsolationCaller, objects: Objects): Promise<Reply> {
  const { server, entry, result, audit } = route
  const request = await requestOf(entry, objects, toolsOf(server))
  await audit.catchUp()
  const reply = await send(server, entry.contract, request.call, { token: caller.token })
  await audit.judge(entry.contract, caller, reply, entry.rules.mayRepeat === true)
  result.cells.all += 1
  const given = JSON.stringify(request.call)
  const told = entry.rules.tells?.(route.ours) ?? []
  const leaked = caller.mustNotSee.filter(
    (text) => reply.text.includes(text) && !given.includes(text) && !told.includes(text),
  )
  if (leaked.length > 0) wrong(route, caller, `shows ${leaked.slice(0, 3).join(', ')}`)
  return reply
}

function replaced(own: Objects, other: Objects, names: readonly ObjectName[]): Objects {
  return { ...own, ...Object.fromEntries(names.map((name) => [name, other[name]])) }
}

function withoutIds({ status, text }: Reply, objects: Objects): string {
  let bare = text.replace(/"requestId":"[^"]*"/, '')
  for (const value of Object.values(objects))
    if (typeof value === 'string') bare = bare.replaceAll(value, '*')
  return `${status} ${bare}`
}

const short = ({ status, code }: Reply) => `${status}${code === null ? '' : ` ${code}`}`

function wrong({ entry, result }: Route, { name }: IsolationCaller, what: string): void {
  result.wrong.push(`${keyOf(entry.contract)} as ${name}: ${what}`)
}
