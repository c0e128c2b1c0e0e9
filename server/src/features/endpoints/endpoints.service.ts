import {
  defaultEndpointId,
  type ChangedEndpoint,
  type Endpoint,
  type EndpointOutcome,
  type NewEndpoint,
} from '@kangbao/shared/contracts/endpoints.ts'
import type { AuditAction } from '@kangbao/shared/audit/actions.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import type { Deps } from '../../deps.ts'
import { AppError, found } from '../../errors.ts'
import { idCursor } from '../../db/ids.ts'
import { pageOf, type Page, type PageQuery } from '../../http/page.ts'
import { GovernmentUnavailable } from '../../ports/government.ts'
import { keysOf, liveEndpoint, noteSuccess, placeOfSecret } from './calls.ts'
import * as endpoints from './endpoints.system.ts'
import { owedByEndpoint, parkedByEndpoint, release } from './owed.system.ts'
import type { EndpointFacts, EndpointRow } from './endpoints.system.ts'
import { endpointOnWire } from './wire.ts'

/** Endpoints with how each is doing, the default one first. */
export async function list(deps: Deps, { cursor, limit = 50 }: PageQuery): Promise<Page<Endpoint>> {
  const items = await deps.database.inSystem(async (system) => {
    const rows = await endpoints.list(system, { after: idCursor(cursor) ?? null, limit: limit + 1 })
    return withFigures(deps, system, rows)
  })
  return pageOf(items, limit, ({ id }) => id)
}

async function withFigures(
  { config, clock }: Pick<Deps, 'config' | 'clock'>,
  system: SystemScope,
  rows: readonly EndpointRow[],
): Promise<Endpoint[]> {
  const owed = await owedByEndpoint(system)
  const parked = await parkedByEndpoint(system)
  return rows.map((row) =>
    endpointOnWire(row, {
      owed: owed.get(row.id) ?? null,
      parked: parked.get(row.id) ?? 0,
      config,
      now: clock.now(),
    }),
  )
}

async function one(deps: Deps, system: SystemScope, id: string): Promise<Endpoint> {
  const row = found(await endpoints.byId(system, id))
  return found((await withFigures(deps, system, [row]))[0])
}

/** @throws AppError `endpoint.address`, `endpoint.key`, `endpoint.region-taken`. */
export async function add(deps: Deps, given: NewEndpoint): Promise<Endpoint> {
  const id = newId()
  const facts = factsOf(deps, given, given.secret)
  const secret = await deps.vault.seal(placeOfSecret(id), given.secret)
  return deps.database.inSystem(async (system) => {
    if (!(await endpoints.add(system, id, facts, secret))) throw new AppError('endpoint.region-taken')
    await noted(deps, system, id, 'endpoint.added', { name: facts.name, region: facts.region })
    return one(deps, system, id)
  })
}

/** @throws AppError as `add`, `resource.missing`, `endpoint.is-default`, `endpoint.retired`. */
export async function change(deps: Deps, id: string, given: ChangedEndpoint): Promise<Endpoint> {
  const { database, vault } = deps
  const known = await database.inSystem((system) => ofOperator(system, id))
  const kept = known.secret === null ? '' : await vault.open(placeOfSecret(id), known.secret)
  const facts = factsOf(deps, given, given.secret ?? kept)
  const secret = given.secret === undefined ? null : await vault.seal(placeOfSecret(id), given.secret)
  return database.inSystem(async (system) => {
    if (await endpoints.isRegionTaken(system, facts.region, id)) throw new AppError('endpoint.region-taken')
    await endpoints.change(system, id, facts, secret)
    await noted(deps, system, id, 'endpoint.changed', { name: facts.name, region: facts.region })
    return one(deps, system, id)
  })
}

/** Makes no more reports for it. @throws AppError as `change`. */
export function retire(deps: Deps, id: string): Promise<Endpoint> {
  return deps.database.inSystem(async (system) => {
    await ofOperator(system, id)
    await endpoints.retire(system, id)
    await noted(deps, system, id, 'endpoint.retired', {})
    return one(deps, system, id)
  })
}

async function ofOperator(system: SystemScope, id: string): Promise<EndpointRow> {
  const row = found(await endpoints.byId(system, id))
  if (id === defaultEndpointId) throw new AppError('endpoint.is-default')
  if (row.state === 'retired') throw new AppError('endpoint.retired')
  return row
}

function factsOf({ governments }: Deps, given: ChangedEndpoint, secret: string): EndpointFacts {
  const { name, address, keyId, signature, receiverKey, callsPerSecond, mode, region } = given
  const fault = governments.faultOf({ address, keys: keysOf(signature, secret, receiverKey) })
  if (fault !== null) throw new AppError(`endpoint.${fault}`)
  return {
    name,
    address,
    keyId,
    signature,
    receiverKey: signature === 'sm2-sm3' ? (receiverKey ?? null) : null,
    callsPerSecond,
    mode,
    region,
  }
}

/** Asks for today's list, as the nightly comparison does: signed both ways, and nothing is reported. */
export async function test(deps: Deps, id: string): Promise<{ outcome: EndpointOutcome }> {
  const { database, clock } = deps
  found(await database.inSystem((system) => endpoints.byId(system, id)))
  const endpoint = await liveEndpoint(deps, id)
  const today = civilDayOf(clock.now(), 'Asia/Shanghai')
  const outcome = await endpoint.government
    .taken(today, null)
    .then((page) => (page === null ? ('no-list' as const) : ('answered' as const)))
    .catch((error: unknown) => {
      if (error instanceof GovernmentUnavailable) return error.fault
      throw error
    })
  if (outcome === 'answered') await noteSuccess(deps, endpoint)
  await database.inSystem(async (system) => {
    await endpoints.keepTest(system, id, outcome, clock.now())
    await noted(deps, system, id, 'endpoint.tested', { outcome })
  })
  return { outcome }
}

/** Stops deliveries to one, or says anew why. @throws AppError `resource.missing`. */
export function pause(deps: Deps, id: string, reason: string): Promise<Endpoint> {
  return deps.database.inSystem(async (system) => {
    found(await endpoints.byId(system, id))
    await endpoints.pause(system, id, reason, deps.clock.now())
    await noted(deps, system, id, 'endpoint.paused', { reason })
    return one(deps, system, id)
  })
}

/** Lets deliveries to one go on; what waited goes at once. @throws AppError `resource.missing`. */
export function resume(deps: Deps, id: string): Promise<Endpoint> {
  return deps.database.inSystem(async (system) => {
    found(await endpoints.byId(system, id))
    if (await endpoints.resume(system, id)) {
      await release(system, id, deps.clock.now())
      await noted(deps, system, id, 'endpoint.resumed', {})
    }
    return one(deps, system, id)
  })
}

function noted(
  { clock }: Pick<Deps, 'clock'>,
  system: SystemScope,
  id: string,
  action: AuditAction,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  return noteSystem(system, { action, at: clock.now(), actor: 'operator', object: `endpoint:${id}`, detail })
}
