import type { Notice } from '../consents/notice.ts'
import type { FormDefinition } from '../forms/definition.ts'
import type { RollupDefinition } from '../rollups/definition.ts'
import type { Programme } from './programme.ts'
import { zhengzhou } from './zhengzhou/index.ts'

export const programmes: readonly Programme[] = [zhengzhou]

/** A locked or sample template by its id (`zhengzhou/daily`), or null. */
export function templateById(id: string): FormDefinition | null {
  return programmes.flatMap((programme) => programme.templates).find((template) => template.id === id) ?? null
}

/** The programme a template belongs to, or null. */
export function programmeOf(templateId: string): Programme | null {
  return programmes.find((programme) => programme.templates.some(({ id }) => id === templateId)) ?? null
}

/**
 * What a person is told before he fills a form: the template's notice as it is now, else what an own form carries.
 * Null for a form without one; such a form takes no answers (S-39).
 */
export function noticeOf({ id, notice }: Pick<FormDefinition, 'id' | 'notice'>): Notice | null {
  return programmeOf(id)?.notices[id] ?? notice ?? null
}

/**
 * What of a kind of report is summed, and the six digits of the region its programme works in: there an organisation
 * stands that nobody has placed yet.
 * @throws Error when no programme sums this kind.
 */
export function rollupOf(kind: RollupDefinition['kind']): RollupDefinition & { readonly area: string } {
  for (const { rollups, area } of programmes) {
    const found = rollups.find((each) => each.kind === kind)
    if (found) return { ...found, area: area.padEnd(6, '0') }
  }
  throw new Error(`no programme rolls up ${kind} reports`)
}
