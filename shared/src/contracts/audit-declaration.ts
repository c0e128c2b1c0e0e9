import type { AuditAction } from '../audit/actions.ts'

interface AuditSubject {
  /**
   * What it is done to: kind and ids, as `form:{formId}`. A name in braces is a path parameter; a dotted path begins at
   * `params`, `query`, `body` or `response`.
   */
  readonly object?: string
  /** Paths to the member ids of the people concerned, as `response.items.memberId`; lists are walked through. */
  readonly people?: readonly string[]
  /** Paths to what else is worth keeping, never anything personal: filters, not search words. */
  readonly detail?: readonly string[]
}

/** What a route does to personal data and to the state of the product, for the audit log. */
export type Audit =
  | { readonly kind: 'none' | 'own' | 'ledger'; readonly why: string }
  | (Required<AuditSubject> & { readonly kind: 'reads' | 'changes'; readonly action: AuditAction })

const declared = (kind: 'reads' | 'changes', action: AuditAction, subject: AuditSubject): Audit => ({
  kind,
  action,
  object: subject.object ?? '',
  people: subject.people ?? [],
  detail: subject.detail ?? [],
})

/** Gives out personal data. The row is written by the route, before the answer leaves, unless its service did. */
export function reads(action: AuditAction, subject: AuditSubject = {}): Audit {
  return declared('reads', action, subject)
}

/** Changes something. The row is written by the service, in the transaction of the change. */
export function changes(action: AuditAction, subject: AuditSubject = {}): Audit {
  return declared('changes', action, subject)
}

/** Gives out nothing about a person and changes nothing worth a row. */
export function none(why: string): Audit {
  return { kind: 'none', why }
}

/** Shows callers what is theirs: nobody else looks, so there is no row. */
export function own(why: string): Audit {
  return { kind: 'own', why }
}

/** What it stores is itself the record of the change, and is chained in bulk. */
export function ledger(why: string): Audit {
  return { kind: 'ledger', why }
}
