import type { ProblemError } from '@kangbao/shared/contracts/client.ts'
import type { FieldProblem } from '@kangbao/shared/forms/validation.ts'

function isFieldProblem(value: unknown): value is FieldProblem {
  return typeof value === 'object' && value !== null && 'field' in value && 'reason' in value
}

/** The problems per field of an `answers.invalid` refusal. */
export function fieldProblemsOf(error: ProblemError): FieldProblem[] {
  const listed = error.problem.details['problems']
  return Array.isArray(listed) ? listed.filter(isFieldProblem) : []
}
