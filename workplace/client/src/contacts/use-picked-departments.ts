import { lookUpDepartments, type Department } from '@kangbao/workplace/contracts/directory.ts'
import { call } from '@/api/client.ts'
import type { OpenQuestion } from './people-picker.ts'

/** As many as one look-up takes. */
const atOnce = 500

/** Tells of the departments a question begins with, wherever in the tree they hang. */
export function usePickedDepartments(question: OpenQuestion, tell: (department: Department) => void): void {
  const ids = [...question.pickedDepartments, ...(question.requiredDepartments ?? [])]
  const deptIds = [...new Set(ids.map(Number).filter((id) => Number.isSafeInteger(id) && id > 0))].slice(
    0,
    atOnce,
  )
  if (deptIds.length === 0) return
  void call(lookUpDepartments, { params: { orgId: question.orgId }, body: { deptIds } })
    .then(({ items }) => items.forEach(tell))
    // They are not ticked then, and the person sees so.
    .catch(() => undefined)
}
