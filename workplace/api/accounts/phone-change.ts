import { sql } from 'drizzle-orm'
import type { Person } from '../../contracts/accounts.ts'
import { enterOrg, type Queries } from '../db/database.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg, notifyPersons } from '../events/notify.ts'
import type { SessionCtx } from '../http/context.ts'
import { emitMembers } from '../pushes/emit.ts'
import { queueSms } from '../sms/queue.ts'
import { listMemberships } from './accounts.service.ts'
import { requireProof } from './passwords.ts'
import { phoneOrRefuse } from './phone.ts'
import { personView, type PersonRow } from './sessions.ts'
import { useCode } from './sms-codes.ts'

interface PhoneChange {
  phone: string
  code: string
  currentCode?: string
  password?: string
}

/**
 * Another phone for the account and for the person's place in every org; the old one is told. Both are proved: the new
 * one by its code, the person by a code on the present phone or, when that phone is lost, by the password.
 * @throws AppError `account.phone-taken` also when some org's directory holds that number for somebody.
 */
export async function changePhone(ctx: SessionCtx, given: PhoneChange): Promise<Person> {
  const { deps, personId } = ctx
  const phone = phoneOrRefuse(given.phone)
  const current = found(
    await deps.db.one<{ phone: string }>(sql`select phone from persons where id = ${personId}`),
  ).phone
  if (phone === current) throw new AppError('account.phone-same')
  await requireProof(ctx, current, { purpose: 'phone', code: given.currentCode, password: given.password })
  await useCode(ctx, phone, given.code, 'phone')
  return deps.db.transaction(async (tx) => {
    await makeRoom(tx, phone)
    const person = await tx.one<PersonRow>(
      sql`update persons set phone = ${phone} where id = ${personId} returning id, name, phone, avatar`,
    )
    for (const { orgId, userid } of await listMemberships(tx, personId))
      await moveIn(ctx, tx, { orgId, userid, phone })
    await tell(ctx, tx, current)
    return personView(found(person))
  })
}

/** A number that was only ever written down, and stands in no directory any more, is free. */
async function makeRoom(tx: Queries, phone: string): Promise<void> {
  const holder = await tx.one<{ id: string; is_free: boolean }>(sql`
    select id, registered_at is null
      and not exists (select 1 from person_orgs o where o.person_id = p.id) as is_free
    from persons p where phone = ${phone} for update`)
  if (holder && !holder.is_free) throw new AppError('account.phone-taken')
  if (holder) await tx.run(sql`delete from persons where id = ${holder.id}`)
}

async function moveIn(
  { deps, now }: SessionCtx,
  tx: Queries,
  { orgId, userid, phone }: { orgId: string; userid: string; phone: string },
): Promise<void> {
  const scope = await enterOrg(tx, orgId)
  await scope.run(sql`
    update members set phone = ${phone}, updated_at = ${now} where org_id = ${orgId} and userid = ${userid}`)
  await emitMembers(scope, deps, { userids: [userid], action: 'user_modify_org' })
  await notifyOrg(scope, { type: 'directory', orgId }, 'admins')
}

async function tell({ deps, now, personId }: SessionCtx, tx: Queries, former: string): Promise<void> {
  await queueSms(
    tx,
    [
      {
        phone: former,
        text: '你的账号已更换手机号，此号码不再用于登录。如非本人操作，请立即联系团队管理员。',
      },
    ],
    { template: 'phone-changed', signName: deps.config.smsSignName, now },
  )
  await notifyPersons(tx, [personId], { type: 'account' })
}
