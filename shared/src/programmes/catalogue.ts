import type { FormDefinition } from '../forms/definition.ts'
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
